#include <linnet/io/json.hpp>
#include <linnet/metrics.hpp>
#include <linnet/ops/metric.hpp>
#include <set>

#include "core/class_names.hpp"
#include "core/error_of.hpp"
#include "golden/golden_classes.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// The number of each sample.
Tensor samples_of(const Metric& metric, const Tensor& y_true, const Tensor& y_pred) {
  const Value t = ops::input("t", {y_true.dtype(), y_true.shape()});
  const Value p = ops::input("p", {y_pred.dtype(), y_pred.shape()});
  return run_graph(metric.emit(t, p), {{"t", y_true}, {"p", y_pred}});
}

/// What a metric says after each of several batches.
class Running {
 public:
  explicit Running(const Metric& metric) : metric_(metric) {}

  std::vector<double> add(const Tensor& y_true, const Tensor& y_pred, const Tensor* weights) {
    const Value weight = weights != nullptr ? ops::constant(*weights) : Value();
    const Values values = metric_.sums(ops::constant(y_true), ops::constant(y_pred), weight);
    std::vector<double> all;
    for (const Tensor& sum : run_graph(values, {})) {
      const Tensor wide = sum.cast(DType::float64);
      all.insert(all.end(), wide.data<double>().begin(), wide.data<double>().end());
    }
    sums_.resize(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) sums_[i] += all[i];
    return metric_.results(sums_);
  }

 private:
  Metric metric_;
  std::vector<double> sums_;
};

/// A mean over batches.
struct Mean {
  double sum = 0, weight = 0;
  void add(const Tensor& samples, const Tensor* weights) {
    for (std::size_t i = 0; i < samples.data<float>().size(); ++i) {
      const double w = weights != nullptr ? weights->data<float>()[i] : 1;
      sum += w * samples.data<float>()[i];
      weight += w;
    }
  }
  double result() const { return sum / weight; }
};

}  // namespace

TEST_CASE("Metrics follow Keras over several updates") {
  const Golden golden("metrics");
  CHECK(golden.cases().size() == 297);
  // Those that choose one of the others by types stand apart.
  CHECK(golden_classes(golden) == class_names(detail::Metrics{}, {"accuracy", "crossentropy"}));
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.find("class_name") == nullptr) continue;
    INFO(each.name);
    const Metric metric = Metric::from_config(each.facts);
    const Tensor results = each.at("result/0");
    const Index updates = results.shape()[0];
    Running running(metric);
    for (Index i = 0; i < updates; ++i) {
      const std::string n = "/" + std::to_string(i);
      const Tensor y_pred = each.at("y_pred" + n);
      const auto got = running.add(each.at("y_true" + n), y_pred, each.find("sample_weight" + n));
      const Tensor wanted = results.rows(i, i + 1);
      REQUIRE(static_cast<Index>(got.size()) == wanted.size());
      CHECK(metric.numbers(y_pred.shape()) == wanted.size());
      for (std::size_t k = 0; k < got.size(); ++k) {
        const auto want = static_cast<double>(wanted.data<float>()[k]);
        INFO("update " << i << ", number " << k << ": got " << got[k] << ", Keras " << want);
        CHECK(std::abs(got[k] - want) < 5e-6 * (1 + std::abs(want)));
      }
    }
    const Config written = metric.to_config();
    CHECK(Metric::from_config(written).to_config() == written);
  }
}

TEST_CASE("The word accuracy means what Keras makes of the shapes") {
  const Golden golden("metrics");
  int cases = 0;
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.find("resolved") == nullptr) continue;
    ++cases;
    INFO(each.name);
    const Metric metric = "accuracy";
    const Tensor y_true = each.at("y_true/0"), y_pred = each.at("y_pred/0");
    const Metric resolved = metric.resolved({y_true.dtype(), {any, y_true.size() / 10}},
                                            {y_pred.dtype(), {any, y_pred.shape()[-1]}});
    CHECK(resolved.name() == "accuracy");
    CHECK(metric.resolved(types_of({y_true})[0], types_of({y_pred})[0]).class_name() ==
          each.facts.at("resolved").as_string());
    Mean mean, weighted;
    mean.add(samples_of(metric, y_true, y_pred), nullptr);
    CHECK(std::abs(mean.result() - each.at("result/accuracy").data<float>()[0]) < 1e-6);
    if (const Tensor* weights = each.find("sample_weight/0")) {
      weighted.add(samples_of(metric, y_true, y_pred), weights);
      CHECK(std::abs(weighted.result() - each.at("result/weighted_accuracy").data<float>()[0]) <
            1e-6);
    }
  }
  CHECK(cases == 10);
}

