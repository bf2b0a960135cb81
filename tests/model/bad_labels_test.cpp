// Labels that a model refuses.
#include <linnet/ops/loss.hpp>

#include "model/refusals.hpp"

namespace linnet::test {

TEST_CASE("Labels that are no numbers are told what would do", "[model]") {
  Classifier c;
  CHECK(names_all(c.fit_error(c.x, Tensor::strings({"a", "b", "a", "b"})),
                  {"y: ", "texts", "LabelIndex"}));
  const Ragged ragged{c.y, Tensor::of<std::int64_t>({5}, {0, 1, 2, 3, 4})};
  CHECK(names_all(c.fit_error(c.x, ragged), {"y: ", "different lengths"}));
  Tensor halves = c.y.cast(DType::float64);
  halves.data<double>()[2] = 0.5;
  CHECK(names_all(c.fit_error(c.x, halves), {"y: row 2", "class number", "int32", "0.5"}));
  const TensorType floats{DType::float32, {4}}, scores{DType::float32, {4, 3}};
  const Value y = ops::input("y", floats), p = ops::input("p", scores);
  CHECK(names_all(error_of([&] {
                    apply(ops::SparseCategoricalCrossentropy{}, {y, p});
                  }),
                  {"class numbers", "int32", "float32", "cast(DType::int32)"}));
}

TEST_CASE("Labels outside the classes are refused", "[model]") {
  Classifier c;
  const Tensor high = Tensor::of<std::int32_t>({4}, {0, 1, 7, 0});
  const Tensor low = Tensor::of<std::int32_t>({4}, {0, -1, 2, 0});
  CHECK(c.fit_error(c.x, high).is(ErrorCode::out_of_range));
  CHECK(names_all(c.fit_error(c.x, high), {"label 7", "row 2", "3 classes"}));
  CHECK(c.fit_error(c.x, low).is(ErrorCode::out_of_range, "-1"));
  CHECK(c.refused([&](Model& m) { m.train_on_batch(c.x, high); }).is(ErrorCode::out_of_range));
  CHECK(c.refused([&](Model& m) { m.test_on_batch(c.x, high); }).is(ErrorCode::out_of_range));
}

TEST_CASE("Targets of the other kind are named as such", "[model]") {
  Classifier sparse;
  const Tensor one_hot = to_categorical(sparse.y, 3);
  const Caught mixed = sparse.fit_error(sparse.x, one_hot);
  CHECK(mixed.is(ErrorCode::shape_mismatch));
  Classifier categorical("categorical_crossentropy");
  CHECK(categorical.fit_error(categorical.x, categorical.y).code.has_value());
  CHECK(categorical.fit_error(categorical.x, to_categorical(categorical.y, 4))
            .is(ErrorCode::shape_mismatch));
}

TEST_CASE("Class numbers given as floats must be classes too", "[model]") {
  Classifier c;
  for (const float wrong : {3.0f, -1.0f, 1e30f}) {
    Tensor y = c.y.cast(DType::float32);
    y.data<float>()[1] = wrong;
    CHECK(error_of([&] { c.model.fit(c.x, y); }).is(ErrorCode::out_of_range, "row 1"));
  }
}

TEST_CASE("A built model takes as many labels as it has classes", "[model]") {
  Classifier c;
  c.model.fit(c.x, c.y);
  CHECK(error_of([&] {
          c.model.set_labels({"one"});
        }).is(ErrorCode::invalid_argument, "expected 3 names, got 1"));
  c.model.set_labels({"a", "b", "c"});
  Sequential one{Dense{.units = 1, .activation = "sigmoid"}};
  one.build({any, 2});
  CHECK(error_of([&] {
          one.set_labels({"a", "b", "c"});
        }).is(ErrorCode::invalid_argument, "expected 1 or 2 names, got 3"));
  CHECK(c.model.labels().size() == 3);
}

TEST_CASE("Labels outside what a loss or a metric takes stop a fit before it begins", "[model]") {
  const auto refused = [](const LossList& loss, std::vector<Metric> metrics, float label) {
    Numbers n(loss);
    n.model.compile({.loss = loss, .metrics = std::move(metrics)});
    const auto before = n.model.get_weights();
    const Tensor y = Tensor::of<float>({3, 1}, {0, 1, label});
    const Caught caught = error_of([&] { n.model.fit(n.x, y); });
    CHECK(error_of([&] { n.model.evaluate(n.x, y); }).message == caught.message);
    if (caught.code) CHECK(same_bits(before[0], n.model.get_weights()[0]));
    return caught;
  };
  for (const float wrong : {-1.0f, 2.0f, 255.0f}) {
    CHECK(refused("bce", {}, wrong).is(ErrorCode::out_of_range, "y: row 2, column 0 is"));
    for (const Loss& loss : {Loss("binary_focal_crossentropy"), Loss("dice"), Loss("tversky"),
                             Loss("kld"), Loss("categorical_hinge")}) {
      CHECK(refused(loss, {}, wrong).is(ErrorCode::out_of_range, "takes labels from 0 to 1"));
    }
    for (const Metric& metric :
         {Metric("auc"), Metric("precision"), Metric("true_negatives"), Metric("f1_score"),
          Metric("bce"), Metric(RecallAtPrecision{.precision = 0.5f})}) {
      CHECK(refused("mse", {metric}, wrong)
                .is(ErrorCode::out_of_range, std::string(metric.class_name()) + " takes labels"));
    }
  }
  // Probabilities are labels too, and those of hinges have signs.
  for (const float fine : {0.0f, 0.25f, 1.0f}) CHECK_FALSE(refused("bce", {"auc"}, fine).code);
  for (const float fine : {-1.0f, 0.0f, 1.0f}) CHECK_FALSE(refused("hinge", {"hinge"}, fine).code);
  CHECK(refused("hinge", {}, 2).is(ErrorCode::out_of_range, "Hinge takes labels from -1 to 1"));
  CHECK(refused("hinge", {"auc"}, -1).is(ErrorCode::out_of_range, "AUC takes labels"));
  CHECK_FALSE(refused("mse", {"mae"}, 255).code);
}

TEST_CASE("CTC takes 0 only where a row has ended", "[model]") {
  Sequential model{Dense{.units = 3}};
  model.build({any, 4, 2});
  model.compile({.loss = "ctc"});
  const Tensor x = random_floats({2, 4, 2}, 1);
  const auto refused = [&](const Tensor& y) { return error_of([&] { model.fit(x, y); }); };
  CHECK(refused(Tensor::of<std::int32_t>({2, 3}, {1, 2, 0, 1, 0, 2}))
            .is(ErrorCode::out_of_range, "label 2 in row 1, column 2 stands behind a 0"));
  CHECK(refused(Tensor::of<std::int32_t>({2, 3}, {1, 3, 0, 1, 0, 0}))
            .is(ErrorCode::out_of_range, "label 3 in row 0 is outside the 3 classes"));
  CHECK_FALSE(refused(Tensor::of<std::int32_t>({2, 3}, {1, 2, 0, 0, 0, 0})).code);
}

TEST_CASE("Losses of sums over the rows of a batch take no weights", "[model]") {
  const Tensor x = random_floats({3, 2}, 1, 0, 1), weights = Tensor::full({3}, 2.0f);
  const Tensor y = Tensor::of<float>({3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1});
  const auto fit = [&](const Loss& loss, const FitOptions& options) {
    Sequential model{Dense{.units = 3, .activation = "sigmoid"}};
    model.compile({.loss = loss});
    return error_of([&] { model.fit(x, y, options); });
  };
  for (const Loss& loss : {Loss(Dice{.axis = {{0}}}), Loss(Tversky{.axis = {{-2}}})}) {
    CHECK_FALSE(fit(loss, {}).code);
    CHECK(fit(loss, {.sample_weight = weights}).is(ErrorCode::unsupported, "over the rows"));
  }
  CHECK_FALSE(fit(Dice{.axis = {{1}}}, {.sample_weight = weights}).code);
  CHECK_FALSE(fit(Dice{}, {.sample_weight = weights}).code);
}

TEST_CASE("Labels that do not fit are told with the type that they came with", "[model]") {
  Classifier c;
  const Caught caught = c.fit_error(c.x, Tensor(DType::float32, {4, 2}));
  CHECK(caught.is(ErrorCode::shape_mismatch, "labels float32 (4, 2) do not fit"));
}

}  // namespace linnet::test
