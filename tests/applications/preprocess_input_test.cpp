#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "core/heard.hpp"
#include "golden/golden.hpp"
#include "io/temp_folder.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

using applications::preprocess_input;
using applications::preprocessing;
using applications::PreprocessMode;

TEST_CASE("preprocess_input gives Keras's numbers, as a function and as a saved model") {
  const Golden golden("image_data");
  const TempFolder folder;
  Index count = 0;
  for (const GoldenCase& each : golden.cases()) {
    const Config* word = each.facts.find("mode");
    if (word == nullptr) continue;
    INFO(each.name);
    ++count;
    const auto mode = PreprocessMode::named(word->as_string());
    const Tensor x = each.at("x/0"), y = each.at("y/0");
    CHECK(close(preprocess_input(x, mode), y, 1e-6));
    const Model model = preprocessing(mode);
    CHECK(close(model.predict(x), y, 1e-6));
    model.save(folder.path("m.linnet"));
    CHECK(same_bits(Model::load(folder.path("m.linnet")).predict(x), model.predict(x)));
  }
  CHECK(count == 3);
}

TEST_CASE("preprocess_input takes bytes, and refuses what is not RGB") {
  const Tensor bytes = random_ints({2, 5, 3}, 1, 256, DType::uint8);
  const Tensor y = preprocess_input(bytes, "caffe");
  CHECK(y.data<float>()[0] == static_cast<float>(bytes.data<std::uint8_t>()[2]) - 103.939f);
  CHECK(error_of([] {
          preprocess_input(Tensor(DType::float32, {4, 1}));
        }).is(ErrorCode::shape_mismatch, "(4, 1)"));
}

TEST_CASE("preprocess_input \"none\" leaves the numbers to the network") {
  const Tensor x = random_floats({2, 3, 3}, 1, 0, 255);
  CHECK(same_bits(preprocess_input(x, "none"), x));
  const Tensor pictures = random_floats({1, 2, 3, 3}, 1, 0, 255);
  CHECK(same_bits(preprocessing("none").predict(pictures), pictures));
}

TEST_CASE("Pixels of 0..1 for a net of 0..255 are warned of, once a model") {
  Heard heard;
  Tensor bytes(DType::float32, {2, 4, 4, 3});
  for (std::size_t i = 0; i < bytes.data<float>().size(); ++i) {
    bytes.data<float>()[i] = static_cast<float>(i);
  }
  Tensor ones = bytes.clone();
  for (float& x : ones.data<float>()) x /= 255;
  Sequential model{preprocessing("caffe"), GlobalAveragePooling2D{}, Dense{.units = 2}};
  model.predict(bytes);
  preprocess_input(bytes);
  model.predict(Tensor(DType::float32, {2, 4, 4, 3}));  // a black picture says nothing
  CHECK(heard.count() == 0);
  model.predict(ones);
  model.predict(ones);
  CHECK(heard.count() == 1);
  CHECK(heard.has("preprocess_caffe takes 0 to 255"));
  preprocess_input(ones);
  CHECK(heard.count() == 2);
  Sequential trained{preprocessing("tf"), GlobalAveragePooling2D{}, Dense{.units = 2}};
  trained.compile({.loss = "mean_squared_error"});
  trained.fit(ones, Tensor(DType::float32, {2, 2}));
  CHECK(heard.count() == 3);
}

TEST_CASE("What preprocesses pictures is not trained") {
  CHECK(preprocessing("caffe").count_params() == 12);
  for (const auto& [path, parameter] : preprocessing("caffe").parameters()) {
    INFO(path);
    CHECK(path.starts_with("to_bgr"));
  }
  CHECK_FALSE(preprocessing("caffe").layer("to_bgr").trainable);
}

}  // namespace linnet::test