TEST_CASE("A metric is called by the name it was given") {
  CHECK(Metric("mse").name() == "mse");
  CHECK(Metric("acc").name() == "acc");
  CHECK(Metric::named("acc").name() == "acc");
  CHECK(Metric::from_config(Metric("mse").to_config()).name() == "mse");
  CHECK(Metric("accuracy").to_config() == Config("accuracy"));
  CHECK(Metric(metrics::BinaryAccuracy{.name = "hits"}).name() == "hits");
  CHECK(Metric(metrics::TopKCategoricalAccuracy{.k = 3}).to_config().at("config").at("k") ==
        Config(3));
  CHECK(error_of([] { Metric::named("area"); }).is(ErrorCode::not_found, "metric: unknown name"));
}

TEST_CASE("Metrics refuse labels that do not fit") {
  const Value y_pred = ops::input("p", {DType::float32, {any, 4}});
  const Value labels = ops::input("t", {DType::float32, {any, 3}});
  CHECK(error_of([&] {
          Metric("categorical_accuracy").emit(labels, y_pred);
        }).is(ErrorCode::shape_mismatch, "argmax_match: labels float32 (None, 3)"));
}

TEST_CASE("Metrics are found by Keras's names") {
  const std::pair<const char*, const char*> names[] = {
      {"auc", "AUC"},
      {"AUC", "AUC"},
      {"Accuracy", "Accuracy"},
      {"accuracy", "accuracy"},
      {"f1_score", "F1Score"},
      {"f_beta_score", "FBetaScore"},
      {"r2_score", "R2Score"},
      {"mean_io_u", "MeanIoU"},
      {"one_hot_io_u", "OneHotIoU"},
      {"kl_divergence", "KLDivergence"},
      {"MAPE", "MeanAbsolutePercentageError"},
      {"root_mean_squared_error", "RootMeanSquaredError"},
      {"sensitivity_at_specificity", "SensitivityAtSpecificity"},
      {"ce", "crossentropy"}};
  for (const auto& [name, class_name] : names) {
    INFO(name);
    CHECK(Metric::named(name).class_name() == class_name);
    CHECK(Metric::named(name).name() == name);
  }
  const Config function = parse_json(R"({"class_name": "function", "config": "mse"})");
  CHECK(Metric::from_config(function).class_name() == "MeanSquaredError");
}

TEST_CASE("The word crossentropy means what the shapes say") {
  const Metric metric = "crossentropy";
  const auto chosen = [&](const Shape& y_true, const Shape& y_pred) {
    return std::string(
        metric.resolved({DType::int32, y_true}, {DType::float32, y_pred}).class_name());
  };
  CHECK(chosen({8, 1}, {8, 1}) == "BinaryCrossentropy");
  CHECK(chosen({8}, {8, 3}) == "SparseCategoricalCrossentropy");
  CHECK(chosen({8, 3}, {8, 3}) == "CategoricalCrossentropy");
  CHECK(Metric::from_config(metric.to_config()).class_name() == "crossentropy");
}

TEST_CASE("Top k of ids that are sorted already looks at the first k") {
  const Tensor y_pred = Tensor::of<float>({3, 3}, {2, 0, 1, 1, 2, 0, 0, 1, 2});
  const Tensor ids = Tensor::of<std::int32_t>({3}, {0, 0, 0});
  for (const Index k : {1, 2, 3, 9}) {
    const metrics::SparseTopKCategoricalAccuracy metric{.k = k, .from_sorted_ids = true};
    const Tensor want = Tensor::of<float>({3}, {k < 2 ? 0.0f : 1.0f, k < 3 ? 0.0f : 1.0f, 1});
    CHECK(samples_of(metric, ids, y_pred) == want);
    CHECK(samples_of(metric, ids.reshaped({3, 1}), y_pred) == want);
  }
}

