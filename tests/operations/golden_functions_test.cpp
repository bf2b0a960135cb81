// Which functions the golden models of keras_operations/ have, and the gradients through them.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "golden/classes_in.hpp"
#include "golden/golden.hpp"
#include "keras/file_config.hpp"
#include "operations/operations.hpp"

using namespace linnet;

namespace {

const std::string kFunctionFolder = LINNET_TEST_DATA "/golden/keras_operations";

/// The names of a folder's files that end so, without the end; in order.
std::vector<std::string> stems(const std::string& folder, const std::string& extension) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == extension) names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

Tensor difference(const Tensor& a, const Tensor& b) {
  Tensor c = a.clone();
  for (std::size_t i = 0; i < c.data<float>().size(); ++i) c.data<float>()[i] -= b.data<float>()[i];
  return c;
}

}  // namespace

TEST_CASE("Each function of keras.ops that linnet knows has a golden case", "[keras]") {
  const std::string begin = "keras.src.ops.";
  std::set<std::string> golden, known;
  for (const std::string& name : stems(kFunctionFolder, ".json")) {
    const Config config = detail::keras::config_of(kFunctionFolder + "/" + name + ".json", {});
    for (const std::string& each : test::classes_in(config)) {
      if (each.starts_with(begin)) golden.insert(each.substr(begin.size()));
    }
  }
  for (const auto& table : detail::operation_tables()) {
    for (const auto& function : table) known.insert(std::string(function.name));
  }
  // TensorFlow's, in older_tensorflow.json; and what no function of keras.ops makes.
  // Keras 3.15 cannot run ConvTranspose in a model: functions_test.cpp has it.
  for (const char* name : {"math.AddN", "math.ClipByNorm", "math.SquaredDifference",
                           "nn.ConvTranspose", "numpy.Abs"}) {
    CHECK(known.erase(name) == 1);
  }
  CHECK(golden == known);
}

TEST_CASE("Gradients through functions of keras.ops are Keras's", "[keras]") {
  const std::string folder = kFunctionFolder + "/gradients/";
  const auto topics = stems(folder, ".keras");
  auto all = stems(kFunctionFolder, ".json");
  // Those of integers have none; TensorFlow's become the same functions.
  for (const char* name : {"integers", "tensorflow", "older_tensorflow", "tensorflow_sizes"}) {
    CHECK(std::erase(all, name) == 1);
  }
  CHECK(topics == all);
  for (const std::string& topic : topics) {
    INFO(topic);
    const test::Golden golden("keras_operations/gradients/" + topic);
    const test::GoldenCase& expected = golden.cases().front();
    Model model = Model::load(folder + topic + ".keras");
    const auto tables = model.parameters();
    const auto before = model.get_weights();
    const Logs logs =
        model.train_on_batch(Inputs(expected.numbered("x")), Inputs(expected.numbered("t")));
    const float loss = expected.at("loss/0").data<float>()[0];
    CHECK(std::abs(logs["loss"] - loss) <= 1e-5 * std::max(1.0f, loss));
    const auto after = model.get_weights();
    for (std::size_t k = 0; k < tables.size(); ++k) {
      const std::string name = tables[k].first.substr(0, tables[k].first.find('/'));
      INFO(name);
      CHECK(test::first_apart(difference(before[k], after[k]), expected.at("gradient/" + name),
                              1e-5, 1) == "");
    }
  }
}
