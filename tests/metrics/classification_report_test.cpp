#include <cmath>
#include <linnet/metrics/classification_report.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace linnet::test {

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

TEST_CASE("A report has the scores of each class, their means and a table") {
  const Tensor labels = Tensor::of<std::int32_t>({6}, {0, 1, 2, 1, 1, 0});
  const Tensor predictions = Tensor::of<std::int32_t>({6}, {0, 1, 1, 0, 1, 0});
  const ClassificationReport report =
      classification_report(labels, predictions, {"cat", "dog", "\u4e2d\u6587"});
  REQUIRE(report.classes.size() == 3);
  CHECK(report.classes[0].precision == 2.0 / 3);
  CHECK(report.classes[0].recall == 1);
  CHECK(std::abs(report.classes[0].f1_score - 0.8) < 1e-12);
  CHECK(report.classes[1].support == 3);
  CHECK(report.classes[2].f1_score == 0);  // never predicted: nothing divided by nothing
  CHECK(report.accuracy == 4.0 / 6);
  CHECK(std::abs(report.macro_average.precision - (2.0 / 3 + 2.0 / 3) / 3) < 1e-12);
  CHECK(std::abs(report.weighted_average.recall - 4.0 / 6) < 1e-12);
  CHECK(report.macro_average.support == 6);
  CHECK(report.confusion == confusion_matrix(labels, predictions));
  CHECK(report.str() ==
        "              precision     recall   f1-score    support\n"
        "\n"
        "         cat       0.67       1.00       0.80          2\n"
        "         dog       0.67       0.67       0.67          3\n"
        "          \u4e2d\u6587       0.00       0.00       0.00          1\n"
        "\n"
        "    accuracy                             0.67          6\n"
        "   macro avg       0.44       0.56       0.49          6\n"
        "weighted avg       0.56       0.67       0.60          6\n");
  CHECK(classification_report(labels, predictions).classes[2].name == "2");
  CHECK(error_of([&] {
          classification_report(labels, predictions, {"cat", "dog"});
        }).is(ErrorCode::out_of_range, "class 2 in row 2 has no name: there are 2 names"));
  const Tensor none(DType::int32, {0});
  CHECK(classification_report(none, none).accuracy == 0);
}

TEST_CASE("Scores of one column are probabilities of class 1, and float labels are rounded") {
  const Tensor labels = Tensor::of<float>({5, 1}, {0, 1, 1, 0, 0.9f});
  const Tensor scores = Tensor::of<float>({5, 1}, {0.2f, 0.7f, 0.4f, 0.5f, 1});
  const Tensor want = Tensor::of<std::int32_t>({2, 2}, {2, 0, 1, 2});
  CHECK(confusion_matrix(labels, scores) == want);
  CHECK(confusion_matrix(labels.reshaped({5}), scores.reshaped({5})) == want);
  CHECK(classification_report(labels, scores, {"no", "yes"}).accuracy == 0.8);
  // A model that never says yes has two classes still.
  CHECK(confusion_matrix(Tensor(DType::float32, {5}), Tensor(DType::float32, {5, 1})).shape() ==
        Shape{2, 2});
  const auto refused = [&](const Tensor& y_true, const Tensor& y_pred) {
    return error_of([&] { classification_report(y_true, y_pred); });
  };
  CHECK(refused(labels, Tensor::of<float>({5}, {0, 1, 2.5f, 0, 0}))
            .is(ErrorCode::invalid_argument,
                "predictions: row 2: expected a probability of class 1 in [0, 1], got 2.5"));
  CHECK(refused(labels, Tensor::of<float>({5}, {0, 1, 0, NAN, 0}))
            .is(ErrorCode::invalid_argument, "predictions: row 3"));
  CHECK(refused(Tensor::of<float>({5}, {0, INFINITY, 0, 0, 0}), scores)
            .is(ErrorCode::invalid_argument, "labels: row 1: expected a class, got inf"));
}

TEST_CASE("Scores that are NaN are of no class") {
  const Tensor labels = Tensor::of<std::int32_t>({3}, {0, 1, 0});
  const Tensor scores = Tensor::of<float>({3, 2}, {1, 0, 0, 1, 0, NAN});
  CHECK(error_of([&] {
          confusion_matrix(labels, scores);
        }).is(ErrorCode::invalid_argument, "confusion_matrix: predictions: row 2 has a NaN"));
}

TEST_CASE("A stray label asks for no matrix of its size") {
  const Tensor predictions = Tensor::of<std::int32_t>({3}, {0, 1, 0});
  const auto refused = [&](std::int64_t stray, Index classes) {
    const Tensor labels = Tensor::of<std::int64_t>({3}, {0, stray, 1});
    return error_of([&] { confusion_matrix(labels, predictions, classes); });
  };
  CHECK(
      refused(50000, any).is(ErrorCode::out_of_range, "class 50000 in row 1: for more than 1024"));
  CHECK(refused(INT64_MAX, any).is(ErrorCode::out_of_range, "in row 1"));
  CHECK(refused(-1, any).is(ErrorCode::out_of_range, "class -1 in row 1"));
  CHECK(refused(1, 50000).is(ErrorCode::invalid_argument, "num_classes must be at most 16384"));
  CHECK(refused(1, 0).is(ErrorCode::invalid_argument, "num_classes must be positive, got 0"));
  CHECK(refused(1, -7).is(ErrorCode::invalid_argument, "num_classes must be positive, got -7"));
  CHECK_FALSE(refused(2000, 2001).code);
}

TEST_CASE("Names are as many as the classes that scores have") {
  const Tensor labels = Tensor::of<std::int32_t>({2}, {0, 1});
  const Tensor scores = Tensor::of<float>({2, 3}, {1, 0, 0, 0, 1, 0});
  const auto refused = [&](const std::vector<std::string>& names) {
    return error_of([&] { classification_report(labels, scores, names); });
  };
  CHECK(refused({"a"}).is(ErrorCode::invalid_argument, "1 name for scores of 3 classes"));
  CHECK(refused({"a", "b", "c", "d"}).is(ErrorCode::invalid_argument, "4 names for scores of 3"));
  CHECK_FALSE(refused({"a", "b", "c"}).code);
  CHECK(classification_report(labels, scores).classes.size() == 3);
}

}  // namespace linnet::test
