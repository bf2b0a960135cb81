#include <cmath>
#include <filesystem>
#include <linnet/io/npy.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"

using namespace linnet;
using test::error_of;

namespace {

/// The arrays <role>0.npy, <role>1.npy, ... of a golden model.
std::vector<Tensor> arrays(const std::string& folder, const std::string& role) {
  std::vector<Tensor> all;
  while (true) {
    const std::string path = folder + "/" + role + std::to_string(all.size()) + ".npy";
    if (!std::filesystem::exists(path)) return all;
    all.push_back(read_npy(path));
  }
}

/// What loading a `.keras` file with this config.json says.
test::Caught refusal_of(const std::string& config) {
  const test::TempFolder folder;
  test::ZipBuilder zip;
  zip.add("config.json", config);
  zip.add("model.weights.h5", "");
  test::put_text(folder.path("m.keras"), zip.file());
  return error_of([&] { Model::load(folder.path("m.keras")); });
}

std::string with_layer(const std::string& layer) {
  return R"({"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name":
    "InputLayer", "config": {"batch_shape": [null, 3], "name": "x"}}, )" +
         layer + "]}}";
}

}  // namespace

TEST_CASE("Models that Keras saved predict and go on training as in Keras", "[keras]") {
  const std::string root = LINNET_TEST_DATA "/golden/keras_files/";
  const auto name = GENERATE(as<std::string>{}, "chain", "words", "branches", "sequences", "heads");
  const auto file = GENERATE(as<std::string>{}, "model.keras", "model.h5");
  const std::string folder = root + name;
  INFO(name << "/" << file);
  Model model = Model::load(folder + "/" + file);
  const Inputs x(arrays(folder, "x")), t(arrays(folder, "t"));
  const auto expected = arrays(folder, "y");
  const auto y = model.predict_all(x);
  REQUIRE(y.size() == expected.size());
  for (std::size_t k = 0; k < y.size(); ++k) {
    REQUIRE(y[k].shape() == expected[k].shape());
    for (std::size_t i = 0; i < y[k].data<float>().size(); ++i) {
      CHECK(std::abs(y[k].data<float>()[i] - expected[k].data<float>()[i]) < 1e-5f);
    }
  }
  CHECK(model.iterations() == 3);
  const Tensor losses = read_npy(folder + "/losses.npy");
  for (const float loss : losses.data<float>()) {
    const auto got = static_cast<float>(model.train_on_batch(x, t)["loss"]);
    CHECK(std::abs(got - loss) < 2e-5f * std::max(1.0f, loss));
  }
}

TEST_CASE("A model of Keras is loaded without what it was compiled with, if so asked", "[keras]") {
  const std::string folder = LINNET_TEST_DATA "/golden/keras_files/chain";
  Model model = Model::load(folder + "/model.keras", {.compile = false});
  const Inputs x(arrays(folder, "x")), t(arrays(folder, "t"));
  CHECK(error_of([&] { model.train_on_batch(x, t); }).code == ErrorCode::bad_state);
}

TEST_CASE("What is not supported in a file of Keras is refused by name", "[keras]") {
  const auto lambda = refusal_of(
      with_layer(R"({"module": "keras.layers", "class_name": "Lambda", "config": {"name": "f"}})"));
  CHECK(lambda.is(ErrorCode::unsupported, "m.keras: layer 'f': Lambda holds a Python function"));
  const auto unknown = refusal_of(
      with_layer(R"({"module": "mine", "class_name": "Gate", "config": {"name": "g"}})"));
  CHECK(unknown.is(ErrorCode::unsupported, "layer 'g': the layer class 'Gate' of 'mine'"));
  const auto homonym = refusal_of(with_layer(
      R"({"module": "mine", "class_name": "Dense", "config": {"name": "d", "units": 2}})"));
  CHECK(homonym.is(ErrorCode::unsupported, "layer 'd': the layer class 'Dense' of 'mine'"));
  const auto key = refusal_of(
      with_layer(R"({"class_name": "Dense", "config": {"name": "d", "units": 2, "spin": 1}})"));
  CHECK(key.is(ErrorCode::not_found, "layer 'd': Dense: unknown key 'spin'"));
}

