// Every case of losses.safetensors through a model, which weighs and reduces its losses itself.
#include <linnet/ops/shape.hpp>

#include "golden/golden.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

/// A model that gives its input.
Model identity_of(const Tensor& y_pred, const Loss& loss) {
  const Value x = input(y_pred.shape().without(0));
  Model model(x, x | Identity{});
  model.compile({.loss = loss});
  return model;
}

/// (batch, steps, n) -> (batch, steps, n, 1), of the same steps.
struct OneMoreAxis {
  static constexpr const char* kName = "OneMoreAxis";
  static constexpr MaskRule kMask = MaskRule::pass;
  std::string name = {};
  bool trainable = true;
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("trainable", self.trainable);
  }
  Value emit(Scope&, const Call& call) const { return ops::expand_dims(call.input(), -1); }
};

Tensor weights_of_case(const GoldenCase& each) {
  const Tensor* weights = each.find("sample_weight/0");
  return weights == nullptr ? Tensor() : *weights;
}

}  // namespace

TEST_CASE("The loss of a model is Keras's, with weights of rows and of steps", "[model]") {
  const Golden golden("losses");
  int by_step = 0;
  for (const GoldenCase& each : golden.cases()) {
    INFO(each.name);
    const Loss loss = Loss::from_config(each.facts);
    if (loss.reduction() == "none") continue;
    const Tensor y_pred = each.at("y_pred/0"), y_true = each.at("y_true/0");
    const Tensor weights = weights_of_case(each);
    by_step += weights.shape().rank() > 1 ? 1 : 0;
    Model model = identity_of(y_pred, loss);
    const double wanted = static_cast<double>(each.at("value/0").data<float>()[0]);
    CHECK(model.test_on_batch(y_pred, y_true, weights)["loss"] ==
          Approx(wanted).epsilon(1e-5).margin(1e-6));
  }
  CHECK(by_step > 40);
}

TEST_CASE("Weights of steps count in data sets, in metrics and for several batches", "[model]") {
  const Tensor x = random_floats({5, 3, 2}, 1), y = random_floats({5, 3, 2}, 2);
  const Tensor weights = random_floats({5, 3}, 3, 0.1f, 2);
  double sum = 0, all = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    const auto error = [&](std::size_t at) {
      return std::abs(double{x.data<float>()[at]} - double{y.data<float>()[at]});
    };
    const double weight{weights.data<float>()[i]};
    sum += weight * (error(2 * i) + error(2 * i + 1)) / 2;
    all += weight;
  }
  const Value in = input({3, 2});
  Model model(in, in | Identity{});
  model.compile({.loss = "mae", .weighted_metrics = {"mae"}});
  const Dataset rows = Dataset::from(x, y, weights);
  for (const Logs& logs : {model.evaluate(rows.batch(2)), model.evaluate(rows.batch(5)),
                           model.evaluate(x, y, {.batch_size = 2, .sample_weight = weights})}) {
    CHECK(logs["loss"] == Approx(sum / 15).epsilon(1e-5));
    CHECK(logs["mae"] == Approx(sum / all).epsilon(1e-5));
  }
}

TEST_CASE("Weights may have more axes than a mask", "[model]") {
  const Value ids = input({3}, {.dtype = DType::int32});
  const Value rows = ids | Embedding{.input_dim = 4, .output_dim = 2, .mask_zero = true};
  Model model(ids, rows | OneMoreAxis{});
  model.compile({.loss = "mse", .weighted_metrics = {"mse"}});
  const Tensor x = Tensor::of<std::int32_t>({1, 3}, {1, 0, 3}), y(DType::float32, {1, 3, 2, 1});
  const Tensor weights = Tensor::of<float>({1, 3, 2}, {1, 2, 3, 4, 5, 6});
  const Tensor table = model.get_weights()[0];
  const auto square = [&](std::size_t at) {
    return double{table.data<float>()[at]} * double{table.data<float>()[at]};
  };
  const double sum = square(2) + 2 * square(3) + 5 * square(6) + 6 * square(7);
  const Logs logs = model.evaluate(x, y, {.sample_weight = weights});
  CHECK(logs["mse"] == Approx(sum / 14).epsilon(1e-5));
}

TEST_CASE("Weights that are not those of rows or steps are refused", "[model]") {
  const Value in = input({3, 2});
  Model model(in, in | Identity{});
  model.compile({.loss = "mse"});
  const Tensor x = random_floats({4, 3, 2}, 1);
  const auto refused = [&](const Tensor& weights) {
    return error_of([&] { model.evaluate(x, x, {.sample_weight = weights}); });
  };
  CHECK(refused(Tensor::full({4, 2}, 1.0f))
            .is(ErrorCode::shape_mismatch,
                "sample_weight: expected the first axes of the losses of y, (4, 3), got (4, 2)"));
  CHECK(refused(Tensor::full({4, 3, 2}, 1.0f)).is(ErrorCode::shape_mismatch, "(4, 3, 2)"));
  CHECK(refused(Tensor::full({3, 4}, 1.0f)).is(ErrorCode::shape_mismatch, "sample_weight"));
  CHECK(refused(Tensor::full({}, 1.0f)).is(ErrorCode::shape_mismatch, "sample_weight"));
  Tensor negative = Tensor::full({4, 3}, 1.0f);
  negative.data<float>()[7] = -1;
  CHECK(refused(negative).is(ErrorCode::invalid_argument, "sample_weight: row 2"));
}

}  // namespace linnet::test
