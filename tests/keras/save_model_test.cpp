#include <cstring>
#include <filesystem>
#include <linnet/io/npy.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/hdf5/hdf5_file.hpp"
#include "io/hdf5/write_hdf5.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_file.hpp"

using namespace linnet;
using test::error_of;

namespace {

std::vector<Tensor> golden_arrays(const std::filesystem::path& folder, const std::string& role) {
  std::vector<Tensor> all;
  while (true) {
    const auto path = folder / (role + std::to_string(all.size()) + ".npy");
    if (!std::filesystem::exists(path)) return all;
    all.push_back(read_npy(path.string()));
  }
}

void check_same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    REQUIRE(a[i].shape() == b[i].shape());
    CHECK(std::memcmp(a[i].raw(), b[i].raw(), a[i].bytes()) == 0);
  }
}

/// The model as it comes back from a `.keras` file.
Model there_and_back(const Model& model, const SaveOptions& options = {}) {
  const test::TempFolder folder;
  model.save(folder.path("m.keras"), options);
  return Model::load(folder.path("m.keras"));
}

/// The config.json of the `.keras` file.
Config written_config(const Model& model) {
  const test::TempFolder folder;
  model.save(folder.path("m.keras"));
  const detail::ZipFile zip(folder.path("m.keras"));
  return parse_json(zip.read("config.json").text());
}

Tensor ramp(const Shape& shape) {
  Tensor x(DType::float32, shape);
  float value = -1;
  for (float& element : x.data<float>()) element = value += 0.07f;
  return x;
}

}  // namespace

TEST_CASE("What Keras saved is the same after a way through .keras again", "[keras]") {
  for (const auto& entry :
       std::filesystem::directory_iterator(LINNET_TEST_DATA "/golden/keras_files")) {
    if (!std::filesystem::exists(entry.path() / "model.keras")) continue;
    INFO(entry.path().filename().string());
    Model model = Model::load((entry.path() / "model.keras").string());
    Model again = there_and_back(model);
    const Inputs x(golden_arrays(entry.path(), "x")), t(golden_arrays(entry.path(), "t"));
    check_same(model.predict_all(x), again.predict_all(x));
    CHECK(again.iterations() == model.iterations());
    for (int step = 0; step < 5; ++step) {
      CHECK(model.train_on_batch(x, t)["loss"] == again.train_on_batch(x, t)["loss"]);
    }
  }
}

TEST_CASE("What Keras saved is the same after a way through its legacy format", "[keras]") {
  const test::TempFolder folder;
  for (const auto& entry :
       std::filesystem::directory_iterator(LINNET_TEST_DATA "/golden/keras_files")) {
    if (!std::filesystem::exists(entry.path() / "model.keras")) continue;
    INFO(entry.path().filename().string());
    Model model = Model::load((entry.path() / "model.keras").string());
    model.save(folder.path("m.h5"));
    Model again = Model::load(folder.path("m.h5"));
    const Inputs x(golden_arrays(entry.path(), "x")), t(golden_arrays(entry.path(), "t"));
    check_same(model.predict_all(x), again.predict_all(x));
    CHECK(again.iterations() == model.iterations());
    for (int step = 0; step < 5; ++step) {
      CHECK(model.train_on_batch(x, t)["loss"] == again.train_on_batch(x, t)["loss"]);
    }
    model.save(folder.path("plain.hdf5"), {.include_optimizer = false});
    Model plain = Model::load(folder.path("plain.hdf5"));
    check_same(model.predict_all(x), plain.predict_all(x));
    CHECK(error_of([&] { plain.train_on_batch(x, t); }).code == ErrorCode::bad_state);
  }
}

TEST_CASE("Layers whose names are no groups of a legacy file are refused", "[keras]") {
  const test::TempFolder folder;
  for (const char* name : {"top_level_model_weights", "."}) {
    Sequential model{Dense{.units = 1, .name = name}};
    model.build({any, 2});
    const auto caught = error_of([&] { model.save(folder.path("m.h5")); });
    CHECK(caught.is(ErrorCode::unsupported, "has no place in Keras's legacy format"));
  }
}

TEST_CASE("A legacy file holds a model of thousands of layers", "[keras]") {
  Sequential model;
  for (int i = 0; i < 3500; ++i) model.add(Dense{.units = 1});
  model.build({any, 1});
  const test::TempFolder folder;
  model.save(folder.path("m.h5"));
  check_same(model.get_weights(), Model::load(folder.path("m.h5")).get_weights());
}