TEST_CASE("A metric that is no mean says so, and fields that make no sense are refused") {
  const Value y = ops::input("y", {DType::float32, {4, 2}});
  CHECK(error_of([&] {
          Metric(metrics::AUC{}).emit(y, y);
        }).is(ErrorCode::unsupported, "AUC is no mean"));
  const auto refused = [](const char* class_name, const char* fields, const char* message) {
    const Config config = parse_json("{\"class_name\": \"" + std::string(class_name) +
                                     "\", \"config\": " + fields + "}");
    INFO(class_name << fields);
    CHECK(error_of([&] { Metric::from_config(config); }).is(ErrorCode::invalid_argument, message));
  };
  refused("AUC", R"({"num_thresholds": 1})", "num_thresholds");
  refused("AUC", R"({"thresholds": [0.5, 2]})", "thresholds must be in [0, 1], got 2");
  refused("Precision", R"({"thresholds": -1})", "thresholds must be in [0, 1], got -1");
  refused("Recall", R"({"top_k": 0})", "top_k must be positive, got 0");
  refused("FBetaScore", R"({"beta": 0})", "beta must be positive");
  refused("F1Score", R"({"threshold": 0})", "threshold must be in (0, 1], got 0");
  refused("R2Score", R"({"num_regressors": -1})", "num_regressors");
  refused("IoU", R"({"num_classes": 3, "target_class_ids": [3]})",
          "IoU: target_class_ids must be at most 2, got 3");
  refused("IoU", R"({"num_classes": 2, "target_class_ids": [-1]})",
          "IoU: target_class_ids must be in [0, 1], got -1");
  for (const char* name : {"IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"}) {
    refused(name, R"({"num_classes": 50000})", "num_classes must be at most 4096, got 50000");
  }
  for (const char* name : {"AUC", "PrecisionAtRecall", "RecallAtPrecision",
                           "SensitivityAtSpecificity", "SpecificityAtSensitivity"}) {
    refused(name, R"({"num_thresholds": 10000000000000})",
            (std::string(name) + ": num_thresholds must be at most 100000").c_str());
  }
  refused("PrecisionAtRecall", R"({"recall": 1.5})", "recall must be in [0, 1], got 1.5");
  CHECK(error_of([&] {
          Metric(metrics::Precision{.class_id = 2}).sums(y, y, {});
        }).is(ErrorCode::out_of_range, "class_id 2 of an output of 2 classes"));
  CHECK(error_of([&] {
          Metric(metrics::AUC{.label_weights = {{1, 1, 1}}}).sums(y, y, {});
        }).is(ErrorCode::shape_mismatch, "3 label_weights for 2 labels"));
}

TEST_CASE("Sums of another metric, from a damaged file, are refused") {
  const std::vector<double> sums(6, 1.0);
  for (const char* name : {"accuracy", "r2_score", "f1_score", "auc", "mean_io_u", "precision",
                           "root_mean_squared_error"}) {
    INFO(name);
    CHECK(error_of([&] { Metric::named(name).results(sums); }).is(ErrorCode::corrupt_file, "sums"));
  }
}

