#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <linnet/io/safetensors.hpp>
#include <linnet/linnet.hpp>
#include <numeric>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "core/heard.hpp"
#include "golden/golden.hpp"
#include "io/temp_folder.hpp"
#include "keras/loaded_json.hpp"

using namespace linnet;
using test::error_of;

namespace {

const std::string kOperations = LINNET_TEST_DATA "/golden/keras_operations/";

/// role0, role1, ... of a golden file.
std::vector<Tensor> operation_arrays(const SafetensorsFile& file, const std::string& role) {
  std::vector<Tensor> all;
  while (const Tensor* tensor = file.find(role + std::to_string(all.size()))) {
    all.push_back(tensor->clone());
  }
  return all;
}

void check_outputs(const Model& model, const SafetensorsFile& golden) {
  const auto expected = operation_arrays(golden, "y");
  const auto y = model.predict_all(Inputs(operation_arrays(golden, "x")));
  REQUIRE(y.size() == expected.size());
  for (std::size_t k = 0; k < y.size(); ++k) {
    INFO("output " << k);
    CHECK(y[k].dtype() == expected[k].dtype());
    REQUIRE(y[k].shape() == expected[k].shape());
    if (!is_floating(expected[k].dtype())) {
      CHECK(y[k] == expected[k]);
      continue;
    }
    CHECK(test::first_apart(y[k], expected[k], 1e-5, 1) == "");
  }
}

/// A model of Keras 2 in JSON: an input of 3 numbers, and one more layer with this call.
std::string old_model(const std::string& layer, const std::string& call) {
  return R"({"class_name": "Functional", "config": {"name": "m", "layers": [{"class_name":
    "InputLayer", "name": "x", "config": {"name": "x", "batch_input_shape": [null, 3]},
    "inbound_nodes": []}, {)" +
         layer + R"(, "name": "f", "inbound_nodes": [[["x", 0, 0, )" + call +
         R"(]]]}], "input_layers": [["x", 0, 0]], "output_layers": [["f", 0, 0]]}})";
}

}  // namespace

TEST_CASE("Functions in models give what Keras gives, also when saved by linnet", "[keras]") {
  const auto name =
      GENERATE(as<std::string>{}, "arithmetic", "comparisons", "reductions", "activations",
               "shapes", "moves", "products", "windows", "normalizations", "others", "integers",
               "tensorflow", "older_tensorflow", "tensorflow_sizes", "sorting", "matrices",
               "copies", "curves", "pictures");
  INFO(name);
  const SafetensorsFile golden = read_safetensors(kOperations + name + ".safetensors");
  const Model model = Model::load(kOperations + name + ".json");
  check_outputs(model, golden);
  const test::TempFolder folder;
  model.save(folder.path("m.linnet"));
  check_outputs(Model::load(folder.path("m.linnet")), golden);
  if (name == "older_tensorflow") {
    const auto error = error_of([&] { model.save(folder.path("m.keras")); });
    CHECK(error.is(ErrorCode::unsupported, "Keras 3 has no math.SquaredDifference"));
    return;
  }
  model.save(folder.path("m.keras"));
  check_outputs(Model::load(folder.path("m.keras")), golden);
  // Keras knows no tuples there: the key of x[:, 0] is a list.
  CHECK(test::file_text(folder.path("m.keras")).find("__tuple__") == std::string::npos);
}

TEST_CASE("Functions are told from layers of their names where no module is written", "[keras]") {
  const auto name = GENERATE(as<std::string>{}, "arithmetic", "activations", "shapes", "moves",
                             "windows", "others");
  std::ifstream file(kOperations + name + ".json");
  std::string json{std::istreambuf_iterator<char>(file), {}};
  const std::string begin = R"("module": "keras.src.ops.)", end = R"(", )";
  std::size_t found = 0;
  for (std::size_t at = 0; (at = json.find(begin, at)) != json.npos; ++found) {
    json.erase(at, json.find(end, at) + end.size() - at);
  }
  CHECK(found > 10);
  check_outputs(test::loaded_json(json), read_safetensors(kOperations + name + ".safetensors"));
}

