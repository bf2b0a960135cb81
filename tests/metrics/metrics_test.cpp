#include <linnet/metrics.hpp>

#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// The number of each sample.
Tensor samples_of(const Metric& metric, const Tensor& y_true, const Tensor& y_pred) {
  const Value t = ops::input("t", {y_true.dtype(), y_true.shape()});
  const Value p = ops::input("p", {y_pred.dtype(), y_pred.shape()});
  return run_graph(metric.emit(t, p), {{"t", y_true}, {"p", y_pred}});
}

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
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.find("class_name") == nullptr) continue;
    INFO(each.name);
    const Metric metric = Metric::from_config(each.facts);
    const Tensor results = each.at("result/0");
    Mean mean;
    for (Index i = 0; i < results.size(); ++i) {
      const std::string n = "/" + std::to_string(i);
      mean.add(samples_of(metric, each.at("y_true" + n), each.at("y_pred" + n)),
               each.find("sample_weight" + n));
      CHECK(std::abs(mean.result() - results.data<float>()[static_cast<std::size_t>(i)]) < 2e-6);
    }
    const Config written = metric.to_config();
    CHECK(Metric::from_config(written).to_config() == written);
  }
}

TEST_CASE("The word accuracy means what Keras makes of the shapes") {
  const Golden golden("metrics");
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.find("resolved") == nullptr) continue;
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
  CHECK(error_of([] { Metric::named("auc"); }).is(ErrorCode::not_found, "metric: unknown name"));
}

TEST_CASE("Metrics refuse labels that do not fit") {
  const Value y_pred = ops::input("p", {DType::float32, {any, 4}});
  const Value labels = ops::input("t", {DType::float32, {any, 3}});
  CHECK(error_of([&] {
          Metric("categorical_accuracy").emit(labels, y_pred);
        }).is(ErrorCode::shape_mismatch, "argmax_match: labels float32 (None, 3)"));
}

TEST_CASE("A confusion matrix counts labels by row and predictions by column") {
  const Tensor labels = Tensor::of<std::int32_t>({4}, {0, 1, 2, 1});
  const Tensor predictions = Tensor::of<std::int64_t>({4, 1}, {0, 2, 2, 1});
  const Tensor want = Tensor::of<std::int32_t>({3, 3}, {1, 0, 0, 0, 1, 1, 0, 0, 1});
  CHECK(confusion_matrix(labels, predictions) == want);
  CHECK(confusion_matrix(labels, predictions, 4).shape() == Shape{4, 4});
  const Tensor scores = Tensor::of<float>({4, 3}, {1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0});
  CHECK(confusion_matrix(labels, scores, 3) == want);
  CHECK(error_of([&] {
          confusion_matrix(labels, predictions, 2);
        }).is(ErrorCode::out_of_range, "class 2 in row 1 is outside the 2 classes"));
  CHECK(error_of([&] {
          confusion_matrix(labels, predictions.rows(0, 3));
        }).is(ErrorCode::shape_mismatch, "4 labels for 3"));
}

TEST_CASE("Metrics that no loss is named like need no namespace of their own") {
  CHECK(Metric(linnet::TopKCategoricalAccuracy{.k = 3}).as<metrics::TopKCategoricalAccuracy>()->k ==
        3);
  CHECK(Metric(linnet::BinaryAccuracy{}).name() == "binary_accuracy");
}

}  // namespace linnet::test
