// Metrics as fit and evaluate report them: over batches, with weights, masks, several numbers.
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>

#include "model/small_models.hpp"

namespace linnet::test {

namespace {

/// A model that gives its input.
Sequential identity(Index columns, std::vector<Metric> metrics, bool weighted = false) {
  Sequential model{Activation{"linear"}};
  model.build({any, columns});
  model.compile({.loss = "mse",
                 .metrics = weighted ? std::vector<Metric>{} : metrics,
                 .weighted_metrics = weighted ? metrics : std::vector<Metric>{}});
  return model;
}

/// A metric of the user's that is made of sums: the largest error in units of the mean one.
struct Spread {
  static constexpr const char* kName = "Spread";
  static void fields(auto&, FieldVisitor&) {}
  Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
    const Value e = ops::subtract(y_pred, ops::targets_like(kName, y_true, y_pred));
    const Value w = ops::weights_like(weight, e);
    const Value square = ops::unary(ops::UnaryKind::square, e);
    return {ops::reduce_sum(ops::multiply(e, w)), ops::reduce_sum(ops::multiply(square, w)),
            ops::reduce_sum(w)};
  }
  double result(std::span<const double> sums) const {
    const double mean = sums[0] / sums[2];
    return sums[1] / sums[2] - mean * mean;
  }
};

}  // namespace

TEST_CASE("Metrics of sums are those of all rows, however they are batched", "[model]") {
  const Tensor x = random_floats({50, 1}, 1, 0, 1);
  Tensor y(DType::float32, {50, 1});
  for (std::size_t i = 0; i < 50; ++i) y.data<float>()[i] = i % 3 == 0 ? 1.0f : 0.0f;
  const std::vector<Metric> metrics{"auc", metrics::Precision{.thresholds = 0.3f}, "r2_score",
                                    metrics::RootMeanSquaredError{}, Spread{}};
  for (const bool weighted : {false, true}) {
    Sequential model = identity(1, metrics, weighted);
    EvaluateOptions options{.batch_size = 50};
    if (weighted) options.sample_weight = random_floats({50}, 2, 0.1f, 2);
    const Logs whole = model.evaluate(x, y, options);
    options.batch_size = 7;
    const Logs parts = model.evaluate(x, y, options);
    for (const char* name : {"auc", "precision", "r2_score", "root_mean_squared_error", "Spread"}) {
      INFO(name);
      CHECK(parts[name] == Approx(whole[name]).epsilon(1e-5));
    }
    CHECK(whole["auc"] != 0);
  }
}

TEST_CASE("A metric of several numbers is logged as their mean and one by one", "[model]") {
  const Tensor y_pred = Tensor::of<float>({3, 2}, {0.9f, 0.1f, 0.2f, 0.8f, 0.6f, 0.4f});
  const Tensor y_true = Tensor::of<float>({3, 2}, {1, 0, 0, 1, 0, 1});
  Sequential model = identity(2, {"f1_score", metrics::F1Score{.average = "macro"}, "mse"});
  const Logs logs = model.evaluate(y_pred, y_true);
  std::vector<std::string> names;
  for (const auto& [name, value] : logs) names.push_back(name);
  CHECK(names == std::vector<std::string>{"loss", "f1_score", "f1_score[0]", "f1_score[1]",
                                          "f1_score_1", "mse"});
  CHECK(logs["f1_score[0]"] == Approx(2.0 / 3).epsilon(1e-5));  // precision 1/2, recall 1
  CHECK(logs["f1_score[1]"] == Approx(2.0 / 3).epsilon(1e-5));  // precision 1, recall 1/2
  CHECK(logs["f1_score"] == Approx(logs["f1_score_1"]));
  std::string shown;
  ProgbarLogger bar{.sink = [&](std::string_view text) { shown += text; }};
  Sequential learner = perceptron();
  learner.compile({.loss = "categorical_crossentropy", .metrics = {"f1_score"}});
  const NumberRows data(12);
  const History history = learner.fit(data.x, to_categorical(data.y, 3), {.callbacks = {bar}});
  CHECK(history["f1_score[2]"].size() == 1);
  CHECK(shown.find(" f1_score: ") != std::string::npos);
  CHECK(shown.find("[2]") == std::string::npos);
}

