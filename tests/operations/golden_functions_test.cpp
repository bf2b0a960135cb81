// Which functions the golden models of keras_operations/ have.
#include <filesystem>
#include <linnet/linnet.hpp>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden/classes_in.hpp"
#include "keras/file_config.hpp"
#include "operations/operations.hpp"

using namespace linnet;

namespace {

const std::string kFunctionFolder = LINNET_TEST_DATA "/golden/keras_operations";

/// The names of a folder's files that end so, without the end.
std::vector<std::string> stems(const std::string& folder, const std::string& extension) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == extension) names.push_back(entry.path().stem().string());
  }
  return names;
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
  for (const char* name : {"math.AddN", "math.ClipByNorm", "math.SquaredDifference", "numpy.Abs"}) {
    CHECK(known.erase(name) == 1);
  }
  CHECK(golden == known);
}
