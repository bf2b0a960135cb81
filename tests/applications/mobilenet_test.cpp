#include <cmath>
#include <linnet/applications/mobilenet.hpp>
#include <linnet/applications/networks.hpp>
#include <linnet/applications/vgg.hpp>
#include <linnet/io/json.hpp>
#include <linnet/layers.hpp>
#include <linnet/model/sequential.hpp>

#include "applications/environment.hpp"
#include "applications/networks.hpp"
#include "catch.hpp"
#include "core/error_of.hpp"
#include "core/heard.hpp"
#include "io/temp_folder.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace app = applications;

namespace {

std::string golden(const std::string& name) {
  return std::string(LINNET_TEST_DATA "/golden/keras_weights/") + name;
}

/// As numpy.linspace(-1, 1, ...) in make_keras_weights.py.
Tensor ramp(const Shape& shape) {
  Tensor x(DType::float32, shape);
  const auto data = x.data<float>();
  const double step = 2.0 / (static_cast<double>(data.size()) - 1);
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i] = static_cast<float>(-1 + static_cast<double>(i) * step);
  }
  return x;
}

const app::MobileNetOptions kThin{
    .input_shape = {32, 32, 3}, .alpha = 0.04, .weights = "none", .classes = 3};

}  // namespace

TEST_CASE("A network reads the weight file that Keras writes of it", "[applications]") {
  app::MobileNetOptions options = kThin;
  options.weights = golden("mobilenet.h5");
  const Model model = app::MobileNet(options);
  CHECK(model.count_params() == 8378);
  const Config expected = parse_json(file_text(golden("expected.json")));
  const auto& want = expected.at("mobilenet").at("output").items();
  const Tensor got = model.predict(ramp({2, 32, 32, 3}));
  REQUIRE(got.size() == static_cast<Index>(want.size()));
  for (std::size_t i = 0; i < want.size(); ++i) {
    CHECK(std::abs(double{got.data<float>()[i]} - want[i].as_number()) < 1e-5);
  }
}

TEST_CASE("The weight file of another network is refused by its first mismatch", "[applications]") {
  app::MobileNetOptions options = kThin;
  options.weights = golden("mobilenet.h5");
  options.alpha = 0.1;
  CHECK(error_of([&] { app::MobileNet(options); }).is(ErrorCode::shape_mismatch, "conv1"));
  CHECK(error_of([&] {
          app::MobileNetV2({.input_shape = {32, 32, 3}, .weights = golden("mobilenet.h5")});
        }).is(ErrorCode::shape_mismatch, "layers with weights"));
}

TEST_CASE("imagenet weights are looked for in the folders of linnet and Keras", "[applications]") {
  const TempFolder folder;
  const Environment linnet_home("LINNET_HOME", folder.path("none"));
  const Environment keras_home("KERAS_HOME", folder.path(""));
  const auto missing = error_of([] { app::MobileNet(); });
  CHECK(missing.is(ErrorCode::not_found, "mobilenet_1_0_224_tf.h5"));
  CHECK(missing.is(ErrorCode::not_found, folder.path("none")));
  std::filesystem::create_directory(folder.path("models"));
  std::filesystem::copy(golden("mobilenet.h5"), folder.path("models/mobilenet_1_0_224_tf.h5"));
  CHECK(error_of([] { app::MobileNet(); }).is(ErrorCode::shape_mismatch, "conv1"));
}

TEST_CASE("A file of Keras's own under ImageNet's name gives Keras's numbers", "[applications]") {
  const Environment linnet_home("LINNET_HOME", golden(""));
  const Model model =
      app::MobileNet({.input_shape = {32, 32, 3}, .alpha = 0.25, .include_top = false});
  const Config expected = parse_json(file_text(golden("expected.json")));
  const auto& want = expected.at("imagenet").at("output").items();
  const Tensor got = model.predict(ramp({2, 32, 32, 3}));
  REQUIRE(got.shape() == Shape{2, 1, 1, 256});
  REQUIRE(want.size() == 512);
  for (std::size_t i = 0; i < want.size(); ++i) {
    const double wanted = want[i].as_number();
    CHECK(std::abs(double{got.data<float>()[i]} - wanted) < 1e-5 * (1 + std::abs(wanted)));
  }
}

TEST_CASE("imagenet weights of a network and of its features are taken", "[applications]") {
  const TempFolder folder;
  const Environment linnet_home("LINNET_HOME", folder.path(""));
  const Tensor x = ramp({1, 32, 32, 3});
  app::MobileNetOptions options{.input_shape = {32, 32, 3}, .alpha = 0.25, .include_top = false};
  const auto with = [&](const char* weights) {
    options.weights = weights;
    return app::MobileNet(options);
  };
  const Model made = with("none");
  made.save_weights(folder.path("made.weights.h5"));
  std::filesystem::rename(folder.path("made.weights.h5"),
                          folder.path("mobilenet_2_5_224_tf_no_top.h5"));
  CHECK(same_bits(with("imagenet").predict(x), made.predict(x)));
  options.include_top = true;
  CHECK(error_of([&] { with("imagenet"); }).is(ErrorCode::not_found, "mobilenet_2_5_224_tf.h5"));
}

