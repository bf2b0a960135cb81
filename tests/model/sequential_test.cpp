// Sequential: when it is built, and what it then takes.
#include "io/temp_folder.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

TEST_CASE("A Sequential with an Input is built as layers are added", "[model]") {
  Sequential model;
  model.add(Input{.shape = {4}, .name = "features"});
  CHECK(model.built());  // it gives what it takes
  const Tensor ones = Tensor::full({2, 4}, 1.0f);
  CHECK(model.predict(ones) == ones);
  model.add(Dense{.units = 3});
  CHECK(model.built());
  CHECK(model.count_params() == 15);
  CHECK(model.predict(Tensor(DType::float32, {2, 4})).shape() == Shape{2, 3});
  const Tensor kernel = model.get_weights()[0];
  model.add(Dense{.units = 2});
  CHECK(model.layer("dense_1").parameters().size() == 2);
  CHECK(model.count_params() == 15 + 8);
  CHECK(model.predict(Tensor(DType::float32, {2, 4})).shape() == Shape{2, 2});
  CHECK(same_bits(model.get_weights()[0], kernel));  // what was there stays
  const Sequential at_once{Input{.shape = {4}}, Dense{.units = 3}, Dense{.units = 2}};
  CHECK(at_once.built());
  CHECK(at_once.summary().find("Total params: 23") != std::string::npos);
}

TEST_CASE("With an Input a shape that does not fit is refused at the layer", "[model]") {
  Sequential model;
  model.add(Input{.shape = {8, 8, 3}});
  model.add(Conv2D{.filters = 2, .kernel_size = 3, .name = "small"});
  CHECK(error_of([&] {
          model.add(Conv2D{.filters = 2, .kernel_size = 7, .name = "large"});
        }).is(ErrorCode::shape_mismatch, "large"));
  CHECK(error_of([&] {
          model.add(Conv2D{.filters = 2, .kernel_size = 3, .name = "small"});
        }).is(ErrorCode::invalid_argument, "'small'"));
  model.add(Flatten{});  // nothing has changed by what was refused
  CHECK(model.predict(Tensor(DType::float32, {1, 8, 8, 3})).shape() == Shape{1, 72});
  CHECK(error_of([] {
          Sequential{Input{.shape = {4}}, Conv2D{.filters = 2, .kernel_size = 3}};
        }).is(ErrorCode::shape_mismatch, "Conv2D"));
}

TEST_CASE("A Sequential with an Input keeps its sizes in a file", "[model]") {
  const TempFolder folder;
  const auto saved = [&](const Sequential& model) {
    model.save(folder.path("m.linnet"));
    return Model::load(folder.path("m.linnet"));
  };
  const Conv2D conv{.filters = 2, .kernel_size = 3};
  const Tensor small(DType::float32, {1, 8, 8, 3}), large(DType::float32, {1, 9, 9, 3});
  const Model model = saved(Sequential{Input{.shape = {8, 8, 3}}, conv, GlobalAveragePooling2D{}});
  CHECK(model.predict(small).shape() == Shape{1, 2});
  CHECK(error_of([&] { model.predict(large); }).is(ErrorCode::shape_mismatch, "(None, 8, 8, 3)"));
  // Sizes that came from data are no promise.
  Sequential open{conv, GlobalAveragePooling2D{}};
  open.predict(small);
  CHECK(saved(open).predict(large).shape() == Shape{1, 2});
  CHECK(error_of([&] {
          saved(open).predict(Tensor(DType::float32, {1, 8, 8, 1}));
        }).is(ErrorCode::shape_mismatch, "conv2d"));
}

TEST_CASE("A trained Sequential with an Input takes one more layer", "[model]") {
  const NumberRows data(20);
  Sequential model{Input{.shape = {6}}, Dense{.units = 3, .activation = "softmax"}};
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  model.fit(data.x, data.y);
  const auto before = model.get_weights();
  model.add(Dense{.units = 4, .activation = "softmax"});
  CHECK(same_bits(model.get_weights()[0], before[0]));
  const auto history = model.fit(data.x, data.y, {.epochs = 2});
  CHECK(history["loss"].size() == 2);
  CHECK_FALSE(same_bits(model.get_weights()[0], before[0]));
  CHECK(model.predict(data.x).shape() == Shape{20, 4});
  const Sequential around{model, Dense{.units = 1}};
  around.predict(data.x);
  CHECK(error_of([&] { model.add(Dense{.units = 1}); }).is(ErrorCode::bad_state, "another"));
}