TEST_CASE("Masks in calls and those that travel do what they do in Keras", "[keras]") {
  const SafetensorsFile golden = read_safetensors(kOperations + "masks.safetensors");
  Model model = Model::load(kOperations + "masks.keras");
  check_outputs(model, golden);
  const test::TempFolder folder;
  model.save(folder.path("m.keras"));
  model = Model::load(folder.path("m.keras"));
  check_outputs(model, golden);
  const auto targets = [&] {
    std::vector<Tensor> all;
    for (const Tensor& y : operation_arrays(golden, "y"))
      all.push_back(Tensor::full(y.shape(), 1.0f));
    return all;
  }();
  const Inputs x(operation_arrays(golden, "x")), t(targets);
  for (const float loss : golden.find("losses")->data<float>()) {
    const auto got = static_cast<float>(model.train_on_batch(x, t)["loss"]);
    CHECK(std::abs(got - loss) < 2e-5f * std::max(1.0f, loss));
  }
}

TEST_CASE("Calls use the masks that they are given, or that values carry, as in Keras", "[keras]") {
  const auto name = GENERATE(as<std::string>{}, "attention_masks", "carried_masks", "lost_masks");
  const SafetensorsFile golden = read_safetensors(kOperations + name + ".safetensors");
  Model model = Model::load(kOperations + name + ".keras");
  check_outputs(model, golden);
  const test::TempFolder folder;
  for (const char* file : {"m.keras", "m.linnet"}) {
    model.save(folder.path(file));
    check_outputs(Model::load(folder.path(file)), golden);
  }
}

TEST_CASE("Layers take arrays of the file where others take tensors", "[keras]") {
  const SafetensorsFile golden = read_safetensors(kOperations + "given_arrays.safetensors");
  Model model = Model::load(kOperations + "given_arrays.keras");
  check_outputs(model, golden);
  const test::TempFolder folder;
  for (const char* file : {"m.keras", "m.linnet", "m.h5"}) {
    model.save(folder.path(file));
    check_outputs(Model::load(folder.path(file)), golden);
  }
  const auto with = [](const std::string& array) {
    return test::loaded_json(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 2]},
     "inbound_nodes": []}, {"class_name": "Add", "module": "keras.layers", "name": "a", "config":
     {"name": "a"}, "inbound_nodes": [{"args": [[{"class_name": "__keras_tensor__", "config":
     {"shape": [null, 2], "dtype": "float32", "keras_history": ["x", 0, 0]}}, {"class_name":
     "__numpy__", "config": )" +
                             array + R"(}]], "kwargs": {}}]}], "input_layers": [["x", 0, 0]],
     "output_layers": [["a", 0, 0]]}})");
  };
  const Tensor y = with(R"({"value": [[1, 2]], "dtype": "float32"})")
                       .predict(Tensor::of<float>({1, 2}, {10, 20}));
  CHECK(y.data<float>()[1] == 22.0f);
  CHECK(error_of([&] {
          with(R"({"value": [[1, 2], [3]], "dtype": "float32"})");
        }).is(ErrorCode::corrupt_file, "rows have different lengths"));
  CHECK(error_of([&] {
          with(R"({"value": [[1, 2]], "dtype": "string"})");
        }).is(ErrorCode::unsupported, "an array of texts"));
}

TEST_CASE("A mask that comes with its value by itself needs no nodes", "[keras]") {
  const Model model = Model::load(kOperations + "masks.keras");
  std::vector<std::string> paths;
  for (const auto& layer : summarize(model).layers) paths.push_back(layer.path);
  const auto has = [&](const char* path) { return std::ranges::find(paths, path) != paths.end(); };
  CHECK(has("logical_and"));  // given
  CHECK(has("any_1"));        // what Concatenate makes of its masks
  CHECK(!has("logical_or"));  // of Add
  CHECK(!has("any"));         // of Masking
}