TEST_CASE("Metric ops count what their formulas say") {
  const Tensor x = Tensor::of<float>({2, 4}, {1, 3, 3, 2, 0, 0, 0, 0});
  const Tensor kept = (*run_op(ops::KeepTopK{2}, {x}))[0];
  check_op(ops::KeepTopK{2}, {x});
  const float none = -1e10f;
  CHECK(kept == Tensor::of<float>({2, 4}, {none, 3, 3, none, 0, 0, none, none}));

  const Tensor t = Tensor::of<float>({4, 1}, {1, 0, 1, 0}), w = Tensor::full({4, 1}, 2.0f);
  const Tensor p = Tensor::of<float>({4, 1}, {0.9f, 0.4f, 0.3f, NAN});
  // Of thresholds in any order: true positives, false positives, true and false negatives.
  const Tensor counts = (*run_op(ops::ThresholdCounts{{0.6f, 0.2f}}, {t, p, w}))[0];
  CHECK(counts == Tensor::of<float>({4, 2, 1}, {2, 4, 0, 2, 4, 2, 2, 0}));
  check_op(ops::ThresholdCounts{{0.6f, 0.2f}}, {t, p, w});
  CHECK(ops::ThresholdCounts{{0, 0.5f, 1}}.even());
  CHECK_FALSE(ops::ThresholdCounts{{0, 0.4f, 1}}.even());

  const Tensor rows = Tensor::of<std::int32_t>({5}, {0, 1, 1, 2, 1});
  const Tensor columns = Tensor::of<std::int32_t>({5}, {1, 1, 0, 0, 7});
  check_op(ops::ClassCounts{3, 2}, {rows, columns, Tensor::full({5}, 0.5f)});
  const Tensor pairs =
      (*run_op(ops::ClassCounts{3, 2}, {rows, columns, Tensor::full({5}, 0.5f)}))[0];
  CHECK(pairs == Tensor::of<float>({3, 3}, {0, 0.5f, 0, 0.5f, 0.5f, 0, 0, 0, 0}));
}

TEST_CASE("Metrics that no loss is named like need no namespace of their own") {
  CHECK(Metric(linnet::TopKCategoricalAccuracy{.k = 3}).as<metrics::TopKCategoricalAccuracy>()->k ==
        3);
  CHECK(Metric(linnet::BinaryAccuracy{}).name() == "binary_accuracy");
}

TEST_CASE("An R2 score keeps its digits where labels are far from 0") {
  // Errors of 1 around labels that are 2 from their mean: 1 - 1 / 4.
  const std::size_t rows = 1000;
  for (const float far : {0.0f, 1e4f, 1e6f}) {
    Tensor t(DType::float32, {1000, 1}), p(DType::float32, {1000, 1});
    for (std::size_t i = 0; i < rows; ++i) {
      t.data<float>()[i] = far + (i % 2 == 0 ? 2.0f : -2.0f);
      p.data<float>()[i] = t.data<float>()[i] + (i % 4 < 2 ? 1.0f : -1.0f);
    }
    Running running(metrics::R2Score{});
    running.add(t, p, nullptr);
    INFO("around " << far);
    CHECK(std::abs(running.add(t, p, nullptr).front() - 0.75) < 1e-6);
  }
}

TEST_CASE("Class counts go on where a float would stop") {
  const Index n = (1 << 24) + 10;
  const Tensor zeros(DType::int32, {n});
  const Tensor counts =
      (*run_op(ops::ClassCounts{1, {}}, {zeros, zeros, Tensor::full({n}, 1.0f)}))[0];
  CHECK(counts.data<float>()[0] == static_cast<float>(n));
}

TEST_CASE("Errors of metrics name the class that was written") {
  const Value flat = ops::input("y", {DType::float32, {4}});
  const Value y = ops::input("y", {DType::float32, {4, 2}});
  const Value other = ops::input("t", {DType::float32, {5, 2}});
  for (const Metric& metric : std::vector<Metric>{
           "F1Score", "FBetaScore", OneHotMeanIoU{.num_classes = 2},
           OneHotIoU{.num_classes = 2, .target_class_ids = {0}}, MeanIoU{.num_classes = 2},
           "BinaryIoU", IoU{.num_classes = 2, .target_class_ids = {0}}, "Recall", "AUC"}) {
    const std::string name(metric.class_name());
    INFO(name);
    CHECK(error_of([&] {
            metric.sums(other, y, {});
          }).is(ErrorCode::shape_mismatch, (name + ": ").c_str()));
  }
  CHECK(error_of([&] {
          Metric("f1_score").sums(flat, flat, {});
        }).is(ErrorCode::shape_mismatch, "F1Score: expected y_pred (batch, classes)"));
  const std::vector<double> sums(7, 1.0);
  CHECK(error_of([&] {
          Metric("one_hot_mean_io_u").results(sums);
        }).is(ErrorCode::corrupt_file, "OneHotMeanIoU"));
}