TEST_CASE("Without an Input the first data give the sizes, and build() fixes them", "[model]") {
  const Tensor small(DType::float32, {1, 8, 8, 3}), large(DType::float32, {1, 12, 12, 3});
  Sequential free{Conv2D{.filters = 2, .kernel_size = 3}, GlobalAveragePooling2D{}};
  CHECK_FALSE(free.built());
  free.predict(small);
  CHECK(free.predict(large).shape() == Shape{1, 2});
  CHECK(error_of([&] { free.add(Flatten{}); }).is(ErrorCode::bad_state, "built"));
  Sequential fixed{Conv2D{.filters = 2, .kernel_size = 3}, GlobalAveragePooling2D{}};
  fixed.build({any, 8, 8, 3});
  CHECK(fixed.predict(small).shape() == Shape{1, 2});
  const auto error = error_of([&] { fixed.predict(large); });
  CHECK(error.is(ErrorCode::shape_mismatch, "(1, 12, 12, 3)"));
  CHECK(error.is(ErrorCode::shape_mismatch, "(None, 8, 8, 3)"));
  CHECK(error.is(ErrorCode::shape_mismatch, "built"));
  fixed.compile({.loss = "mean_squared_error"});
  const Tensor y(DType::float32, {1, 2});
  const auto bad_validation = error_of([&] {
    fixed.fit(small, y, {.validation_data = {large, y}});
  });
  CHECK(bad_validation.is(ErrorCode::shape_mismatch, "validation_data: "));
  CHECK(bad_validation.is(ErrorCode::shape_mismatch, "(None, 8, 8, 3), for which the model was"));
  CHECK(bad_validation.is(ErrorCode::shape_mismatch, "(1, 12, 12, 3)"));
}

TEST_CASE("A layer that does not fit is named as it would be in the model", "[model]") {
  const auto refused = [](auto... layers) {
    return error_of([&] { Sequential{Input{.shape = {4, 4, 1}}, layers...}; });
  };
  CHECK(refused(MaxPooling2D{}, MaxPooling2D{.pool_size = 5})
            .is(ErrorCode::shape_mismatch, "max_pooling2d_1: MaxPooling2D: a window of 5"));
  CHECK(refused(Conv2D{.filters = 1, .kernel_size = 3, .name = "a"},
                Conv2D{.filters = 1, .kernel_size = 3})
            .is(ErrorCode::shape_mismatch, "conv2d: Conv2D: a window of 3"));
  Sequential later{MaxPooling2D{}, MaxPooling2D{.pool_size = 5}};
  CHECK(error_of([&] {
          later.build({any, 4, 4, 1});
        }).is(ErrorCode::shape_mismatch, "max_pooling2d_1: "));
}

TEST_CASE("An Input with the axis of the batch gets a hint", "[model]") {
  constexpr const char* kHint = "the shape that an Input is given has no axis of the batch";
  const auto refused = [&](auto layer) {
    return error_of([&] { Sequential{Input{.shape = {any, 28, 28, 1}}, layer}; });
  };
  CHECK(refused(Conv2D{.filters = 2, .kernel_size = 3}).is(ErrorCode::shape_mismatch, kHint));
  CHECK(refused(MaxPooling2D{}).is(ErrorCode::shape_mismatch, kHint));
  Sequential dense{Input{.shape = {any, 4}}, Dense{.units = 2}};
  CHECK(error_of([&] {
          dense.predict(Tensor(DType::float32, {3, 4}));
        }).is(ErrorCode::shape_mismatch, kHint));
  CHECK(error_of([&] {
          dense.predict(Tensor(DType::float32, {3, 4, 5, 4}));
        }).message.find(kHint) == std::string::npos);
}

}  // namespace linnet::test
