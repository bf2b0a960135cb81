// Sequential and functional models: names, sharing, nesting, freezing, several outputs.
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

std::vector<std::string> names_of(const Model& model) {
  std::vector<std::string> names;
  for (const Layer& layer : model.layers()) names.push_back(layer.name());
  return names;
}

}  // namespace

TEST_CASE("Layers are named as Keras numbers them", "[model]") {
  Sequential model{
      Embedding{.input_dim = 5, .output_dim = 2}, GlobalAveragePooling1D{}, Dense{.units = 3},
      Dense{.units = 3, .name = "dense_1"},       Dense{.units = 2},        Activation{"softmax"}};
  model.build({any, any});
  CHECK(names_of(model) == std::vector<std::string>{"embedding", "global_average_pooling1d",
                                                    "dense", "dense_1", "dense_2", "activation"});
  CHECK(model.layer("dense_2").parameters()[0]->type.shape == Shape{3, 2});
  CHECK(model.parameters()[1].first == "dense/kernel");
  CHECK(model.count_params() == 5 * 2 + (2 * 3 + 3) + (3 * 3 + 3) + (3 * 2 + 2));
  CHECK(model.summary().find("Total params: 39") != std::string::npos);
}

TEST_CASE("A Sequential builds itself from the first data", "[model]") {
  Sequential model{Dense{.units = 2}};
  CHECK_FALSE(model.built());
  const Tensor y = model.predict(Tensor::full<float>({3, 4}, 1.0f));
  CHECK(model.built());
  CHECK(y.shape() == Shape{3, 2});
  CHECK(model.predict(Tensor::full<float>({7, 4}, 1.0f)).shape() == Shape{7, 2});
  Sequential late;
  late.add(Dense{.units = 1});
  late.compile({.loss = "mse"});
  late.fit(Tensor::full<float>({3, 4}, 1.0f), Tensor::full<float>({3, 1}, 1.0f));
  CHECK(late.iterations() == 1);
}

TEST_CASE("A shared layer has one set of weights, a bare one fresh ones at each use", "[model]") {
  const Value a = input({4}), b = input({4});
  const Shared shared = Dense{.units = 3};
  const Model one({a, b}, {add(a | shared, b | shared)});
  CHECK(one.count_params() == 15);
  const Dense bare{.units = 3};
  const Model two({a, b}, {add(a | bare, b | bare)});
  CHECK(two.count_params() == 30);
  const Tensor x = random_floats({5, 4}, 1);
  const Tensor left = one.predict({x, Tensor(DType::float32, {5, 4})});
  CHECK(close(left, one.predict({Tensor(DType::float32, {5, 4}), x}), 1e-6));
}

TEST_CASE("Copies of a model are the same model", "[model]") {
  Sequential model = perceptron();
  Model copy = model;
  const NumberRows data(32);
  copy.train_on_batch(data.x, data.y);
  CHECK(model.iterations() == 1);
  check_same_weights(model, copy);
  copy.trainable = false;
  CHECK_FALSE(static_cast<bool>(model.trainable));
}

TEST_CASE("Freezing takes effect at once, inside other models too, and keeps what was trained",
          "[model]") {
  Sequential base{Dense{.units = 5, .activation = "tanh"}};
  base.build({any, 6});
  Sequential model{base, Dense{.units = 3, .activation = "softmax"}};
  model.build({any, 6});
  model.compile({.loss = "sparse_categorical_crossentropy"});
  const NumberRows data(32);
  model.train_on_batch(data.x, data.y);
  Model other_handle = base;
  other_handle.trainable = false;
  const auto before = model.get_weights();
  const Parameter& kernel = *base.parameters()[0].second;
  const Tensor momentum = kernel.slots.at(0).value.clone();
  model.train_on_batch(data.x, data.y);
  auto after = model.get_weights();
  CHECK(same_bits(after[0], before[0]));
  CHECK(same_bits(after[1], before[1]));
  CHECK_FALSE(same_bits(after[2], before[2]));
  CHECK(same_bits(kernel.slots.at(0).value, momentum));
  base.trainable = true;
  base.layers()[0].trainable = false;
  model.train_on_batch(data.x, data.y);
  CHECK(same_bits(model.get_weights()[0], before[0]));
  base.layer("dense").trainable = true;
  model.train_on_batch(data.x, data.y);
  CHECK_FALSE(same_bits(model.get_weights()[0], before[0]));
  CHECK(model.iterations() == 4);
}