TEST_CASE("A layer may stand as the activation of another", "[keras]") {
  const Model model = test::loaded_json(R"({"class_name": "Sequential", "module": "keras", "config":
    {"name": "s", "layers": [{"class_name": "InputLayer", "module": "keras.layers", "config":
    {"name": "x", "batch_shape": [null, 3]}}, {"class_name": "Dense", "module": "keras.layers",
    "config": {"name": "a", "units": 1, "kernel_initializer": "ones", "activation":
    {"class_name": "LeakyReLU", "module": "keras.layers", "config": {"name": "l",
    "negative_slope": 0.5}}}}, {"class_name": "Activation", "module": "keras.layers", "config":
    {"name": "b", "activation": {"class_name": "ReLU", "module": "keras.layers", "config":
    {"name": "r", "max_value": 2.0, "negative_slope": 1.0}}}}]}})");
  const Tensor y = model.predict(Tensor::of<float>({2, 3}, {-1, -1, -1, 1, 1, 1}));
  CHECK(y.data<float>()[0] == -1.5f);
  CHECK(y.data<float>()[1] == 2.0f);
  const auto inside = [](const std::string& outer) {
    return test::loaded_json(R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
      {"class_name": ")" + outer +
                             R"(", "config": {"name": "t", "batch_input_shape": [null, 2, 3],
      "layer": {"class_name": "Dense", "config": {"name": "a", "units": 1, "kernel_initializer":
      "ones", "activation": {"class_name": "ReLU", "config": {"name": "e"}}}}}}]}})");
  };
  const Tensor steps =
      inside("TimeDistributed").predict(Tensor::of<float>({1, 2, 3}, {-1, -1, -1, 1, 1, 1}));
  CHECK(steps.shape() == Shape{1, 2, 1});
  CHECK(steps.data<float>()[0] == 0.0f);
  CHECK(steps.data<float>()[1] == 3.0f);
  CHECK(error_of([&] {
          inside("Bidirectional");
        }).is(ErrorCode::unsupported, "a layer as the activation of a layer inside"));
}

TEST_CASE("A layer without the key trainable is one where no module is written", "[keras]") {
  const Model model =
      test::loaded_json(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 2, 3]},
     "inbound_nodes": []}, {"class_name": "SpatialDropout1D", "name": "d", "config": {"name": "d",
     "rate": 0.5}, "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config":
     {"keras_history": ["x", 0, 0]}}], "kwargs": {}}]}], "input_layers": [["x", 0, 0]],
     "output_layers": [["d", 0, 0]]}})");
  const Tensor x = Tensor::full({1, 2, 3}, 2.0f);
  CHECK(model.predict(x) == x);
}

TEST_CASE("No gradient passes stop_gradient", "[keras]") {
  Model model =
      test::loaded_json(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "module": "keras.layers", "name": "x",
     "config": {"name": "x", "batch_shape": [null, 3]}, "inbound_nodes": []},
    {"class_name": "Dense", "module": "keras.layers", "name": "a",
     "config": {"name": "a", "units": 3}, "inbound_nodes": [{"args": [{"class_name":
     "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}], "kwargs": {}}]},
    {"class_name": "StopGradient", "module": "keras.src.ops.core", "name": "stop",
     "config": {"name": "stop"}, "inbound_nodes": [{"args": [{"class_name":
     "__keras_tensor__", "config": {"keras_history": ["a", 0, 0]}}], "kwargs": {}}]},
    {"class_name": "Dense", "module": "keras.layers", "name": "b",
     "config": {"name": "b", "units": 2}, "inbound_nodes": [{"args": [{"class_name":
     "__keras_tensor__", "config": {"keras_history": ["stop", 0, 0]}}], "kwargs": {}}]}],
    "input_layers": [["x", 0, 0]], "output_layers": [["b", 0, 0]]}})");
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const auto before = model.get_weights();
  model.train_on_batch({Tensor::full({4, 3}, 2.0f)}, {Tensor::full({4, 2}, 1.0f)});
  const auto after = model.get_weights();
  REQUIRE(before.size() == 4);
  CHECK(after[0] == before[0]);
  CHECK(after[1] == before[1]);
  CHECK(after[2] != before[2]);
  CHECK(after[3] != before[3]);
}

TEST_CASE("In Keras 2, training=False in a call holds while the model trains", "[keras]") {
  const std::string dropout = R"("class_name": "Dropout", "config": {"name": "f", "rate": 0.9})";
  Model model = test::loaded_json(old_model(dropout, R"({"training": false})"));
  const test::TempFolder folder;
  model.save(folder.path("m.linnet"));
  model = Model::load(folder.path("m.linnet"));
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor x = Tensor::full({4, 3}, 2.0f);
  CHECK(model.train_on_batch({x}, {Tensor::full({4, 3}, 0.0f)})["loss"] == 4.0);
  const auto error =
      error_of([&] { test::loaded_json(old_model(dropout, R"({"training": true})")); });
  CHECK(error.is(ErrorCode::unsupported, "layer 'f': Dropout: it is called with training=True"));
}

TEST_CASE("A save for Keras says that training=False is lost, where it means something",
          "[keras]") {
  const auto said = [](const std::string& layer) {
    const Model model = test::loaded_json(old_model(layer, R"({"training": false})"));
    const test::TempFolder folder;
    const test::Heard heard;
    model.save(folder.path("m.linnet"));
    CHECK(heard.count() == 0);
    model.save(folder.path("m.keras"));
    return heard.has("the layer 'f' is called with training=False, which Keras 3 does not keep");
  };
  CHECK(said(R"("class_name": "Dropout", "config": {"name": "f", "rate": 0.9})"));
  CHECK(said(R"("class_name": "BatchNormalization", "config": {"name": "f"})"));
  CHECK(
      !said(R"("class_name": "BatchNormalization", "config": {"name": "f", "trainable": false})"));
  CHECK(!said(R"("class_name": "Flatten", "config": {"name": "f"})"));
}

TEST_CASE("An initializer of another module is not Keras's", "[keras]") {
  const auto layer = [](const std::string& module) {
    return R"("class_name": "Dense", "config": {"name": "f", "units": 2, "kernel_initializer":
      {"module": ")" +
           module + R"(", "class_name": "Orthogonal", "config": {}}})";
  };
  CHECK(error_of([&] {
          test::loaded_json(old_model(layer("mine"), "{}"));
        }).is(ErrorCode::unsupported, "layer 'f': 'Orthogonal' of 'mine' is not supported"));
  test::loaded_json(old_model(layer("keras.initializers"), "{}"));
}

