// Data that a call refuses give a Sequential no shapes.
#include <thread>

#include "core/rounds.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

using Caller = std::function<void(Model&, const Tensor& x, const Tensor& y)>;

const Caller kCallers[] = {
    [](Model& m, const Tensor& x, const Tensor& y) { m.fit(x, y); },
    [](Model& m, const Tensor& x, const Tensor& y) { m.evaluate(x, y); },
    [](Model& m, const Tensor& x, const Tensor& y) { m.train_on_batch(x, y); },
    [](Model& m, const Tensor& x, const Tensor& y) { m.test_on_batch(x, y); },
    [](Model& m, const Tensor& x, const Tensor& y) {  // a stream, of one batch
      const Dataset stream = Dataset::stream([=](Index) {
        return [=, done = false](Batch& batch) mutable {
          batch = {.x = Columns(x), .y = Columns(y)};
          return !std::exchange(done, true);
        };
      });
      m.fit(stream.batch(x.shape()[0]));
    },
};

Sequential ids_by_position() {
  return Sequential{Embedding{.input_dim = 10, .output_dim = 2}, Flatten{}, Dense{.units = 1}};
}

const Tensor kBadIds = Tensor::full<std::int32_t>({3, 5}, 17), kIds(DType::int32, {3, 6});

}  // namespace

TEST_CASE("A call that is refused builds nothing, and other sizes may follow", "[model]") {
  const Tensor narrow = random_floats({3, 5}, 1), wide = random_floats({3, 6}, 2);
  const Tensor y = random_floats({3, 1}, 3), short_y = random_floats({2, 1}, 4);
  for (const Caller& refused : kCallers) {
    const Shared dense{Dense{.units = 1}};
    const Sequential inner({dense}, "inner");
    Sequential model{inner, Dense{.units = 1}};
    model.compile({.loss = "mse"});
    CHECK(error_of([&] { refused(model, narrow, short_y); }).is(ErrorCode::shape_mismatch));
    CHECK_FALSE(model.built());
    CHECK_FALSE(inner.built());
    CHECK(dense.parameters().empty());
    CHECK(dense.name().empty());
    model.fit(wide, y);
    CHECK(dense.parameters()[0]->type.shape == Shape{6, 1});
    CHECK(error_of([&] { refused(model, narrow, y); }).code.has_value());
    CHECK(model.built());
  }
}

TEST_CASE("A prediction that is refused builds nothing", "[model]") {
  const Ragged bad{Tensor(DType::int32, {5}), Tensor::of<std::int64_t>({3}, {0, 9, 5})};
  for (const Inputs& refused : {Inputs(kBadIds), Inputs(bad), Inputs{kIds, kIds}}) {
    const Sequential model = ids_by_position();
    CHECK(error_of([&] { model.predict(refused); }).code.has_value());
    CHECK(error_of([&] { model.predict_ragged(refused); }).code.has_value());
    CHECK_FALSE(model.built());
    CHECK(model.predict(kIds).shape() == Shape{3, 1});
  }
  const Sequential model = ids_by_position();
  CHECK(error_of([&] { model.predict(Dataset::from(kBadIds)); }).is(ErrorCode::out_of_range));
  CHECK_FALSE(model.built());
  CHECK(model.predict(Dataset::from(kIds)).shape() == Shape{3, 1});
}

TEST_CASE("What a later layer refuses leaves nothing of the earlier ones", "[model]") {
  Sequential model{Dense{.units = 2}, Flatten{}, Reshape{.target_shape = {6}}};
  CHECK(error_of([&] { model.predict(random_floats({2, 5, 3}, 1)); }).code.has_value());
  CHECK(error_of([&] { model.build({any, 5, 3}); }).code.has_value());
  CHECK_FALSE(model.built());
  CHECK(model.predict(random_floats({2, 3, 4}, 1)).shape() == Shape{2, 6});
}

TEST_CASE("A model inside one whose call was refused takes further layers", "[model]") {
  Sequential inner{Input{{4}}, Dense{.units = 2}};
  const Sequential outer{inner, Dense{.units = 1}};
  CHECK(error_of([&] { outer.predict(random_floats({3, 5}, 1)); }).code.has_value());
  inner.add(Dense{.units = 3});
  CHECK(inner.predict(random_floats({3, 4}, 1)).shape() == Shape{3, 3});
}

TEST_CASE("Labels that do not fit are told as a Sequential is built", "[model]") {
  Sequential model{Dense{.units = 3}};
  model.set_labels({"a", "b"});
  CHECK(error_of([&] {
          model.build({any, 4});
        }).is(ErrorCode::invalid_argument, "labels: expected 3 names, got 2"));
  model.set_labels({"a", "b", "c"});
  model.build({any, 4});
}

TEST_CASE("Of threads that predict first, those with good data have their way",
          "[model][threads]") {
  for (int round = 0; round < rounds(20); ++round) {
    const Sequential model = ids_by_position();
    Caught bad;
    Shape good;
    std::thread other([&] { bad = error_of([&] { model.predict(kBadIds); }); });
    const Caught none = error_of([&] { good = model.predict(kIds).shape(); });
    other.join();
    CHECK(bad.code.has_value());
    CHECK(none.message.empty());
    CHECK(good == Shape{3, 1});
  }
}

}  // namespace linnet::test
