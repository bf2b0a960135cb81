#include <linnet/layers.hpp>
#include <linnet/model/rejection.hpp>
#include <linnet/model/sequential.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using linnet::test::error_of;

namespace {

/// Two features are two classes; the larger their difference, the surer.
Model two_classes() {
  Sequential model{Input{{2}}, Activation{.activation = "softmax"}};
  model.compile({.loss = "sparse_categorical_crossentropy"});
  return model;
}

Tensor rows_with_gaps(const std::vector<float>& gaps) {
  Tensor x(DType::float32, {static_cast<Index>(gaps.size()), 2});
  for (std::size_t i = 0; i < gaps.size(); ++i) x.data<float>()[2 * i + i % 2] = gaps[i];
  return x;
}

}  // namespace

TEST_CASE("A threshold for rejection comes from what a model says to known rows", "[model]") {
  const Model model = two_classes();
  const Tensor known = rows_with_gaps({4, 3, 2, 1, 5});
  const Tensor unknown = rows_with_gaps({0.5f, 1.5f});
  const RocCurve curve = rejection_curve(model, known, unknown);
  CHECK(curve.points().size() == 8);
  CHECK(curve.auc() == 0.9);  // one pair of ten is the wrong way round
  const RocPoint most = curve.at_recall(0.8);
  CHECK(most.false_positive_rate == 0);
  CHECK(rejection_curve(model, known).at_recall(0.8).threshold == most.threshold);
}

TEST_CASE("Answers below the rejection threshold are rejected, also after loading", "[model]") {
  Sequential model{TextVectorization{.output_mode = "multi_hot", .vocabulary = {"a", "b"}},
                   Dense{.units = 2, .activation = "softmax"}};
  model.build({any});
  const Tensor kernel = Tensor::of<float>({3, 2}, {0, 0, 3, 0, 0, 3});
  model.set_weights({kernel, Tensor::of<float>({2}, {0, 0})});
  const std::vector<std::string> texts = {"a", "what", "b a", "b"};
  for (const Prediction& p : model.predict(texts)) CHECK_FALSE(p.rejected);
  model.set_rejection_threshold(0.9f);
  CHECK(model.predict("a").rejected == false);
  CHECK(model.predict("what").rejected);
  const linnet::test::TempFolder dir;
  model.save(dir.path("m.linnet"));
  const Model again = Model::load(dir.path("m.linnet"));
  CHECK(again.rejection_threshold() == 0.9f);
  const auto answers = again.predict(texts);
  CHECK(answers[1].rejected);
  CHECK(answers[2].rejected);
  CHECK_FALSE(answers[3].rejected);
  CHECK(answers[2].index == 0);  // still the most likely class
}

TEST_CASE("Thresholds and outputs that are no probabilities are refused", "[model]") {
  Model model = two_classes();
  CHECK_THAT(error_of([&] { model.set_rejection_threshold(1.5f); }).message,
             ContainsSubstring("expected a number in [0, 1], got 1.5"));
  CHECK(model.rejection_threshold() == 0);
  const Sequential logits{Input{{2}}, Activation{.activation = "linear"}};
  CHECK_THAT(error_of([&] {
               rejection_curve(logits, rows_with_gaps({0.5f, 7}));
             }).message,
             ContainsSubstring("expected probabilities in [0, 1], got 7 in row 1"));
}
