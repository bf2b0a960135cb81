#include <cmath>
#include <linnet/applications/resnet.hpp>
#include <linnet/linnet.hpp>

#include "applications/environment.hpp"
#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "io/temp_folder.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace app = applications;

TEST_CASE("A network without its top gives features of any picture", "[applications][large]") {
  const Tensor picture = random_floats({1, 64, 96, 3}, 1);
  const Model open = app::ResNet50({.include_top = false, .weights = "none"});
  CHECK(open.predict(picture).shape() == Shape{1, 2, 3, 2048});
  for (const app::TopPooling pooling : {app::TopPooling("avg"), app::TopPooling("max")}) {
    const Model pooled =
        app::ResNet50({.include_top = false, .weights = "none", .pooling = pooling});
    CHECK(pooled.predict(picture).shape() == Shape{1, 2048});
  }
}

TEST_CASE("The article's second program: a whole network with a softmax behind its classifier",
          "[applications][large]") {
  const Model base = app::ResNet50({.weights = "none", .input_shape = {32, 32, 3}});
  Sequential model{base, Dense{.units = 2, .activation = "softmax"}};
  model.compile({.optimizer = "adam", .loss = "categorical_crossentropy", .metrics = {"accuracy"}});
  const Tensor x = random_floats({4, 32, 32, 3}, 1, 0, 1);
  const Tensor y = to_categorical(Tensor::of<std::int32_t>({4}, {0, 1, 1, 0}), 2);
  const auto before = base.get_weights();
  const History history = model.fit(x, y, {.batch_size = 2, .validation_data = {x, y}});
  CHECK(std::isfinite(history["val_loss"].back()));
  CHECK(model.count_params() == 25'636'712 + 2 * 1001);
  CHECK_FALSE(same_bits(base.get_weights()[0], before[0]));
}

TEST_CASE("A frozen base with a head of one's own learns the head alone", "[applications]") {
  Model base = app::ResNet50(
      {.include_top = false, .weights = "none", .input_shape = {32, 32, 3}, .pooling = "avg"});
  Sequential model{base, Dense{.units = 2, .activation = "softmax"}};
  base.trainable = false;
  const std::vector<Tensor> before = base.get_weights();
  model.compile({.optimizer = "adam", .loss = "categorical_crossentropy", .metrics = {"accuracy"}});
  const Tensor x = random_floats({4, 32, 32, 3}, 1, 0, 1);
  const Tensor y = to_categorical(Tensor::of<std::int32_t>({4}, {0, 1, 1, 0}), 2);
  const History history =
      model.fit(x, y, {.epochs = 2, .batch_size = 2, .validation_data = {x, y}});
  CHECK(history["val_loss"].size() == 2);
  const std::vector<Tensor> after = base.get_weights();
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(same_bits(after[i], before[i]));
}

TEST_CASE("A network refuses what it cannot be", "[applications]") {
  CHECK(error_of([] {
          app::ResNet50({.weights = "none", .input_shape = {16, 16, 3}});
        }).is(ErrorCode::shape_mismatch, "at least 32"));
  CHECK(error_of([] {
          app::ResNet50({.weights = "none", .input_shape = {64, 64}});
        }).is(ErrorCode::shape_mismatch, "height, width, channels"));
  CHECK(error_of([] {
          app::ResNet50({.classes = 10});
        }).is(ErrorCode::invalid_argument, "1000 classes"));
  const auto no_weights = error_of([] { app::ResNet50({.weights = "nonesuch"}); });
  CHECK(no_weights.is(ErrorCode::not_found, "'nonesuch'"));
  CHECK(no_weights.is(ErrorCode::not_found, "\"imagenet\", \"none\" or a file"));
  // In source a wrong word does not compile, with the top or without.
  CHECK(error_of([] { app::TopPooling::named("avrg"); }).is(ErrorCode::not_found, "'avrg'"));
  static_assert(!std::is_convertible_v<std::string, app::TopPooling>);
}

TEST_CASE("Missing weights are named, with where they were looked for", "[applications]") {
  const TempFolder empty;
  const Environment linnet_home("LINNET_HOME", "/no/such/folder"),
      keras_home("KERAS_HOME", empty.path(""));
  const auto error = error_of([] { app::ResNet50({.include_top = false}); });
  CHECK(error.is(ErrorCode::not_found, "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"));
  CHECK(error.is(ErrorCode::not_found, "searched: /no/such/folder, /no/such/folder/models, "));
  CHECK(error.is(ErrorCode::not_found, empty.path("models")));
  // How to get it, and how to do without.
  CHECK(error.is(ErrorCode::not_found, "keras.applications' function of this network"));
  CHECK(error.is(ErrorCode::not_found, "set LINNET_HOME to its folder"));
  CHECK(error.is(ErrorCode::not_found, "weights = \"none\""));
}

}  // namespace linnet::test
