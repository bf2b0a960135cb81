// Ragged rows through models whose output keeps the axis of time.
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

/// Rows of 2, 0, 30 and 1 steps of one number, in batches that are padded to different widths.
Ragged rows_of_steps() {
  Tensor values(DType::float32, {33, 1});
  float next = 0;
  for (float& value : values.data<float>()) value = ++next;
  return {values, Tensor::of<std::int64_t>({5}, {0, 2, 2, 32, 33})};
}

Sequential doubling() {
  Sequential model{Dense{.units = 1,
                         .kernel_initializer = initializers::Constant{2},
                         .bias_initializer = initializers::Constant{1}}};
  model.build({any, any, 1});
  return model;
}

}  // namespace

TEST_CASE("Ragged rows come back in their own lengths", "[model]") {
  const Sequential model = doubling();
  for (const Index batch : {1, 2, 3, 256}) {
    const Ragged y = model.predict_ragged(rows_of_steps(), {.batch_size = batch});
    CHECK(y.splits == rows_of_steps().splits);
    REQUIRE(y.values.shape() == Shape{33, 1});
    for (Index i = 0; i < 33; ++i) {
      CHECK(y.values.data<float>()[static_cast<std::size_t>(i)] == static_cast<float>(2 * i + 3));
    }
  }
}

TEST_CASE("A padded prediction is as long as the longest row, with zeros behind each end",
          "[model]") {
  const Sequential model = doubling();
  const Tensor whole = model.predict(rows_of_steps());
  REQUIRE(whole.shape() == Shape{4, 30, 1});
  CHECK(whole.data<float>()[1] == 5);
  CHECK(whole.data<float>()[2] == 0);
  CHECK(whole.data<float>()[30] == 0);
  CHECK(whole.data<float>()[60] == 7);
  CHECK(whole.data<float>()[89] == 65);
  CHECK(whole.data<float>()[91] == 0);
  for (const Index batch : {1, 2, 3}) {
    CHECK(model.predict(rows_of_steps(), {.batch_size = batch}) == whole);
  }
}

TEST_CASE("An output that depends on the padding of ragged rows is refused", "[model]") {
  Sequential model{Dense{.units = 2}, Reshape{{-1}}};
  model.build({any, any, 1});
  CHECK(error_of([&] {
          model.predict(rows_of_steps(), {.batch_size = 1});
        }).is(ErrorCode::shape_mismatch, "padding"));
  const Sequential pooled{GlobalAveragePooling1D{}};
  CHECK(error_of([&] {
          pooled.predict_ragged(rows_of_steps());
        }).is(ErrorCode::shape_mismatch, "no axis of time"));
  CHECK(pooled.predict(rows_of_steps(), {.batch_size = 1}).shape() == Shape{4, 1});
}

}  // namespace linnet::test