TEST_CASE("Rows that wait for updates are up to date in a .keras file", "[keras]") {
  Sequential model{Embedding{.input_dim = 50, .output_dim = 3}, GlobalAveragePooling1D{},
                   Dense{.units = 2, .activation = "softmax"}};
  model.build({any, 4});
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  const auto ids = [](std::int32_t first) {
    return Tensor::of<std::int32_t>({2, 4}, {first, 1, 2, 3, 4, 5, first, 7});
  };
  const Tensor labels = Tensor::of<std::int32_t>({2}, {0, 1});
  for (std::int32_t step = 0; step < 6; ++step) model.train_on_batch(ids(20 + step), labels);
  const Tensor before = model.predict(ids(20));
  Model again = there_and_back(model);
  check_same({again.predict(ids(20))}, {before});
  // Saving has changed nothing, and both go on alike: rows 20 to 24 wait in one, in the other not.
  for (std::int32_t step = 0; step < 6; ++step) {
    const double a = model.train_on_batch(ids(20 + step), labels)["loss"];
    const double b = again.train_on_batch(ids(20 + step), labels)["loss"];
    CHECK(std::abs(a - b) < 1e-6);
  }
}

TEST_CASE("A .keras file describes a model as Keras does", "[keras]") {
  const Value a = input({3}, {.name = "a"}), b = input({3});
  const Shared dense{Dense{.units = 2, .kernel_regularizer = "l2", .name = "d"}};
  Model model({a, b}, {call(Add{}, {a | dense, b | dense}) | Dropout{.rate = 0.5f}});
  const Config config = written_config(model);
  CHECK(config.at("module") == Config("keras.src.models.functional"));
  CHECK(config.at("class_name") == Config("Functional"));
  const auto& layers = config.at("config").at("layers").items();
  REQUIRE(layers.size() == 5);
  CHECK(layers[0].at("class_name") == Config("InputLayer"));
  CHECK(layers[1].at("name") == Config("input_layer"));
  CHECK(layers[2].at("module") == Config("keras.layers"));
  CHECK(layers[2].at("config").at("kernel_regularizer").at("module") ==
        Config("keras.regularizers"));
  CHECK(layers[2].at("inbound_nodes").items().size() == 2);
  const Config& call = layers[3].at("inbound_nodes").items()[0];
  const auto& tensors = call.at("args").items()[0].items();
  REQUIRE(tensors.size() == 2);
  CHECK(tensors[1].at("config").at("keras_history") ==
        Config(Config::List{Config("d"), Config(1), Config(0)}));
  CHECK(tensors[1].at("config").at("shape") == Config(Config::List{Config(), Config(2)}));
  CHECK(config.at("config").at("output_layers").items()[0] == Config("dropout"));
}

TEST_CASE("A layer of two models is refused, which Keras cannot read back", "[keras]") {
  const Value a = input({3}), b = input({3});
  const Shared dense{Dense{.units = 3, .name = "both"}};
  const Model inner(b, b | dense, "inner");
  const Model model(a, call(Add{}, {a | dense, a | inner}));
  CHECK(error_of([&] {
          there_and_back(model);
        }).is(ErrorCode::unsupported, "the layer 'both' is part of two of the models"));
}

TEST_CASE("Functions of keras.ops and computed masks are written as Keras's nodes", "[keras]") {
  const std::string path = LINNET_TEST_DATA "/golden/keras_operations/masks.keras";
  const Model model = Model::load(path);
  const Model again = there_and_back(model);
  std::vector<Tensor> x;
  for (const Value& each : model.inputs()) {
    std::vector<Index> sizes;
    for (const Index size : each.shape()) sizes.push_back(size == any ? 5 : size);
    const Tensor numbers = ramp(Shape(std::span<const Index>(sizes)));
    x.push_back(each.dtype() == DType::float32 ? numbers : numbers.cast(each.dtype()));
  }
  check_same(model.predict_all(Inputs(x)), again.predict_all(Inputs(x)));
}