TEST_CASE("Masked steps count in no metric, and rows by their weights", "[model]") {
  set_random_seed(4);
  Sequential model{Embedding{.input_dim = 5, .output_dim = 3, .mask_zero = true},
                   Dense{.units = 4, .activation = "softmax"}};
  model.build({any, 4});
  model.compile({.loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy", "sparse_categorical_crossentropy"},
                 .weighted_metrics = {"accuracy"}});
  const Tensor ids = Tensor::of<std::int32_t>({3, 4}, {1, 2, 0, 0, 3, 0, 0, 0, 1, 2, 3, 0});
  const Tensor labels = Tensor::of<std::int32_t>({3, 4}, {1, 2, 3, 0, 3, 0, 1, 2, 1, 2, 3, 0});
  const Tensor weights = Tensor::of<float>({3}, {1, 2, 5});
  const Tensor p = model.predict(ids);
  double right = 0, steps = 0, crossentropy = 0, weighted = 0, weight = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    if (ids.data<std::int32_t>()[i] == 0) continue;
    const auto row = p.data<float>().subspan(i * 4, 4);
    const auto label = static_cast<std::size_t>(labels.data<std::int32_t>()[i]);
    const double hit = row[label] == *std::max_element(row.begin(), row.end()) ? 1 : 0;
    const auto w = static_cast<double>(weights.data<float>()[i / 4]);
    right += hit;
    steps += 1;
    crossentropy -= std::log(static_cast<double>(row[label]));
    weighted += w * hit;
    weight += w;
  }
  const Logs logs = model.evaluate(ids, labels, {.sample_weight = weights});
  CHECK(logs["accuracy"] == Approx(right / steps));
  CHECK(logs["sparse_categorical_crossentropy"] == Approx(crossentropy / steps).epsilon(1e-5));
  CHECK(logs["accuracy_1"] == Approx(weighted / weight));
  CHECK(model.evaluate(ids, labels)["loss"] == Approx(crossentropy / steps).epsilon(1e-5));
}

TEST_CASE("A mask of steps is not asked of losses that have none, and CTC takes its lengths",
          "[model]") {
  set_random_seed(4);
  const Tensor ids = Tensor::of<std::int32_t>({2, 4}, {1, 2, 3, 0, 3, 1, 0, 0});
  const Tensor labels = Tensor::of<std::int32_t>({2, 2}, {1, 2, 1, 0});
  const auto loss_of = [&](const Tensor& x, const Tensor& y, bool mask_zero,
                           const std::vector<Tensor>& start) {
    Sequential model{Embedding{.input_dim = 5, .output_dim = 3, .mask_zero = mask_zero}};
    model.build({any, any});
    if (!start.empty()) model.set_weights(start);
    model.compile({.loss = "ctc"});
    return std::pair(model.evaluate(x, y)["loss"], model.get_weights());
  };
  const auto [both, weights] = loss_of(ids, labels, true, {});
  // Each row alone, without what is behind its end.
  const Tensor first = Tensor::of<std::int32_t>({1, 3}, {1, 2, 3});
  const Tensor second = Tensor::of<std::int32_t>({1, 2}, {3, 1});
  const double a = loss_of(first, labels.rows(0, 1), false, weights).first;
  const double b = loss_of(second, labels.rows(1, 2), false, weights).first;
  CHECK(both == Approx((a + b) / 2).epsilon(1e-5));
}

TEST_CASE("Labels that a loss of class numbers cannot take stop a fit before it begins",
          "[model]") {
  Sequential model = perceptron();
  model.compile({.loss = "categorical_generalized_cross_entropy"});
  const NumberRows data(8);
  const auto before = model.get_weights();
  Tensor labels = data.y.clone();
  labels.data<std::int32_t>()[5] = 3;
  CHECK(error_of([&] {
          model.fit(data.x, labels);
        }).is(ErrorCode::out_of_range, "label 3 in row 5 is outside the 3 classes"));
  CHECK(same_bits(before[0], model.get_weights()[0]));
  Tensor fractions = data.y.cast(DType::float32);
  fractions.data<float>()[2] = 0.5f;
  CHECK(error_of([&] {
          model.fit(data.x, fractions);
        }).is(ErrorCode::invalid_argument, "row 2: expected a class number"));
}

}  // namespace linnet::test