TEST_CASE("A function that is not supported is refused by name", "[keras]") {
  const std::string lambda = R"("class_name": "TFOpLambda", "config": {"name": "f", "function": )";
  const auto unknown =
      error_of([&] { test::loaded_json(old_model(lambda + R"("signal.fft"})", "{}")); });
  CHECK(unknown.is(ErrorCode::unsupported, "layer 'f': the function signal.fft of TensorFlow"));
  const auto argument = error_of([&] {
    test::loaded_json(old_model(lambda + R"("nn.softmax"})", R"({"axis": -1, "spin": 2})"));
  });
  CHECK(argument.is(ErrorCode::unsupported, "nn.softmax: the argument 'spin' is not supported"));
  const auto mask = error_of([&] {
    test::loaded_json(old_model(R"("class_name": "Flatten", "config": {"name": "f"})",
                                R"({"mask": ["x", 0, 0]})"));
  });
  CHECK(
      mask.is(ErrorCode::unsupported, "layer 'f': Flatten: it is called with the argument 'mask'"));
}

TEST_CASE("What TensorFlow has and Keras 3 has not is not written", "[keras]") {
  const auto saved = [](const std::string& function, const std::string& arguments) {
    const Model model = test::loaded_json(old_model(
        R"("class_name": "TFOpLambda", "config": {"name": "f", "function": ")" + function + "\"}",
        arguments));
    const test::TempFolder folder;
    model.save(folder.path("m.keras"));
    return Model::load(folder.path("m.keras")).predict(Tensor::full({1, 3}, 2.0f));
  };
  CHECK(error_of([&] {
          saved("math.squared_difference", R"({"y": 1.0})");
        }).is(ErrorCode::unsupported, "Keras 3 has no math.SquaredDifference"));
  CHECK(test::first_apart(saved("norm", R"({"ord": "euclidean", "axis": 1})"),
                          Tensor::full({1}, std::sqrt(12.0f)), 1e-6, 1) == "");
  CHECK(saved("stack", R"({"axis": 1})").shape() == Shape{1, 1, 3});
  CHECK(saved("concat", R"({"axis": 1})").shape() == Shape{1, 3});
}

