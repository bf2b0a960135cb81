// Prediction of data sets, in the order of their rows.
#include "model/small_models.hpp"

namespace linnet::test {

TEST_CASE("A data set is predicted row for row, in batches or not", "[model]") {
  const NumberRows data(23);
  const Sequential model = perceptron();
  const Tensor wanted = model.predict(data.x);
  const Dataset rows = Dataset::from(data.x, data.y);
  CHECK(close(model.predict(rows), wanted, 1e-6));
  CHECK(close(model.predict(rows, {.batch_size = 4}), wanted, 1e-6));
  CHECK(close(model.predict(rows.batch(5)), wanted, 1e-6));
  CHECK(close(model.predict(rows.batch(5).prefetch(2)), wanted, 1e-6));
  CHECK(model.predict(rows.batch(5, true)).shape() == Shape{20, 3});
  const Dataset mixed = rows.shuffle(3);
  const Batch order = mixed.all();
  CHECK(close(model.predict(mixed.batch(5)), model.predict(std::get<Tensor>(order.x[0])), 1e-6));
  const Dataset stream = Dataset::stream([&](Index) {
    return [at = Index{0}, &data](Batch& batch) mutable {
      if (at == 23) return false;
      const Index end = std::min<Index>(at + 9, 23);
      batch = {data.x.rows(at, end), {}, {}, end - at};
      at = end;
      return true;
    };
  });
  CHECK(close(model.predict(stream), wanted, 1e-6));
}

TEST_CASE("Ragged rows of a data set get zeros behind the longest of all batches", "[model]") {
  Sequential model{Dense{.units = 2}};
  model.build({any, any, 1});
  const Ragged column{random_floats({7, 1}, 1), Tensor::of<std::int64_t>({4}, {0, 1, 6, 7})};
  const Tensor wanted = model.predict(column);
  CHECK(wanted.shape() == Shape{3, 5, 2});
  CHECK(close(model.predict(Dataset::from(column).batch(1)), wanted, 1e-6));
}

TEST_CASE("Texts and several outputs of a data set are predicted", "[model]") {
  const std::vector<std::string> texts{"a pear", "a saw", "plums"};
  TextVectorization vectorize{.output_sequence_length = 4};
  vectorize.adapt(texts);
  Sequential classifier{vectorize,
                        Embedding{.input_dim = vectorize.vocabulary_size(), .output_dim = 3},
                        Flatten{}, Dense{.units = 2, .activation = "softmax"}};
  classifier.build({any});
  const Tensor wanted = classifier.predict(Inputs(texts));
  CHECK(close(classifier.predict(Dataset::from(Tensor::strings(texts)).batch(2)), wanted, 1e-6));

  const Value x = input({6});
  const Model two({x}, {x | Dense{.units = 2}, x | Dense{.units = 4}});
  const NumberRows data(9);
  const auto all = two.predict_all(Dataset::from(data.x).batch(4)), same = two.predict_all(data.x);
  REQUIRE(all.size() == 2);
  for (std::size_t k = 0; k < 2; ++k) CHECK(close(all[k], same[k], 1e-6));
  CHECK(error_of([&] { two.predict(Dataset::from(data.x)); }).is(ErrorCode::invalid_argument, "2"));
}

TEST_CASE("A data set that cannot be predicted is refused", "[model]") {
  const NumberRows data(9);
  const Sequential model = perceptron();
  const Dataset rows = Dataset::from(data.x, data.y);
  CHECK(error_of([&] { model.predict(rows.repeat()); }).is(ErrorCode::invalid_argument, "end"));
  CHECK(error_of([&] { model.predict(rows.take(0)); }).is(ErrorCode::invalid_argument, "no rows"));
  CHECK(error_of([&] {
          model.predict(rows, {.batch_size = 0});
        }).is(ErrorCode::invalid_argument, "batch_size"));
}

}  // namespace linnet::test