TEST_CASE("A name alone does not say of how many classes a metric is", "[metrics]") {
  const Value y = ops::input("y", {DType::float32, {4, 2}});
  const auto refused = [&](const Metric& metric, const std::string& field) {
    const std::string message = std::string(metric.class_name()) + ": " + field + " must be given";
    INFO(message);
    CHECK(
        error_of([&] { metric.sums(y, y, {}); }).is(ErrorCode::invalid_argument, message.c_str()));
  };
  refused("mean_io_u", "num_classes");
  refused("one_hot_mean_io_u", "num_classes");
  refused(IoU{.target_class_ids = {0}}, "num_classes");
  refused(OneHotIoU{.target_class_ids = {0}}, "num_classes");
  refused(IoU{.num_classes = 2}, "target_class_ids");
  refused(OneHotIoU{.num_classes = 2}, "target_class_ids");
  CHECK_FALSE(error_of([&] { Metric("binary_io_u").sums(y, y, {}); }).code);
}

TEST_CASE("Metrics say what Keras's say of which way is better", "[metrics]") {
  constexpr std::optional<bool> kUp = true, kDown = false, kNone = {};
  struct Direction {
    Metric metric;
    std::optional<bool> larger_is_better;  ///< their _direction in Keras 3.15
  };
  const Direction directions[] = {{"AUC", kUp},
                                  {"Accuracy", kUp},
                                  {"BinaryAccuracy", kUp},
                                  {"BinaryCrossentropy", kDown},
                                  {"BinaryIoU", kUp},
                                  {"CategoricalAccuracy", kUp},
                                  {"CategoricalCrossentropy", kDown},
                                  {"CategoricalHinge", kDown},
                                  {"ConcordanceCorrelation", kUp},
                                  {"CosineSimilarity", kUp},
                                  {"F1Score", kUp},
                                  {"FBetaScore", kUp},
                                  {"FalseNegatives", kNone},
                                  {"FalsePositives", kNone},
                                  {"Hinge", kDown},
                                  {IoU{.num_classes = 2, .target_class_ids = {0}}, kUp},
                                  {"KLDivergence", kDown},
                                  {"LogCoshError", kDown},
                                  {"MeanAbsoluteError", kDown},
                                  {"MeanAbsolutePercentageError", kDown},
                                  {MeanIoU{.num_classes = 2}, kUp},
                                  {"MeanSquaredError", kDown},
                                  {"MeanSquaredLogarithmicError", kDown},
                                  {OneHotIoU{.num_classes = 2, .target_class_ids = {0}}, kUp},
                                  {OneHotMeanIoU{.num_classes = 2}, kUp},
                                  {"PearsonCorrelation", kUp},
                                  {"Poisson", kDown},
                                  {"Precision", kUp},
                                  {"PrecisionAtRecall", kUp},
                                  {"R2Score", kUp},
                                  {"Recall", kUp},
                                  {"RecallAtPrecision", kUp},
                                  {"RootMeanSquaredError", kDown},
                                  {"SensitivityAtSpecificity", kUp},
                                  {"SparseCategoricalAccuracy", kUp},
                                  {"SparseCategoricalCrossentropy", kDown},
                                  {"SparseTopKCategoricalAccuracy", kUp},
                                  {"SpecificityAtSensitivity", kUp},
                                  {"SquaredHinge", kDown},
                                  {"TopKCategoricalAccuracy", kUp},
                                  {"TrueNegatives", kNone},
                                  {"TruePositives", kNone},
                                  {"accuracy", kUp},  // the words that mean one of these by type
                                  {"crossentropy", kDown}};
  std::set<std::string> classes;
  for (const auto& [metric, direction] : directions) {
    INFO(metric.class_name());
    CHECK(metric.larger_is_better() == direction);
    classes.emplace(metric.class_name());
  }
  CHECK(classes == class_names(detail::Metrics{}));
}

TEST_CASE("An unknown metric is told all names that may be written") {
  const Caught caught = error_of([] { Metric::named("area"); });
  for (const char* part : {" auc, ", "accuracy (acc)", "f1_score", "mean_squared_error (mse, MSE)",
                           "one_hot_mean_io_u", "r2_score", "top_k_categorical_accuracy"}) {
    CHECK(caught.is(ErrorCode::not_found, part));
  }
}

}  // namespace linnet::test