TEST_CASE("Arrays in calls are written with their dtype", "[keras]") {
  const auto entry = [](const std::string& array) {
    std::string json = old_model(R"("class_name": "Multiply", "module": "keras.src.ops.numpy",
      "config": {"name": "f"})",
                                 "{}");
    const std::string call = R"([[["x", 0, 0, {}]]])", tensor = R"({"class_name":
      "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}})";
    json.replace(json.find(call), call.size(),
                 R"([{"args": [)" + tensor + ", " + array + R"(], "kwargs": {}}])");
    const std::string shape = R"("batch_input_shape": [null, 3])";
    json.replace(json.find(shape), shape.size(), shape + R"(, "dtype": "int32")");
    return json;
  };
  const auto array = [](const std::string& values, const std::string& dtype) {
    return R"({"class_name": "__numpy__", "config": {"value": )" + values + R"(, "dtype": ")" +
           dtype + "\"}}";
  };
  const Tensor x = Tensor::full({1, 3}, std::int32_t{2});
  for (const auto& [values, dtype, kind] : {std::tuple{"[true, false, true]", "bool", DType::int32},
                                            {"[3, 4, 5]", "uint8", DType::int32},
                                            {"[3, 4, 5]", "float32", DType::float32},
                                            {"[3, 4, 5000000000]", "int64", DType::int64}}) {
    INFO(dtype);
    const Model model = test::loaded_json(entry(array(values, dtype)));
    const Tensor y = model.predict(x);
    CHECK(y.dtype() == kind);
    const test::TempFolder folder;
    model.save(folder.path("m.keras"));
    CHECK(Model::load(folder.path("m.keras")).predict(x) == y);
    const std::string packed = test::file_text(folder.path("m.keras"));
    CHECK(packed.find("\"dtype\":\"" + std::string(dtype) + "\"") != packed.npos);
  }
}

TEST_CASE("Cumulative sums run along axes of any length", "[keras]") {
  const auto sums = [](const std::string& arguments, const Tensor& x) {
    const std::string function = R"("module": "keras.src.ops.numpy", "class_name": "Cumsum",
      "config": {"name": "f")" + arguments +
                                 "}";
    std::string json = old_model(function, "{}");
    const std::string shape = "[null, 3]", wide = "[null, 10000]";
    json.replace(json.find(shape), shape.size(), wide);
    return test::loaded_json(json).predict(x);
  };
  Tensor x(DType::float32, {2, 10000});
  for (std::size_t i = 0; i < 20000; ++i) x.data<float>()[i] = static_cast<float>(i % 5) - 1;
  const Tensor along = sums(R"(, "axis": 1)", x);
  REQUIRE(along.shape() == x.shape());
  float wanted = 0;
  for (std::size_t i = 0; i < 20000; ++i) {
    if (i == 10000) wanted = 0;
    wanted += x.data<float>()[i];
    if (along.data<float>()[i] != wanted) FAIL(i << ": " << along.data<float>()[i]);
  }
}

TEST_CASE("Blocks of pictures are laid out also where sizes are known only when it runs",
          "[keras]") {
  const auto of = [](const std::string& function) {
    return test::loaded_json(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
      {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_input_shape":
      [null, null, null, 4]}, "inbound_nodes": []}, {"class_name": "TFOpLambda", "name": "f",
      "config": {"name": "f", "function": ")" +
                             function + R"("}, "inbound_nodes": [["x", 0, 0, {"block_size": 2}]]}],
      "input_layers": [["x", 0, 0]], "output_layers": [["f", 0, 0]]}})");
  };
  std::vector<float> numbers(16);
  std::iota(numbers.begin(), numbers.end(), 0.0f);
  const Tensor x = Tensor::of({1, 2, 2, 4}, numbers);
  const Tensor wide = of("nn.depth_to_space").predict(x);
  CHECK(wide.shape() == Shape{1, 4, 4, 1});
  CHECK(std::vector<float>(wide.data<float>().begin(), wide.data<float>().begin() + 8) ==
        std::vector<float>{0, 1, 4, 5, 2, 3, 6, 7});
  const Tensor deep = of("nn.space_to_depth").predict(x);
  CHECK(deep.shape() == Shape{1, 1, 1, 16});
  CHECK(std::equal(numbers.begin(), numbers.end(), deep.data<float>().begin()));
}