TEST_CASE("Frozen parts stay frozen in a .keras file, and can be thawed", "[keras]") {
  const Value x = input({3});
  Model base(x, x | Dense{.units = 4} | Dense{.units = 4}, "base");
  base.trainable = false;
  Sequential model{base, Dense{.units = 2}};
  model.build({any, 3});
  Model again = there_and_back(model);
  CHECK(summarize(again).trainable_parameters == 10);
  CHECK(written_config(again)
            .at("config")
            .at("layers")
            .items()[1]
            .at("config")
            .at("layers")
            .items()[1]
            .at("config")
            .at("trainable") == Config(false));
  Layer thawed = again.layer("base");
  thawed.trainable = true;
  CHECK(summarize(again).trainable_parameters == again.count_params());
}

TEST_CASE("What Keras has not is refused by name, and what was there stays", "[keras]") {
  const test::TempFolder folder;
  const std::string path = folder.path("m.keras");
  test::put_text(path, "before");
  Sequential bag{EmbeddingBag{.input_dim = 5, .output_dim = 2, .name = "bag"}};
  bag.build({any, 3});
  CHECK(error_of([&] {
          bag.save(path);
        }).is(ErrorCode::unsupported, "m.keras: layer 'bag': EmbeddingBag cannot be written"));
  Sequential groups{Dense{.units = 1, .name = "d"}};
  groups.build({any, 3});
  groups.compile({.optimizer = "sgd",
                  .loss = "mse",
                  .parameter_groups = {{.path = "d", .learning_rate_multiplier = 0.1f}}});
  CHECK(error_of([&] {
          groups.save(path);
        }).is(ErrorCode::unsupported, "Keras has no parameter_groups"));
  CHECK(test::file_text(path) == "before");
  groups.save(path, {.include_optimizer = false});
  CHECK(error_of([&] {
          Model::load(path).train_on_batch(ramp({2, 3}), ramp({2, 1}));
        }).code == ErrorCode::bad_state);
  CHECK(error_of([&] {
          bag.save(folder.path("m.h5"));
        }).is(ErrorCode::unsupported, "m.h5: layer 'bag': EmbeddingBag cannot be written"));
  CHECK(error_of([&] {
          bag.save(folder.path("m.weights.h5"));
        }).is(ErrorCode::invalid_argument, "save_weights() writes it"));
}

TEST_CASE("Weights saved as .weights.h5 are loaded again", "[keras]") {
  const test::TempFolder folder;
  const auto make = [] {
    Sequential model{Conv2D{.filters = 3, .kernel_size = {2, 2}}, BatchNormalization{}, Flatten{},
                     Dense{.units = 2}, Dense{.units = 2}};
    model.build({any, 4, 4, 2});
    return model;
  };
  set_random_seed(1);
  Model model = make();
  set_random_seed(2);
  Model other = make();
  model.save_weights(folder.path("m.weights.h5"));
  CHECK(other.load_weights(folder.path("m.weights.h5")).empty());
  check_same(model.get_weights(), other.get_weights());
  CHECK(error_of([&] {
          model.save_weights(folder.path("m.h5"));
        }).is(ErrorCode::invalid_argument, "expected a path that ends in .weights.h5"));
}

TEST_CASE("Variables that linnet does without have the shapes that Keras gives them", "[keras]") {
  const test::TempFolder folder;
  Sequential model{Dense{.units = 2}};
  model.build({any, 3});
  model.compile({.optimizer = "adafactor", .loss = "mse"});
  model.train_on_batch(ramp({4, 3}), ramp({4, 2}));
  model.save_weights(folder.path("m.weights.h5"));
  detail::Hdf5File file(folder.path("m.weights.h5"));
  std::vector<Shape> shapes;  // count, rate, and of kernel and bias means of rows, columns, squares
  for (int i = 0; i < 8; ++i)
    shapes.push_back(file.type("optimizer/vars/" + std::to_string(i)).shape);
  CHECK(shapes == std::vector<Shape>{{}, {}, {3}, {2}, {3, 2}, {}, {}, {2}});
}

TEST_CASE("Weights of attention have the names that Keras's own files give them", "[keras]") {
  const test::TempFolder folder;
  const std::string path = LINNET_TEST_DATA "/golden/keras_layers/attention.keras";
  Model::load(path).save(folder.path("m.keras"));
  const auto groups = [](const std::string& of) {
    const detail::ZipData data = detail::ZipFile(of).read("model.weights.h5");
    detail::Hdf5File file(data.bytes);
    std::vector<std::string> all;
    for (const std::string& layer : file.list("layers")) {
      if (layer.find("attention") == std::string::npos) continue;
      for (const std::string& part : file.list("layers/" + layer)) {
        const std::string vars = "layers/" + layer + "/" + part + "/vars";
        if (file.exists(vars) && !file.list(vars).empty()) all.push_back(vars);
      }
    }
    return all;
  };
  CHECK(groups(folder.path("m.keras")) == groups(path));
}