TEST_CASE("Networks refuse options that they or their weights do not have", "[applications]") {
  CHECK(error_of([] {
          app::MobileNet({.alpha = 0.3});
        }).is(ErrorCode::invalid_argument, "0.25, 0.5, 0.75, 1"));
  CHECK(error_of([] {
          app::MobileNet({.alpha = -1, .weights = "none"});
        }).is(ErrorCode::invalid_argument, "positive"));
  CHECK(error_of([] {
          app::MobileNet({.alpha = 0.01, .weights = "none"});
        }).is(ErrorCode::invalid_argument, "conv1: Conv2D: filters"));
  CHECK(error_of([] {
          app::MobileNet({.depth_multiplier = 2});
        }).is(ErrorCode::invalid_argument, "depth_multiplier"));
  CHECK(error_of([] {
          app::MobileNetV3Small({.alpha = 0.75, .minimalistic = true});
        }).is(ErrorCode::invalid_argument, "alpha"));
  CHECK(error_of([] {
          app::MobileNetV2({.classifier_activation = "relu"});
        }).is(ErrorCode::invalid_argument, "classifier_activation"));
  CHECK(error_of([] {
          app::image_network("InceptionV3").count_params({.input_shape = {74, 75, 3}});
        }).is(ErrorCode::shape_mismatch, "at least 75"));
  CHECK(error_of([] {
          app::VGG16({.weights = "none", .input_shape = {any, any, 3}});
        }).is(ErrorCode::shape_mismatch, "fc1: Dense"));
}

TEST_CASE("A size that a layer cannot take is refused by the layer's name", "[applications]") {
  const app::ApplicationOptions open{.include_top = false, .weights = "none"};
  const Model model = app::image_network("InceptionV3").build(open);
  const auto error = error_of([&] { model.predict(Tensor(DType::float32, {1, 20, 20, 3})); });
  CHECK(error.is(ErrorCode::shape_mismatch, "max_pooling2d_1: MaxPooling2D"));
}

TEST_CASE("Pictures of other channels than a network's are refused by both shapes",
          "[applications]") {
  const Model model = app::MobileNet(kThin);
  for (const Index channels : {1, 4}) {
    const auto error = error_of([&] {
      model.predict(Tensor(DType::float32, {2, 32, 32, channels}));
    });
    CHECK(error.is(ErrorCode::shape_mismatch, "(None, 32, 32, 3)"));
    CHECK(error.is(ErrorCode::shape_mismatch, Shape{2, 32, 32, channels}.str()));
  }
}

TEST_CASE("A network with ready weights warns of pixels of 0..1, also from a file",
          "[applications][large]") {
  const TempFolder folder;
  const Environment linnet_home("LINNET_HOME", folder.path(""));
  app::ApplicationOptions options{.include_top = false, .weights = "none", .pooling = "avg"};
  options.input_shape = {32, 32, 3};
  const app::ImageNetwork& network = app::image_network("DenseNet121");
  network.build(options).save_weights(folder.path("made.weights.h5"));
  std::filesystem::rename(folder.path("made.weights.h5"),
                          folder.path(network.weight_file({.include_top = false})));
  const Tensor ones = random_floats({1, 32, 32, 3}, 1, 0, 1);
  Heard heard;
  network.build(options).predict(ones);  // its weights are its own
  CHECK(heard.take().empty());
  options.weights = "imagenet";
  const Model base = network.build(options);
  base.predict(random_floats({1, 32, 32, 3}, 2, -100, 100));
  CHECK(heard.take().empty());
  base.predict(ones);
  CHECK(heard.take().find("densenet121 takes what preprocess_input \"torch\" makes") !=
        std::string::npos);
  Sequential model{base, Dense{.units = 2}};
  model.build({any, 32, 32, 3});
  model.save(folder.path("m.linnet"));
  Model::load(folder.path("m.linnet")).predict(ones);
  CHECK(heard.take().find("preprocess_input \"torch\"") != std::string::npos);
}

TEST_CASE("Only EfficientNet's imagenet weights have a second Rescaling", "[applications]") {
  const auto scales = [](const std::string& weights) {
    const auto network = app::image_network("EfficientNetB0").connect({.weights = weights});
    std::vector<std::vector<float>> found;
    for (const auto& node : topological_order(std::span(&network.output, 1))) {
      const auto* call = node->op.as<ops::LayerCall>();
      const auto* rescaling = call == nullptr ? nullptr : call->layer.as<Rescaling>();
      if (rescaling == nullptr) continue;
      found.push_back(rescaling->scale.numbers());
      CHECK(rescaling->offset.numbers() == std::vector<float>{0});
    }
    return found;
  };
  const std::vector<float> to_one{1 / 255.0f};
  CHECK(scales("none") == std::vector<std::vector<float>>{to_one});
  const auto both = scales("imagenet");
  REQUIRE(both.size() == 2);
  CHECK(both[0] == to_one);
  // As in keras.applications: by the root of what Normalization has divided by the root of.
  const double deviations[] = {0.229, 0.224, 0.225};
  REQUIRE(both[1].size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(std::abs(double{both[1][i]} * std::sqrt(deviations[i]) - 1) < 1e-6);
  }
}

TEST_CASE("A network of squeeze-and-excite blocks trains", "[applications]") {
  Model model = app::MobileNetV3Small(
      {.input_shape = {32, 32, 3}, .alpha = 0.25, .weights = "none", .classes = 2});
  model.compile({.optimizer = "adam", .loss = "categorical_crossentropy"});
  const Tensor y = Tensor::of<float>({2, 2}, {1, 0, 0, 1});
  const History history = model.fit(ramp({2, 32, 32, 3}), y, {.epochs = 1, .batch_size = 2});
  CHECK(std::isfinite(history["loss"].front()));
}

}  // namespace linnet::test
