#include <linnet/io/json.hpp>
#include <linnet/losses.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <numeric>

#include "core/class_names.hpp"
#include "core/error_of.hpp"
#include "golden/golden_classes.hpp"
#include "ops/check_op.hpp"
#include "plan/graph.hpp"

namespace linnet::test {

namespace {

std::vector<double> numbers(const Tensor& t) {
  const Tensor wide = t.cast(DType::float64);
  return {wide.data<double>().begin(), wide.data<double>().end()};
}

/// What each sample's loss is multiplied by before losses are summed, as Keras does it: weights,
/// the mask (scaled so that only what counts is averaged), and the divisor.
std::vector<double> factors(const Loss& loss, const Tensor* weights, const Tensor* mask,
                            const Shape& losses) {
  // One number for the whole batch is taken once for each weight.
  const bool whole = losses.rank() == 0 && weights != nullptr;
  const auto count = static_cast<std::size_t>(whole ? weights->size() : losses.elements());
  const bool mean = loss.reduction() == "sum_over_batch_size" || loss.reduction() == "mean";
  std::vector<double> factor(count, 1);
  if (mask != nullptr) {
    factor = numbers(*mask);
    double valid = 0;
    for (const double m : factor) valid += m;
    for (double& m : factor) m *= mean ? static_cast<double>(count) / valid : 1;
  }
  if (weights != nullptr) {
    const auto w = numbers(*weights);
    for (std::size_t i = 0; i < count; ++i) factor[i] *= w[i * w.size() / count];
  }
  double divisor = mean ? static_cast<double>(count) : 1;
  if (loss.reduction() == "mean_with_sample_weight") {
    divisor = 0;
    // Of weights that each count for several losses, Keras's divisor has each but once.
    const bool once = weights != nullptr && mask == nullptr;
    for (const double f : once ? numbers(*weights) : factor) divisor += f;
  }
  for (double& f : factor) f = divisor == 0 ? 0 : f / divisor;
  if (whole) factor = {std::accumulate(factor.begin(), factor.end(), 0.0)};
  return factor;
}

Value as_parameter(const Tensor& value) {
  auto parameter = std::make_shared<Parameter>();
  parameter->type = {value.dtype(), value.shape()};
  parameter->value = value;
  return ops::parameter(std::move(parameter));
}

/// NaN is what Keras gives for the gradient of ignored samples; 0 is what is right.
bool close_or_nan(const Tensor& got, const Tensor& want, double tolerance) {
  Tensor known = want.clone();
  for (float& x : known.data<float>()) x = std::isnan(x) ? 0 : x;
  return close(got, known, tolerance);
}

void check_case(const GoldenCase& each) {
  INFO(each.name);
  const Loss loss = Loss::from_config(each.facts);
  const Value y_true = ops::constant(each.at("y_true/0"));
  const Value y_pred = as_parameter(each.at("y_pred/0"));
  const Value losses = loss.emit(y_true, y_pred);
  const Tensor* weights = each.find("sample_weight/0");
  if (weights != nullptr && weights->empty()) weights = nullptr;
  std::optional<Tensor> mask;
  if (losses.mask()) mask = run_graph(losses.mask());

  const auto factor = factors(loss, weights, mask ? &*mask : nullptr, losses.shape());
  Tensor coefficients(DType::float32, losses.shape());
  std::copy(factor.begin(), factor.end(), coefficients.data<float>().begin());
  const Value weighted = ops::multiply(losses, ops::constant(coefficients));
  const Value total = ops::reduce_sum(weighted);
  const bool none = loss.reduction() == "none";
  CHECK(close(run_graph(none ? weighted : total), each.at("value/0"), 1e-5));

  const auto gradients = differentiate(total);
  REQUIRE(gradients.size() == 1);
  CHECK(close_or_nan(run_graph(gradients[0].gradient.dense), each.at("grad/0"), 1e-4));

  if (weights == nullptr && !mask) {
    CHECK(close(run_graph(losses), each.at("unreduced/0"), 1e-5));
  }
  CHECK(Loss::from_config(loss.to_config()).to_config() == loss.to_config());
}

Value labels(DType dtype, const Shape& shape) { return ops::input("t", {dtype, shape}); }

}  // namespace

TEST_CASE("Losses and their gradients are those of Keras") {
  const Golden golden("losses");
  CHECK(golden.cases().size() == 186);
  CHECK(golden_classes(golden) ==
        class_names(detail::Losses{}, {"crossentropy"}));  // one of the others
  for (const GoldenCase& each : golden.cases()) check_case(each);
}

TEST_CASE("Crossentropy ops fit their numeric gradients") {
  const Tensor soft = random_floats({4, 3}, 1, 0.1f, 0.9f),
               p = random_floats({4, 3}, 2, 0.1f, 0.9f);
  const Tensor z = random_floats({4, 3}, 3, -3, 3);
  const Tensor ids = Tensor::of<std::int64_t>({4}, {0, 2, 1, 1});
  for (const float smoothing : {0.0f, 0.2f}) {
    check_op(ops::CategoricalCrossentropy{false, smoothing}, {soft, p}, {.step = 1e-3});
    check_op(ops::CategoricalCrossentropy{true, smoothing}, {soft, z});
    check_op(ops::BinaryCrossentropy{false, smoothing}, {soft, p}, {.step = 1e-3});
    check_op(ops::BinaryCrossentropy{true, smoothing}, {soft, z});
  }
  check_op(ops::SparseCategoricalCrossentropy{false, {}}, {ids, p}, {.step = 1e-3});
  check_op(ops::SparseCategoricalCrossentropy{true, 1}, {ids.cast(DType::int32), z});
}

TEST_CASE("All kernels of the crossentropies agree, in place too") {
  for (const Shape& shape : {Shape{40, 7}, Shape{3, 1000}, Shape{700, 37}, Shape{2, 3, 2}}) {
    const Shape rows = shape.without(-1);
    const Tensor soft = random_floats(shape, 1, 0, 0.9f), dy = random_floats(rows, 4);
    const Tensor ids = random_ints(rows, 2, shape[-1] + 1);  // one label too many
    const CheckOptions options{.tolerance = 3e-6, .gradients = false};
    for (const bool from_logits : {false, true}) {
      const Tensor x = random_floats(shape, 3, 0.05f, from_logits ? 9.0f : 0.95f);
      const ops::CategoricalCrossentropy categorical{from_logits, 0.1f};
      const ops::SparseCategoricalCrossentropy sparse{from_logits, 1};
      const ops::BinaryCrossentropy binary{from_logits, 0.1f};
      check_op(categorical, {soft, x}, {.tolerance = 1e-5, .gradients = false});
      check_op(sparse, {ids, x}, options);
      check_op(binary, {soft, x}, options);
      check_op(ops::CategoricalCrossentropyGrad{categorical}, {soft, x, dy}, options);
      check_op(ops::SparseCategoricalCrossentropyGrad{sparse}, {ids, x, dy}, options);
      check_op(ops::SparseCategoricalCrossentropyGrad{sparse},
               {ids.cast(DType::int64).reshaped(rows.joined({1})), x, dy}, options);
      check_op(ops::BinaryCrossentropyGrad{binary}, {soft, x, dy}, options);
    }
  }
}

TEST_CASE("Binary crossentropy far from the middle: logits stay exact, probabilities are clipped") {
  const Tensor t = Tensor::of<float>({6, 1}, {1, 0, 1, 0, 1, 0});
  const Tensor dy = Tensor::full({6}, 1.0f);
  for (const bool from_logits : {false, true}) {
    const Tensor x = from_logits ? Tensor::of<float>({6, 1}, {90, 90, -90, -90, 3e-4f, -20})
                                 : Tensor::of<float>({6, 1}, {1, 1, 0, 0, 1e-6f, 1});
    const ops::BinaryCrossentropy op{from_logits, 0};
    check_op(op, {t, x}, {.tolerance = 2e-6, .gradients = false});
    check_op(ops::BinaryCrossentropyGrad{op}, {t, x, dy}, {.tolerance = 2e-6, .gradients = false});
  }
  const auto losses = *run_op(ops::BinaryCrossentropy{true, 0},
                              {t, Tensor::of<float>({6, 1}, {90, 90, -90, -90, 0, 0})});
  CHECK(close(losses[0], Tensor::of<float>({6}, {0, 90, 90, 0, 0.69314718f, 0.69314718f}), 1e-6));
}

TEST_CASE("Labels that do not fit are refused with what to use instead") {
  const Value y_pred = ops::input("p", {DType::float32, {any, 5}});
  const Loss categorical = "categorical_crossentropy", sparse = "sparse_categorical_crossentropy";
  const auto refused = [&](const Loss& loss, DType dtype, const Shape& shape) {
    return error_of([&] { loss.emit(labels(dtype, shape), y_pred); });
  };
  CHECK(refused(categorical, DType::float32, {any, 4})
            .is(ErrorCode::shape_mismatch, "labels have 4 columns, the output has 5 classes"));
  for (const Shape& shape : {Shape{any}, Shape{any, 1}}) {
    CHECK(refused(categorical, DType::int32, shape)
              .is(ErrorCode::shape_mismatch, "use sparse_categorical_crossentropy"));
  }
  CHECK(refused(sparse, DType::float32, {any, 5})
            .is(ErrorCode::shape_mismatch, "for one-hot labels use categorical_crossentropy"));
  CHECK(refused("binary_crossentropy", DType::float32, {any, 4}).is(ErrorCode::shape_mismatch));
  CHECK(refused("mse", DType::float32, {any})
            .is(ErrorCode::shape_mismatch, "MeanSquaredError: labels"));
  CHECK(refused(losses::CategoricalCrossentropy{.axis = 0}, DType::float32, {any, 5})
            .is(ErrorCode::unsupported, "axis"));
  CHECK(error_of([&] {
          apply(ops::BinaryCrossentropy{.label_smoothing = 2}, {y_pred, y_pred});
        }).is(ErrorCode::invalid_argument, "label_smoothing must be in [0, 1], got 2"));
  CHECK(categorical.emit(labels(DType::int32, {any, 5}), y_pred).shape() == Shape{any});
}

TEST_CASE("crossentropy is the one that fits the shapes of labels and output, as in Keras") {
  using namespace losses;
  const Loss loss = "ce";
  const auto type = [](DType dtype, const Shape& shape) { return TensorType{dtype, shape}; };
  const auto chosen = [&](const Shape& y_true, const Shape& y_pred) {
    return std::string(
        loss.resolved(type(DType::int32, y_true), type(DType::float32, y_pred)).class_name());
  };
  CHECK(chosen({8, 1}, {8, 1}) == "BinaryCrossentropy");
  CHECK(chosen({8}, {8, 1}) == "BinaryCrossentropy");
  CHECK(chosen({8}, {8, 3}) == "SparseCategoricalCrossentropy");
  CHECK(chosen({8, 1}, {8, 3}) == "SparseCategoricalCrossentropy");
  CHECK(chosen({8, 3}, {8, 3}) == "CategoricalCrossentropy");
  CHECK(chosen({8, 5}, {8, 5, 3}) == "SparseCategoricalCrossentropy");
  const Loss sum = CrossentropyByType{.reduction = "sum"};
  const TensorType rows = type(DType::float32, {8, 3});
  CHECK(sum.resolved(rows, rows).reduction().str() == "sum");
  CHECK(Loss("mse").resolved({}, {}).class_name() == "MeanSquaredError");
  CHECK(Loss::named("crossentropy").to_config() == loss.to_config());
  CHECK(Loss::from_config(loss.to_config()).class_name() == "crossentropy");
  const Tensor ids = Tensor::of<std::int32_t>({2}, {0, 2});
  const Tensor p = Tensor::of<float>({2, 3}, {0.5f, 0.25f, 0.25f, 0.1f, 0.1f, 0.8f});
  const Tensor y = run_graph(loss.emit(ops::constant(ids), ops::constant(p)));
  CHECK(close(y, Tensor::of<float>({2}, {0.69314718f, 0.22314355f}), 1e-6));
}

TEST_CASE("Checks name the first bad label or number") {
  const auto run = [](const Op& op, const Tensor& x) { return error_of([&] { run_op(op, {x}); }); };
  const Tensor ids = Tensor::of<std::int32_t>({2, 2}, {0, 1, 3, 9});
  CHECK(run(ops::CheckLabels{4, {}}, ids)
            .is(ErrorCode::out_of_range, "label 9 in row 1 is outside the 4 classes"));
  CHECK_FALSE(run(ops::CheckLabels{10, {}}, ids).code);
  CHECK_FALSE(run(ops::CheckLabels{4, 9}, ids).code);
  CHECK(run(ops::CheckLabels{4, {}}, Tensor::of<std::int64_t>({1}, {-1})).code);
  Tensor x = random_floats({5, 3}, 1);
  CHECK_FALSE(run(ops::CheckFinite{"x"}, x).code);
  x.data<float>()[10] = INFINITY;
  CHECK(run(ops::CheckFinite{"x"}, x).is(ErrorCode::not_finite, "x: row 3, column 1 is infinite"));
  const auto range = [&](float low, float high) {
    return run(ops::CheckRange{"It", low, high}, Tensor::of<float>({2, 2}, {0, 1, -1, 0.5f}));
  };
  CHECK(range(0, 1).is(ErrorCode::out_of_range, "row 1, column 0 is -1; It takes labels from 0"));
  CHECK(range(-1, 0.5f).is(ErrorCode::out_of_range, "row 0, column 1 is 1"));
  CHECK_FALSE(range(-1, 1).code);
  x.data<float>()[5] = NAN;
  CHECK(run(ops::CheckFinite{"x"}, x).is(ErrorCode::not_finite, "x: row 1, column 2 is NaN"));
}

TEST_CASE("Losses need no namespace of their own") {
  CHECK(Loss(linnet::BinaryCrossentropy{.label_smoothing = 0.1f})
            .as<losses::BinaryCrossentropy>()
            ->label_smoothing == 0.1f);
  CHECK(Loss(linnet::MeanSquaredError{}).class_name() == "MeanSquaredError");
}

TEST_CASE("Losses are named as in Keras") {
  CHECK(Loss("mse").class_name() == "MeanSquaredError");
  CHECK(Loss("BinaryCrossentropy").name() == "binary_crossentropy");
  CHECK(Loss::named("bce").class_name() == "BinaryCrossentropy");
  CHECK_FALSE(Loss());
  CHECK_FALSE(Loss::from_config(Config()));
  CHECK(Loss().to_config().is_null());
  CHECK(error_of([] { Loss().name(); }).is(ErrorCode::bad_state, "loss: none was given"));
  CHECK(error_of([] { Loss::named("hinges"); })
            .is(ErrorCode::not_found,
                "loss: unknown name 'hinges'; known: binary_crossentropy (bce, BCE)"));
  const std::pair<const char*, const char*> other_names[] = {
      {"mae", "MeanAbsoluteError"},
      {"MAPE", "MeanAbsolutePercentageError"},
      {"msle", "MeanSquaredLogarithmicError"},
      {"kld", "KLDivergence"},
      {"kl_divergence", "KLDivergence"},
      {"logcosh", "LogCosh"},
      {"huber", "Huber"},
      {"ctc", "CTC"},
      {"categorical_generalized_cross_entropy", "CategoricalGeneralizedCrossEntropy"},
      {"binary_focal_crossentropy", "BinaryFocalCrossentropy"}};
  for (const auto& [name, class_name] : other_names) {
    INFO(name);
    CHECK(Loss::named(name).class_name() == class_name);
  }
  const Config function = parse_json(R"({"class_name": "function", "config": "squared_hinge"})");
  CHECK(Loss::from_config(function).class_name() == "SquaredHinge");
  CHECK(Loss("huber").name() == "huber_loss");
}

TEST_CASE("Sparse crossentropy of classes along another axis is that of the moved axis") {
  const Tensor p = random_floats({3, 4, 2}, 1, 0.05f, 0.95f);
  const Value moved = ops::transpose(ops::constant(p), {0, 2, 1});
  const Tensor ids = Tensor::of<std::int32_t>({3, 2}, {0, 3, 2, 1, 1, 0});
  for (const bool from_logits : {false, true}) {
    const losses::SparseCategoricalCrossentropy along{
        .from_logits = from_logits, .ignore_class = 2, .axis = 1};
    const losses::SparseCategoricalCrossentropy last{.from_logits = from_logits, .ignore_class = 2};
    const Value want = last.emit(ops::constant(ids), moved);
    for (const Tensor& t : {ids, ids.reshaped({3, 1, 2})}) {
      const Value got = along.emit(ops::constant(t), ops::constant(p));
      CHECK(run_graph(got) == run_graph(want));
      CHECK(run_graph(got.mask()) == run_graph(want.mask()));
    }
  }
  const Value checked =
      Loss(losses::SparseCategoricalCrossentropy{.axis = 1})
          .label_check(ops::constant(Tensor::full({3, 2}, 4.0f)), ops::constant(p));
  CHECK(error_of([&] { run_graph(checked); }).is(ErrorCode::out_of_range, "the 4 classes"));
}

TEST_CASE("Fields of losses that make no sense are refused where they are given") {
  const auto refused = [](const char* class_name, const char* fields, const char* message) {
    const Config config = parse_json("{\"class_name\": \"" + std::string(class_name) +
                                     "\", \"config\": " + fields + "}");
    INFO(class_name << fields);
    CHECK(error_of([&] { Loss::from_config(config); }).is(ErrorCode::invalid_argument, message));
  };
  refused("Huber", R"({"delta": 0})", "Huber: delta must be positive, got 0");
  refused("BinaryFocalCrossentropy", R"({"gamma": -1})", "gamma must be 0 or more, got -1");
  refused("CategoricalFocalCrossentropy", R"({"label_smoothing": 2})", "label_smoothing");
  refused("CategoricalGeneralizedCrossEntropy", R"({"q": 1})", "q must be in (0, 1), got 1");
}

TEST_CASE("Labels and outputs of other shapes are refused by every loss") {
  const Value y_pred = ops::input("p", {DType::float32, {6, 5}});
  for (const char* name : {"mae", "mape", "msle", "huber", "log_cosh", "cosine_similarity", "hinge",
                           "squared_hinge", "categorical_hinge", "kld", "poisson", "dice",
                           "tversky", "binary_focal_crossentropy", "categorical_focal_crossentropy",
                           "categorical_generalized_cross_entropy", "circle", "ctc"}) {
    INFO(name);
    CHECK(error_of([&] {
            Loss::named(name).emit(labels(DType::float32, {6, 4}), y_pred);
          }).is(ErrorCode::shape_mismatch, ""));
  }
}

TEST_CASE("Losses that look at class numbers check them before training") {
  const Value y_pred = ops::input("p", {DType::float32, {2, 3}});
  const auto check = [&](const Loss& loss, const Tensor& ids) {
    const Value checked = loss.label_check(ops::constant(ids), y_pred);
    return error_of([&] { run_graph(checked); });
  };
  const Tensor bad = Tensor::of<std::int32_t>({2}, {0, 3}), good = Tensor::of<float>({2}, {0, 2});
  CHECK(check("ctc", bad.reshaped({2, 1})).is(ErrorCode::out_of_range, "label 3 in row 1"));
  CHECK_FALSE(check("ctc", good.reshaped({2, 1})).code);
  for (const char* name :
       {"sparse_categorical_crossentropy", "categorical_generalized_cross_entropy"}) {
    CHECK(check(Loss::named(name), bad).is(ErrorCode::out_of_range, "label 3 in row 1"));
    CHECK_FALSE(check(Loss::named(name), good).code);
  }
  CHECK_FALSE(Loss("mse").label_check(ops::constant(bad), y_pred));
}

TEST_CASE("Huge errors and extreme outputs give finite losses and gradients") {
  const auto gradient_of = [](const Loss& loss, const Tensor& y_true, const Tensor& y_pred) {
    const Value losses = loss.emit(ops::constant(y_true), as_parameter(y_pred));
    const Tensor value = run_graph(losses);
    for (const float x : value.data<float>()) CHECK(std::isfinite(x));
    return run_graph(differentiate(ops::reduce_sum(losses))[0].gradient.dense);
  };
  const Tensor t = Tensor::of<float>({2, 2}, {0, 1, 1, 0});
  const Tensor far = Tensor::of<float>({2, 2}, {500, -500, 0, 0});
  CHECK(close(gradient_of("log_cosh", t, far),
              Tensor::of<float>({2, 2}, {0.5f, -0.5f, -0.38079708f, 0}), 1e-6));
  const Tensor zero = Tensor::of<float>({2, 2}, {0, 0, 0, 0});
  for (const float g : gradient_of("cosine_similarity", t, zero).data<float>()) {
    CHECK(std::isfinite(g));
  }
  // Probabilities of 0 for the label have no slope, where Keras has NaN or infinity.
  const Tensor ids = Tensor::of<std::int32_t>({2}, {0, 1});
  const Tensor sure = Tensor::of<float>({2, 2}, {0, 1, 0, 1});
  const Tensor slope = gradient_of("categorical_generalized_cross_entropy", ids, sure);
  CHECK(close(slope, Tensor::of<float>({2, 2}, {0, 0, 0, -1}), 1e-6));
  // Outputs that are as sure as can be.
  for (const float gamma : {0.1f, 0.5f, 1.0f, 1.5f, 2.0f}) {
    for (const Tensor& p : {t, Tensor::of<float>({2, 2}, {1, 0, 0, 1})}) {
      for (const Loss& loss : {Loss(BinaryFocalCrossentropy{.gamma = gamma}),
                               Loss(CategoricalFocalCrossentropy{.gamma = gamma})}) {
        INFO(loss.class_name() << " of gamma " << gamma);
        for (const float g : gradient_of(loss, t, p).data<float>()) CHECK(std::isfinite(g));
      }
    }
  }
  // Rows without another of their class, and all of one class.
  const Tensor apart = Tensor::of<float>({2, 2}, {1, 0, 0, 1});
  for (const Tensor& classes : {ids, Tensor::of<std::int32_t>({2}, {4, 4})}) {
    for (const float g : gradient_of("circle", classes, apart).data<float>()) {
      CHECK(std::isfinite(g));
    }
  }
}

}  // namespace linnet::test
