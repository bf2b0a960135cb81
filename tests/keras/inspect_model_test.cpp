#include <linnet/io/json.hpp>
#include <linnet/io/safetensors.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "layers/operation.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using test::error_of;

namespace {

const std::string kModelFiles = LINNET_TEST_DATA "/golden/keras_files/";
const std::string kTextArrays = LINNET_TEST_DATA "/golden/text_arrays/";

Inspection inspected_text(const std::string& text) {
  const test::TempFolder folder;
  test::put_text(folder.path("m.json"), text);
  return inspect_model(folder.path("m.json"));
}

std::string layer_json(const std::string& class_name, const std::string& config) {
  return R"({"class_name": ")" + class_name + R"(", "config": {)" + config + "}}";
}

std::string described_chain(const std::string& name, const std::string& layers) {
  return R"({"class_name": "Sequential", "config": {"name": ")" + name + R"(", "layers": [)" +
         layers + "]}}";
}

const std::string kInputJson = layer_json("InputLayer", R"("batch_shape": [null, 3], "name": "x")");

}  // namespace

TEST_CASE("The layers of every kind of model file are listed", "[keras]") {
  const auto name = GENERATE(as<std::string>{}, "chain", "words", "branches");
  const auto file = GENERATE(as<std::string>{}, "model.keras", "model.h5");
  const std::string path = kModelFiles + name + "/" + file;
  const Inspection found = inspect_model(path);
  CHECK(found.format == (file == "model.h5" ? "h5" : "keras"));
  CHECK(found.supported());
  CHECK(found.training_problem.empty());
  std::vector<std::string> names, expected;
  for (const InspectedLayer& layer : found.layers) {
    if (layer.class_name != "InputLayer") names.push_back(layer.path);
  }
  for (const LayerSummary& layer :
       summarize(Model::load(path, {.compile = false}), {.expand_nested = true}).layers) {
    if (layer.class_name != "InputLayer") expected.push_back(layer.path);
  }
  CHECK_THAT(names, Catch::Matchers::UnorderedEquals(expected));
}

TEST_CASE("A layer that is refused does not hide those behind it", "[keras]") {
  const Inspection found = inspected_text(described_chain(
      "m", kInputJson + ", " + layer_json("Gate", R"("name": "gate")") + ", " +
               described_chain("inner", layer_json("Lambda", R"("name": "f")") + ", " +
                                            layer_json("Dense", R"("name": "d", "units": 2)")) +
               ", " + layer_json("Dense", R"("name": "e", "units": 0.5)")));
  CHECK_FALSE(found.supported());
  REQUIRE(found.layers.size() == 6);
  CHECK(found.layers[0].problem.empty());
  CHECK(found.layers[1].problem.find("the layer class 'Gate'") != std::string::npos);
  CHECK(found.layers[2].path == "inner");
  CHECK(found.layers[2].problem.empty());
  CHECK(found.layers[3].path == "inner/f");
  CHECK(found.layers[3].problem.find("Lambda holds a Python function") != std::string::npos);
  CHECK(found.layers[4].problem.empty());
  CHECK(found.layers[5].problem.find("units") != std::string::npos);
}

TEST_CASE("Layers that do not fit together are told apart from layers that are refused",
          "[keras]") {
  const Inspection found = inspected_text(described_chain(
      "m", kInputJson + ", " +
               layer_json("Conv2D", R"("name": "c", "filters": 2, "kernel_size": [3, 3])")));
  CHECK(found.layers.back().problem.empty());
  CHECK(found.problem.find("layer 'c'") != std::string::npos);
  CHECK_FALSE(found.supported());
}

TEST_CASE("Texts that two layers take are no layer's fault, and both are named", "[keras]") {
  const std::string path = kTextArrays + "twice.json";
  const Inspection found = inspect_model(path);
  CHECK_FALSE(found.supported());
  for (const InspectedLayer& layer : found.layers) CHECK(layer.problem.empty());
  CHECK_THAT(found.problem, ContainsSubstring("texts: a string input must be used by one layer"));
  CHECK_THAT(found.problem, ContainsSubstring("'hash_3' and 'hash_4'"));
  CHECK(error_of([&] { Model::load(path); }).is(ErrorCode::unsupported, found.problem));
}

TEST_CASE("A layer is refused whose vocabulary is not in the file", "[keras]") {
  const std::string path = kTextArrays + "learnt.h5";
  const Inspection found = inspect_model(path);
  REQUIRE(found.layers.size() == 3);
  const std::string& problem = found.layers[1].problem;
  CHECK_THAT(problem, ContainsSubstring("IntegerLookup: its vocabulary is not in the file"));
  CHECK(found.layers[2].problem.empty());
  CHECK(error_of([&] { Model::load(path); }).is(ErrorCode::unsupported, problem));
  for (const std::string name : {"TextVectorization", "StringLookup", "IntegerLookup"}) {
    for (const std::string vocabulary : {"", R"(, "vocabulary": null)", R"(, "vocabulary": [])"}) {
      const Inspection one =
          inspected_text(described_chain("m", layer_json(name, R"("name": "t")" + vocabulary)));
      CHECK_THAT(one.layers.front().problem, ContainsSubstring(name + ": its vocabulary"));
    }
  }
  // A .keras file has vocabularies in files of their own.
  CHECK(inspect_model(kTextArrays + "model.keras").supported());
}

TEST_CASE("A model of linnet's own is listed too", "[keras]") {
  const test::TempFolder folder;
  Sequential inner{Input{{3}}, Dense{.units = 2, .name = "d"}};
  Sequential{Input{{3}}, inner, Dropout{.rate = 0.5f}}.save(folder.path("m"));
  const Inspection found = inspect_model(folder.path("m"));
  CHECK(found.format == "linnet");
  CHECK(found.supported());
  REQUIRE(found.layers.size() == 3);
  CHECK(found.layers[1].path == found.layers[0].path + "/d");
  CHECK(found.layers[2].class_name == "Dropout");
}

TEST_CASE("A model of linnet's own that cannot be connected is not supported", "[keras]") {
  const test::TempFolder folder;
  const Value x = input({3});
  const Operation absolute{.function = "numpy.Abs",
                           .arguments = {parse_json(R"({"x": {"tensor": 0}})")}};
  Model({x}, {call(absolute, {x})}).save(folder.path("m"));
  CHECK(inspect_model(folder.path("m")).supported());
  SafetensorsFile file = read_safetensors(folder.path("m"));
  for (auto& [key, text] : file.metadata) {
    if (key == "linnet.model") text.replace(text.find("numpy.Abs"), 9, "numpy.Abc");
  }
  write_safetensors(folder.path("m"), file);
  const Inspection found = inspect_model(folder.path("m"));
  CHECK_FALSE(found.supported());
  CHECK(found.problem.find("the function 'numpy.Abc' is not known") != std::string::npos);
  CHECK(error_of([&] { Model::load(folder.path("m")); }).code == ErrorCode::unsupported);
}

TEST_CASE("What holds no model cannot be inspected", "[keras]") {
  CHECK(error_of([] { inspect_model(LINNET_TEST_DATA "/there_is_none"); }).code == ErrorCode::io);
  const test::TempFolder folder;
  test::put_text(folder.path("m"), "nothing");
  CHECK(error_of([&] { inspect_model(folder.path("m")); }).is(ErrorCode::corrupt_file, "/m"));
}