TEST_CASE("A functional model that goes in a circle is refused", "[keras]") {
  const auto dense = [](const std::string& name, const std::string& from) {
    return R"({"class_name": "Dense", "name": ")" + name + R"(", "config": {"name": ")" + name +
           R"(", "units": 3}, "inbound_nodes": [[[")" + from + R"(", 0, 0, {}]]]})";
  };
  const auto error = refusal_of(
      R"({"class_name": "Functional", "config": {"name": "m", "layers": [)" + dense("a", "b") +
      ", " + dense("b", "a") + R"(], "input_layers": [], "output_layers": [["b", 0, 0]]}})");
  CHECK(error.is(ErrorCode::corrupt_file, "it is its own input"));
}

TEST_CASE("A vocabulary has the ends of lines of any system", "[keras]") {
  const auto end = GENERATE(as<std::string>{}, "\n", "\r\n", "\r");
  const test::TempFolder folder;
  test::ZipBuilder zip;
  zip.add("config.json", R"({"class_name": "Sequential", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "config": {"batch_shape": [null, 1], "dtype": "string",
    "name": "x"}}, {"class_name": "StringLookup", "config": {"name": "s"}}]}})");
  zip.add("model.weights.h5", test::file_text(LINNET_TEST_DATA "/golden/hdf5/latest.h5"));
  zip.add("assets/layers/string_lookup/vocabulary.txt", "[UNK]" + end + "pear" + end + "plum");
  test::put_text(folder.path("m.keras"), zip.file());
  const Model model = Model::load(folder.path("m.keras"));
  const Tensor ids =
      model.predict(Tensor::strings({"plum", "pear", "nail"}).reshaped({3, 1})).cast(DType::int64);
  CHECK(ids == Tensor::of<std::int64_t>({3, 1}, {2, 1, 0}));
}

TEST_CASE("Layers without the key 'trainable' are layers where no module is written", "[keras]") {
  // As in an .h5 file of Keras 3, whose functions are told by that key from layers of their names.
  const auto loaded = [](const std::string& layer, const std::string& shape) {
    const test::TempFolder folder;
    test::put_text(folder.path("m"),
                   R"({"class_name": "Functional", "config": {"name": "m", "layers": [{"class_name":
      "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, )" +
                       shape + R"(]}, "inbound_nodes": []}, {)" + layer +
                       R"(, "name": "f", "inbound_nodes": [{"args": [{"class_name":
      "__keras_tensor__", "config": {"shape": [null, )" +
                       shape + R"(], "dtype": "float32", "keras_history": ["x", 0, 0]}}],
      "kwargs": {}}]}], "input_layers": [["x", 0, 0]], "output_layers": [["f", 0, 0]]}})");
    return std::string(Model::load(folder.path("m")).layer("f").class_name());
  };
  const std::string rate = R"(, "config": {"name": "f", "rate": 0.5, "dtype": "float32"})";
  CHECK(loaded(R"("class_name": "SpatialDropout1D")" + rate, "4, 2") == "SpatialDropout1D");
  CHECK(loaded(R"("class_name": "SpatialDropout2D")" + rate, "4, 4, 2") == "SpatialDropout2D");
  CHECK(loaded(R"("class_name": "SpatialDropout3D")" + rate, "4, 4, 4, 2") == "SpatialDropout3D");
  CHECK(loaded(R"("class_name": "Discretization", "config": {"name": "f", "bin_boundaries": [0.0,
    1.0], "output_mode": "int"})",
               "1") == "Discretization");
  CHECK(loaded(R"("class_name": "Abs", "config": {"name": "f"})", "4") == "Operation");
  CHECK(error_of([&] {
          loaded(R"("class_name": "Gate", "config": {"name": "f"})", "4");
        }).is(ErrorCode::unsupported, "the function Gate is not supported"));
}
