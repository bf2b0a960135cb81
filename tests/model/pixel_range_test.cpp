// Pictures of 0..1 for models that take 0..255.
#include "core/heard.hpp"
#include "model/small_models.hpp"
#include "model/state.hpp"

namespace linnet::test {

namespace {

Sequential network() {
  Sequential model{RandomFlip{}, Rescaling{.scale = 1 / 127.5, .offset = -1, .name = "to_one"},
                   GlobalAveragePooling2D{}, Dense{.units = 2}};
  model.compile({.loss = "mean_squared_error"});
  return model;
}

}  // namespace

TEST_CASE("A model that begins with a Rescaling of pixels is warned of 0..1", "[model]") {
  const Tensor bytes = random_floats({4, 5, 5, 3}, 1, 0, 255),
               ones = random_floats({4, 5, 5, 3}, 1, 0, 1);
  const Tensor y(DType::float32, {4, 2});
  Heard heard;
  Sequential model = network();
  model.fit(bytes, y);
  CHECK(heard.take().empty());
  model.predict(ones);
  CHECK(heard.take().find("to_one takes 0 to 255") != std::string::npos);
  model.predict(ones);
  CHECK(heard.take().empty());  // once a model
}

TEST_CASE("Data sets of 0..1 are warned of wherever they are used", "[model]") {
  const Tensor ones = random_floats({4, 5, 5, 3}, 1, 0, 1);
  const Dataset rows = Dataset::from(ones, Tensor(DType::float32, {4, 2}));
  Heard heard;
  network().fit(rows.batch(2));
  CHECK_FALSE(heard.take().empty());
  network().fit(rows.fetch([](Batch&) {}));
  CHECK_FALSE(heard.take().empty());
  network().evaluate(rows);
  CHECK_FALSE(heard.take().empty());
  network().predict(rows);
  CHECK_FALSE(heard.take().empty());
  Sequential model = network();
  model.fit(random_floats({4, 5, 5, 3}, 1, 0, 255), Tensor(DType::float32, {4, 2}),
            {.validation_data = rows});
  CHECK_FALSE(heard.take().empty());
}

TEST_CASE("A pretrained network whose preprocessing was left out is warned of", "[model]") {
  const Tensor ones = random_floats({4, 5, 5, 3}, 1, 0, 1);
  Heard heard;
  const Value x = input({any, any, 3});
  const Model base(x, x | Conv2D{.filters = 2, .kernel_size = 3} | GlobalAveragePooling2D{}, "net");
  base.state()->preprocess = "caffe";  // as applications do with weights
  Sequential model{base, Dense{.units = 2}};
  model.predict(random_floats({4, 5, 5, 3}, 1, -100, 100));
  CHECK(heard.take().empty());
  model.predict(ones);
  CHECK(heard.take().find("net takes what preprocess_input \"caffe\" makes") != std::string::npos);
  base.predict(ones);
  CHECK_FALSE(heard.take().empty());
}

TEST_CASE("A model of its own that takes small numbers is not warned", "[model]") {
  Heard heard;
  Sequential model{Conv2D{.filters = 2, .kernel_size = 3}, GlobalAveragePooling2D{}};
  model.predict(random_floats({4, 5, 5, 3}, 1, 0, 1));
  Sequential doubled{Rescaling{.scale = 2}, GlobalAveragePooling2D{}};
  doubled.predict(random_floats({4, 5, 5, 3}, 1, 0, 1));
  // The first rows of a picture are as dark as can be, the others are not.
  Tensor night = random_floats({1, 300, 300, 3}, 1, 0, 255);
  for (float& value : night.data<float>().first(1 << 17)) value = 0.5f;
  network().predict(night);
  CHECK(heard.take().empty());
}

}  // namespace linnet::test