TEST_CASE("Of two names of a group of weights today's is read", "[keras]") {
  const test::TempFolder folder;
  const Value x = input({3, 4});
  const Layer attention(MultiHeadAttention{.num_heads = 2, .key_dim = 2});
  Model model(x, call(attention, {x, x}));
  std::vector<Tensor> before;
  for (const Tensor& weight : model.get_weights()) before.push_back(weight.clone());
  model.save_weights(folder.path("m.weights.h5"));
  std::vector<NamedTensor> datasets;
  {
    detail::Hdf5File file(folder.path("m.weights.h5"));
    const std::string group = "layers/multi_head_attention/";
    for (const std::string& part : file.list("layers/multi_head_attention")) {
      if (!file.exists(group + part + "/vars")) continue;
      for (const std::string& weight : file.list(group + part + "/vars")) {
        const Tensor values = file.read(group + part + "/vars/" + weight);
        datasets.push_back({group + part + "/vars/" + weight, values});
        datasets.push_back(
            {group + "_" + part + "/vars/" + weight, Tensor(DType::float32, values.shape())});
      }
    }
  }
  REQUIRE(datasets.size() == 2 * before.size());
  const auto bytes = detail::hdf5_bytes(datasets);
  test::put_text(folder.path("both.weights.h5"),
                 {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  model.load_weights(folder.path("both.weights.h5"));
  check_same(model.get_weights(), before);
}

TEST_CASE("A model of thousands of layers comes back from a .keras file", "[keras]") {
  Sequential model{Input{{1}}};
  for (int i = 0; i < 2'200; ++i) model.add(Dense{.units = 1, .use_bias = false});
  CHECK(there_and_back(model).count_params() == 2'200);
}

TEST_CASE("Models 45 deep in one another come back from a .keras file", "[keras]") {
  Sequential model{Input{{1}}, Dense{.units = 1}};
  for (int i = 0; i < 44; ++i) model = Sequential{Input{{1}}, model};
  check_same(there_and_back(model).get_weights(), model.get_weights());
}

TEST_CASE("A '/' in a name, which Keras 3 takes nowhere, is written as '_'", "[keras]") {
  const Value x = input({4, 3}, {.name = "in/x"});
  const Value a = x | Dense{.units = 3, .name = "a/b"}, b = a | Dense{.units = 3, .name = "a_b"};
  const Model inner(
      x, b | TimeDistributed{.layer = Dense{.units = 2, .name = "d/e"}, .name = "t/d"}, "part/1");
  const Value y = input({4, 3}, {.name = "f_1"});
  Model model({y}, {y | inner | Flatten{.name = "f/1"}, y | Dense{.units = 1, .name = "f/2"}});
  model.compile({.optimizer = "sgd", .loss = {"mse", "mae"}});
  const Config config = written_config(model);
  CHECK(to_json(config).find('/') == std::string::npos);
  const auto& layers = config.at("config").at("layers").items();
  REQUIRE(layers.size() == 4);
  CHECK(layers[0].at("name") == Config("f_1_1"));
  CHECK(layers[1].at("config").at("name") == Config("part_1"));
  const auto& inside = layers[1].at("config").at("layers").items();
  REQUIRE(inside.size() == 4);
  CHECK(inside[0].at("name") == Config("in_x"));
  CHECK(inside[1].at("name") == Config("a_b_1"));
  CHECK(inside[1].at("config").at("name") == Config("a_b_1"));
  CHECK(inside[2].at("name") == Config("a_b"));

  const Inputs rows(ramp({2, 4, 3}));
  const auto expected = model.predict_all(rows);
  CHECK(model.layer("f/1").instance() != nullptr);
  check_same(expected, there_and_back(model).predict_all(rows));
  const test::TempFolder folder;
  model.save(folder.path("m.h5"));
  const Model legacy = Model::load(folder.path("m.h5"));
  check_same(expected, legacy.predict_all(rows));
  CHECK(legacy.layer("f_2").instance() != nullptr);
  detail::Hdf5File file(folder.path("m.h5"));
  CHECK(file.list("model_weights") ==
        std::vector<std::string>{"f_2", "part_1", "top_level_model_weights"});
}
