#include <fstream>
#include <iterator>
#include <linnet/images/image_dataset.hpp>
#include <linnet/layers.hpp>
#include <linnet/model/sequential.hpp>

#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// Pictures of noise as a.png, b.png, ... and what is in them.
class Pictures {
 public:
  explicit Pictures(Index count) {
    for (Index i = 0; i < count; ++i) {
      const Tensor image =
          random_ints({9 + i, 12, 3}, static_cast<std::uint64_t>(i), 256, DType::uint8);
      paths.push_back(folder_.path(std::string(1, static_cast<char>('a' + i)) + ".png"));
      write_png(paths.back(), image);
      images.push_back(image);
    }
  }
  std::vector<std::string> paths;
  std::vector<Tensor> images;

 private:
  TempFolder folder_;
};

Sequential classifier(const Shape& input) {
  Sequential model{Resizing{.height = 4, .width = 4}, Rescaling{.scale = 1.0 / 255}, Flatten{},
                   Dense{.units = 3, .activation = "softmax"}};
  model.build(Shape{any}.joined(input));
  model.set_labels({"cat", "dog", "eel"});
  return model;
}

void check_same(const Prediction& got, const Tensor& row) {
  const auto wanted = row.data<float>();
  REQUIRE(got.probabilities.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CHECK(std::abs(got.probabilities[i] - wanted[i]) < 1e-6f);
  }
  CHECK(got.label ==
        std::vector<std::string>{"cat", "dog", "eel"}[static_cast<std::size_t>(got.index)]);
}

}  // namespace

TEST_CASE("One number of a sigmoid is the probability of the second of two classes", "[model]") {
  const Pictures pictures(4);
  const auto model_of = [](const ActivationFunction& activation) {
    Sequential model{Resizing{.height = 4, .width = 4}, Rescaling{.scale = 1.0 / 255}, Flatten{},
                     Dense{.units = 1, .activation = activation}};
    model.build({any, any, any, 3});
    return model;
  };
  Sequential model = model_of("sigmoid");
  const float p = model.predict_image(pictures.paths[0]).probabilities[1];
  for (const bool named : {false, true}) {
    if (named) model.set_labels({"no", "yes"});
    const Prediction answer = model.predict_image(pictures.paths[0]);
    CHECK(answer.probabilities == std::vector<float>{1 - p, p});
    CHECK(answer.index == (p > 0.5f ? 1 : 0));
    CHECK(answer.probability == std::max(p, 1 - p));
    CHECK(answer.label == (!named ? "" : p > 0.5f ? "yes" : "no"));
  }
  CHECK(model_of("linear").predict_image(pictures.paths[0]).probabilities.size() == 1);
}

TEST_CASE("A picture is made as large as the model's input and answered with a label") {
  const Pictures pictures(14);
  const Sequential model = classifier({8, 6, 3});
  const auto answers = model.predict_images(pictures.paths);
  REQUIRE(answers.size() == pictures.paths.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Tensor x = fit_image(pictures.images[i], {.image_size = {8, 6}});
    const Tensor row = model.predict(x.reshaped({1, 8, 6, 3}));
    check_same(answers[i], row);
    check_same(model.predict_image(pictures.paths[i]), row);
  }
}

TEST_CASE("A picture's bytes are answered as its file is") {
  const Pictures pictures(1);
  const Sequential model = classifier({8, 6, 3});
  std::ifstream file(pictures.paths[0], std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  const Prediction answer = model.predict_image(std::as_bytes(std::span(bytes)));
  CHECK(answer.probabilities == model.predict_image(pictures.paths[0]).probabilities);
}

TEST_CASE("A model gets as many channels as it takes: grey, colours, or alpha too") {
  const Pictures pictures(1);
  const struct {
    Index channels;
    ColorMode mode;
  } cases[] = {{1, "grayscale"}, {3, "rgb"}, {4, "rgba"}};
  for (const auto& [channels, mode] : cases) {
    INFO(channels);
    const Sequential model = classifier({any, any, channels});
    const Tensor picture = read_image(pictures.paths[0], {.color_mode = mode});
    CHECK(picture.shape() == Shape{9, 12, channels});
    check_same(model.predict_image(pictures.paths[0]),
               model.predict(picture.reshaped({1, 9, 12, channels})));
  }
}

TEST_CASE("A model that takes pictures of any size is given them as they are") {
  const Pictures pictures(3);
  const Sequential model = classifier({any, any, 3});
  for (std::size_t i = 0; i < 3; ++i) {
    const Shape shape = Shape{1}.joined(pictures.images[i].shape());
    check_same(model.predict_image(pictures.paths[i]),
               model.predict(pictures.images[i].reshaped(shape)));
  }
  CHECK(model.predict_images(pictures.paths).size() == 3);
  CHECK(model.predict_images({}).empty());
}

TEST_CASE("predict_image refuses a model or a file that is none for pictures") {
  const Pictures pictures(1);
  CHECK(error_of([&] {
          classifier({8, 6, 2}).predict_image(pictures.paths[0]);
        }).is(ErrorCode::shape_mismatch, "1, 3 or 4 channels"));
  Sequential dense{Dense{.units = 2}};
  dense.build({any, 4});
  CHECK(error_of([&] {
          dense.predict_image(pictures.paths[0]);
        }).is(ErrorCode::shape_mismatch, "(batch, height, width, channels)"));
  const Sequential open{Flatten{}, Dense{.units = 2}};
  CHECK(error_of([&] { open.predict_image(pictures.paths[0]); }).is(ErrorCode::bad_state));
  const Sequential model = classifier({8, 6, 3});
  CHECK(error_of([&] { model.predict_image("nothing.png"); }).is(ErrorCode::io, "nothing.png"));
  CHECK(error_of([&] {
          model.predict_image(std::span<const std::byte>());
        }).is(ErrorCode::corrupt_file, "empty"));
}

}  // namespace linnet::test
