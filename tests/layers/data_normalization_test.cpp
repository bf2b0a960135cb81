#include <cmath>
#include <limits>
#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("Normalization learns the statistics that Keras's learns", "[layers]") {
  const Golden golden("adapt");
  CHECK(golden.cases().size() == 7);
  for (const GoldenCase& each : golden.cases()) {
    INFO(each.name);
    const Tensor x = each.at("x/0");
    const auto plain = from_fields<Normalization>(each.facts.at("config"), "Normalization");
    Normalization whole = plain, batches = plain;
    whole.adapt(x);
    batches.adapt(Dataset::from(x).batch(4));
    for (const Normalization& layer : {whole, batches}) {
      CHECK(layer.mean.values().shape() == each.at("mean/0").shape());
      CHECK(close(layer.mean.values(), each.at("mean/0"), 1e-5));
      CHECK(close(layer.variance.values(), each.at("variance/0"), 1e-5));
      CHECK(close(LayerRun(layer, {x}).output(), each.at("y/0"), 1e-5));
    }
  }
}

TEST_CASE("An adapted Normalization is saved with its model", "[layers]") {
  const Tensor x = Tensor::of<std::int32_t>({3, 2}, {1, 10, 2, 20, 3, 60});
  Normalization normalize;
  normalize.adapt(x);
  CHECK(close(normalize.mean.values(), Tensor::of<float>({2}, {2, 30}), 1e-6));
  CHECK(close(normalize.variance.values(), Tensor::of<float>({2}, {2.0f / 3, 1400.0f / 3}), 1e-6));
  Sequential model{normalize};
  model.build({any, 2});
  CHECK(model.count_params() == 0);
  const auto again = from_fields<Normalization>(config_of(normalize), "Normalization");
  CHECK(config_of(again) == config_of(normalize));
  CHECK(again.mean.values() == normalize.mean.values());
  const Tensor y = model.predict(Tensor::of<float>({1, 2}, {3, 30}));
  CHECK(std::abs(y.data<float>()[0] - std::sqrt(1.5f)) < 1e-6f);
  CHECK(y.data<float>()[1] == 0);
}

TEST_CASE("Normalization does not learn from what is no finite number", "[layers]") {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  Normalization layer{.mean = {1, 2}, .variance = {3, 4}};
  for (const float bad : {std::nanf(""), kInf, -kInf}) {
    const Tensor x = Tensor::of<float>({2, 2}, {1, 2, 3, bad});
    CHECK(error_of([&] { layer.adapt(x); }).is(ErrorCode::invalid_argument, "finite"));
    CHECK(error_of([&] {
            layer.adapt(Dataset::from(x).batch(1));
          }).is(ErrorCode::invalid_argument, "in a batch of shape (1, 2)"));
  }
  const Tensor large = Tensor::of<float>({2, 2}, {1, 1e30f, 1, -1e30f});
  CHECK(error_of([&] { layer.adapt(large); }).is(ErrorCode::out_of_range, "a variance of 1.0"));
  CHECK(layer.mean.values() == Tensor::of<float>({2}, {1, 2}));
  CHECK(layer.variance.values() == Tensor::of<float>({2}, {3, 4}));
}

TEST_CASE("Normalization refuses what does not fit", "[layers]") {
  const Value x = input({4, 3});
  const auto fails = [&](Normalization layer) { return error_of([&] { x | layer; }); };
  CHECK(fails({.mean = 1.0}).is(ErrorCode::invalid_argument, "give both or neither"));
  CHECK(fails({.mean = {1, 2}, .variance = {1, 2}}).is(ErrorCode::shape_mismatch, "mean"));
  CHECK(fails({.mean = {1, 2, 3}, .variance = 1.0}).is(ErrorCode::shape_mismatch, "variance"));
  CHECK(fails({.axis = {-1, 2}}).is(ErrorCode::invalid_argument, "twice"));
  CHECK(fails({.axis = {3}}).code.has_value());
  CHECK(error_of([] {
          input({any, 3}) | Normalization{.axis = {1}};
        }).is(ErrorCode::shape_mismatch, "must be known"));
  Normalization layer;
  CHECK(error_of([&] {
          layer.adapt(Tensor(DType::float32, {0, 3}));
        }).is(ErrorCode::invalid_argument, "no rows"));
  const Dataset endless = Dataset::from(Tensor(DType::float32, {2, 3})).batch(2).repeat();
  CHECK(error_of([&] { layer.adapt(endless); }).is(ErrorCode::bad_state, "never ends"));
  int count = 0;
  CHECK(error_of([&] {
          layer.adapt([&](Tensor& batch) {
            batch = Tensor(DType::float32, {2, count == 0 ? 3 : 4});
            return ++count < 3;
          });
        }).is(ErrorCode::shape_mismatch, "has the sizes (4"));
  CHECK_FALSE(layer.mean.given());
  Config ragged = parse_json("[[1, 2], [3]]");
  CHECK(error_of([&] { NumberArray::from_config(ragged); }).is(ErrorCode::corrupt_file));
}

}  // namespace linnet::test