TEST_CASE("A frozen table keeps the updates that its rows were waiting for", "[model]") {
  Sequential model = text_model(20, "adam");
  const Tensor x = random_ints({8, 5}, 1, 20), y = random_ints({8}, 2, 3);
  for (int i = 0; i < 5; ++i) model.train_on_batch(x.rows(i % 4, i % 4 + 3), y.rows(0, 3));
  const auto before = model.get_weights();
  model.layers()[0].trainable = false;
  model.train_on_batch(x, y);
  CHECK(same_bits(model.get_weights()[0], before[0]));
  CHECK_FALSE(same_bits(model.get_weights()[2], before[2]));
}

TEST_CASE("Several outputs have losses, weights and metrics of their own", "[model]") {
  const Value x = input({6});
  const Value hidden = x | Dense{.units = 8, .activation = "relu"};
  Model model(x, hidden);
  Model both({x},
             {hidden | Dense{.units = 3, .activation = "softmax"}, hidden | Dense{.units = 1}});
  both.compile({.loss = LossList{{"sparse_categorical_crossentropy"}, {"mse"}},
                .loss_weights = {1.0f, 0.25f},
                .metrics = {"accuracy"}});
  const NumberRows data(40);
  const Tensor score = random_floats({40, 1}, 8);
  CHECK_THROWS_AS(both.fit(data.x, data.y), Error);
  const Logs logs = both.test_on_batch(data.x, {data.y, score});
  CHECK(logs["loss"] == Approx(logs["dense_1_loss"] + 0.25 * logs["dense_2_loss"]));
  CHECK(logs.find("dense_2_accuracy") != nullptr);
  const auto history = both.fit(data.x, {data.y, score}, {.epochs = 20});
  CHECK(history["loss"].back() < history["loss"].front());
  CHECK(both.predict_all(data.x).size() == 2);
  CHECK_THROWS_AS(both.predict(data.x), Error);
}

TEST_CASE("Reading a model in the middle of training changes nothing", "[model]") {
  const Tensor x = random_ints({64, 6}, 1, 200), y = random_ints({64}, 2, 3);
  Sequential quiet = text_model(200, "adam", true), watched = text_model(200, "adam", true);
  for (int i = 0; i < 12; ++i) {
    const Index at = i * 5;
    quiet.train_on_batch(x.rows(at, at + 4), y.rows(at, at + 4));
    watched.train_on_batch(x.rows(at, at + 4), y.rows(at, at + 4));
    watched.predict(x);
    watched.evaluate(x, y);
    watched.get_weights();
    watched.test_on_batch(x, y);
  }
  check_same_weights(quiet, watched);
}

TEST_CASE("Ragged rows give what padded and masked ones give", "[model]") {
  Sequential padded = text_model(20, "adam", true), ragged = text_model(20, "adam", false);
  Tensor x(DType::int32, {5, 9});
  Ragged rows{Tensor(DType::int32, {15}), Tensor::of<std::int64_t>({6}, {0, 3, 3, 9, 10, 15})};
  const auto splits = rows.splits.data<std::int64_t>();
  for (std::size_t r = 0; r < 5; ++r) {
    for (auto i = static_cast<std::size_t>(splits[r]); i < static_cast<std::size_t>(splits[r + 1]);
         ++i) {
      const auto id = static_cast<std::int32_t>(1 + (i * 7) % 19);
      rows.values.data<std::int32_t>()[i] = id;
      x.data<std::int32_t>()[r * 9 + i - static_cast<std::size_t>(splits[r])] = id;
    }
  }
  const Tensor y = random_ints({5}, 3, 3);
  CHECK(close(ragged.predict(rows), padded.predict(x), 1e-6));
  for (int i = 0; i < 5; ++i) {
    CHECK(ragged.train_on_batch(rows, y)["loss"] ==
          Approx(padded.train_on_batch(x, y)["loss"]).margin(1e-6));
  }
  check_close_weights(ragged, padded, 1e-6);
}

TEST_CASE("The parameters of a normalization stand in Keras's order", "[model]") {
  const auto ends = [](Layer layer) {
    Sequential model{std::move(layer)};
    model.build({any, 3, 4});
    std::string names;
    for (const auto& [path, parameter] : model.parameters()) names += path.substr(path.rfind('/'));
    return names;
  };
  CHECK(ends(GroupNormalization{.groups = 2}) == "/gamma/beta");
  CHECK(ends(BatchNormalization{}) == "/gamma/beta/moving_mean/moving_variance");
}

}  // namespace linnet::test
