// What models, inputs, outputs and metrics are called.
#include <linnet/layers.hpp>

#include "model/small_models.hpp"

namespace linnet::test {

namespace {

Model two_outputs() {
  const Value x = input({6}, {.name = "numbers"});
  return Model({x}, {x | Dense{.units = 3, .activation = "softmax", .name = "class"},
                     x | Dense{.units = 1, .name = "score"}});
}

std::vector<std::string> names_of(const Logs& logs) {
  std::vector<std::string> names;
  for (const auto& [name, value] : logs) names.push_back(name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("A Sequential takes a list of layers and a name", "[model]") {
  Sequential model({Input{{4}, DType::float32, "features"}, Dense{.units = 2}}, "classifier");
  CHECK(model.name() == "classifier");
  CHECK(error_of([&] { model.predict(Tensor(DType::float32, {3, 5})); }).code.has_value());
  CHECK(model.predict(Tensor(DType::float32, {3, 4})).shape() == Shape{3, 2});
  CHECK(model.summary().find("Model: \"classifier\"") != std::string::npos);
  Sequential around({model, Dense{.units = 1}}, "around");
  around.build({any, 4});
  CHECK(around.layers()[0].name() == "classifier");
  CHECK(around.parameters()[0].first == "classifier/dense/kernel");
}

TEST_CASE("Messages call an input by its name", "[model]") {
  Sequential plain{Dense{.units = 2}};
  plain.build({any, 4});
  Model named = two_outputs();
  const Tensor wrong(DType::float32, {3});
  CHECK(error_of([&] { plain.predict(wrong); }).is(ErrorCode::shape_mismatch, "input: expected"));
  CHECK(error_of([&] {
          named.predict_all(wrong);
        }).is(ErrorCode::shape_mismatch, "numbers: expected"));
  const Value a = input({2}), b = input({2});
  const Model nameless({a, b}, {add(a, b)});
  CHECK(error_of([&] {
          nameless.predict({Tensor(DType::float32, {3, 2}), wrong});
        }).is(ErrorCode::shape_mismatch, "x[1]: expected"));
}

TEST_CASE("Losses and metrics of several outputs are named after their layers", "[model]") {
  Model model = two_outputs();
  model.compile({.loss = LossList{{"sparse_categorical_crossentropy"}, {"mse"}},
                 .output_metrics = {{"score", {"mae"}}, {"class", {"accuracy"}}}});
  const NumberRows data(8);
  const Inputs y{data.y, random_floats({8, 1}, 2)};
  const Logs logs = model.test_on_batch(data.x, y);
  CHECK(names_of(logs) == Names{"loss", "class_loss", "score_loss", "class_accuracy", "score_mae"});
  const Tensor wrong(DType::int32, {7});
  CHECK(error_of([&] {
          model.test_on_batch(data.x, {wrong, random_floats({8, 1}, 2)});
        }).is(ErrorCode::shape_mismatch, "y (class): expected 8 rows"));
  CHECK(error_of([&] {
          model.compile({.loss = "mse", .output_metrics = {{"dense", {"mae"}}}});
        }).is(ErrorCode::not_found, "no output 'dense'; there are: class, score"));
  CHECK(error_of([&] {
          model.compile({.loss = "mse", .output_weighted_metrics = {{"dense", {"mae"}}}});
        }).is(ErrorCode::not_found, "output_weighted_metrics: no output 'dense'"));
}

TEST_CASE("A weighted metric of one output counts rows by their weights", "[model]") {
  const Value x = input({3});
  Model model({x}, {x | Dense{.units = 1, .name = "a"}, x | Dense{.units = 1, .name = "b"}});
  model.compile({.loss = "mse", .output_weighted_metrics = {{"b", {"mae"}}}});
  const Tensor rows = random_floats({4, 3}, 1), y = random_floats({4, 1}, 2);
  const Logs logs =
      model.evaluate(rows, {y, y}, {.sample_weight = Tensor::of<float>({4}, {1, 2, 0, 4})});
  CHECK(names_of(logs) == Names{"loss", "a_loss", "b_loss", "b_mae"});
  const Tensor predicted = model.predict_all(rows)[1];
  const float weights[] = {1, 2, 0, 4};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    sum += weights[i] * std::abs(predicted.data<float>()[i] - y.data<float>()[i]);
  }
  CHECK(logs["b_mae"] == Approx(sum / 7).epsilon(1e-5));
}

TEST_CASE("A metric that is given twice gets a number", "[model]") {
  Sequential model = perceptron();
  model.compile({.loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy", metrics::SparseTopKCategoricalAccuracy{.k = 2},
                             metrics::SparseTopKCategoricalAccuracy{.k = 1}},
                 .weighted_metrics = {"accuracy"}});
  const NumberRows data(30);
  const Logs logs = model.test_on_batch(data.x, data.y);
  CHECK(names_of(logs) == Names{"loss", "accuracy", "sparse_top_k_categorical_accuracy",
                                "sparse_top_k_categorical_accuracy_1", "accuracy_1"});
  CHECK(logs["accuracy_1"] == logs["accuracy"]);
  CHECK(logs["sparse_top_k_categorical_accuracy_1"] == Approx(logs["accuracy"]));
}

TEST_CASE("Texts for a model without TextVectorization are named as that", "[model]") {
  Sequential built = perceptron(), fresh{Dense{.units = 2}};
  for (const Sequential& model : {built, fresh}) {
    CHECK(error_of([&] {
            model.predict("some words");
          }).is(ErrorCode::dtype_mismatch, "no TextVectorization"));
  }
}

TEST_CASE("Errors of a plan name the layer, not its ops", "[model]") {
  Sequential model = text_model(10, "adam");
  const Tensor ids = Tensor::of<std::int32_t>({1, 2}, {3, 10});
  const Caught caught = error_of([&] { model.predict(ids); });
  CHECK(caught.is(ErrorCode::out_of_range, "embedding: "));
  for (const char* op : {"embedding_bag", "check_ids", "gather"}) {
    CHECK(caught.message.find(op) == std::string::npos);
  }
}

}  // namespace linnet::test
