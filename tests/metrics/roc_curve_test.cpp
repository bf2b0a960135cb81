#include <cmath>
#include <limits>
#include <linnet/metrics/roc_curve.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using linnet::test::error_of;
using Floats = std::vector<float>;

TEST_CASE("A ROC curve has a point for every score, by falling threshold", "[metrics]") {
  const RocCurve curve(Floats{0.9f, 0.8f, 0.4f, 0.8f}, Floats{0.8f, 0.1f});
  const auto& points = curve.points();
  REQUIRE(points.size() == 5);
  CHECK(std::isinf(points[0].threshold));
  CHECK(points[0].recall == 0);
  CHECK(points[1].threshold == 0.9f);
  CHECK(points[1].recall == 0.25);
  CHECK(points[1].false_positive_rate == 0);
  CHECK(points[2].threshold == 0.8f);
  CHECK(points[2].recall == 0.75);
  CHECK(points[2].false_positive_rate == 0.5);
  CHECK(points[3].recall == 1);
  CHECK(points[4].threshold == 0.1f);
  CHECK(points[4].false_positive_rate == 1);
}

TEST_CASE("The area under a ROC curve is how often a positive score is above a negative one",
          "[metrics]") {
  Floats positive, negative;
  for (int i = 0; i < 40; ++i) positive.push_back(static_cast<float>((i * 29) % 37) / 37.0f);
  for (int i = 0; i < 25; ++i) negative.push_back(static_cast<float>((i * 17) % 31) / 37.0f);
  double above = 0;
  for (const float p : positive) {
    for (const float n : negative) above += p > n ? 1 : p == n ? 0.5 : 0;
  }
  CHECK_THAT(RocCurve(positive, negative).auc(), WithinAbs(above / (40 * 25), 1e-12));
  CHECK(RocCurve(Floats{0.9f}, Floats{0.1f}).auc() == 1);
  CHECK(RocCurve(Floats{0.1f}, Floats{0.9f}).auc() == 0);
  CHECK(RocCurve(Floats{0.5f, 0.5f}, Floats{0.5f}).auc() == 0.5);
}

TEST_CASE("A threshold is chosen by the recall or the false positive rate that it shall have",
          "[metrics]") {
  const RocCurve curve(Floats{0.9f, 0.8f, 0.7f, 0.3f}, Floats{0.75f, 0.5f, 0.2f, 0.1f});
  CHECK(curve.at_recall(0.75).threshold == 0.7f);
  CHECK(curve.at_recall(0.75).false_positive_rate == 0.25);
  CHECK(curve.at_recall(0.76).threshold == 0.3f);
  CHECK(curve.at_recall(1).threshold == 0.3f);
  CHECK(curve.at_recall(0).threshold == 0.9f);
  CHECK(curve.at_false_positive_rate(0).threshold == 0.8f);
  CHECK(curve.at_false_positive_rate(0.25).threshold == 0.7f);
  CHECK(curve.at_false_positive_rate(0.49).threshold == 0.7f);
  CHECK(curve.at_false_positive_rate(1).threshold == 0.3f);
  // Where even the highest score is a negative row's, nothing may be taken.
  CHECK(std::isinf(RocCurve(Floats{0.5f}, Floats{0.6f}).at_false_positive_rate(0).threshold));
}

TEST_CASE("A ROC curve of one kind of rows still gives thresholds by recall", "[metrics]") {
  const RocCurve curve(Floats{0.1f, 0.2f, 0.3f, 0.4f, 0.5f}, {});
  CHECK(curve.at_recall(0.8).threshold == 0.2f);
  CHECK(curve.points().back().false_positive_rate == 0);
  CHECK_THAT(error_of([&] { curve.auc(); }).message,
             ContainsSubstring("5 positive and 0 negative"));
}

TEST_CASE("A ROC curve refuses what is no score or no rate", "[metrics]") {
  CHECK_THAT(error_of([] { RocCurve({}, {}); }).message, ContainsSubstring("no scores"));
  const Floats nan{0.5f, std::numeric_limits<float>::quiet_NaN()};
  CHECK_THAT(error_of([&] { RocCurve(nan, {}); }).message, ContainsSubstring("nan"));
  const RocCurve curve(Floats{0.5f}, Floats{0.1f});
  CHECK_THAT(error_of([&] { curve.at_recall(1.5); }).message, ContainsSubstring("[0, 1], got 1.5"));
  CHECK_THAT(error_of([&] { curve.at_false_positive_rate(std::nan("")); }).message,
             ContainsSubstring("at_false_positive_rate: expected"));
  CHECK_THAT(error_of([] { RocCurve({}, Floats{0.1f}).at_recall(0.5); }).message,
             ContainsSubstring("no positive rows"));
}
