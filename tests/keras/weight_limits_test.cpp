// What load_weights takes from files that ask for too much.
#include <filesystem>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"

using namespace linnet;
using test::error_of;

namespace {

const std::string kGoldenFiles = LINNET_TEST_DATA "/golden/";
const std::string kShardFolder = kGoldenFiles + "keras_containers/";

/// A weight file, and the file that describes the model it is of.
struct WeightFile {
  std::string model, weights;
};

const std::vector<WeightFile> kWeightFiles{
    {"keras_files/chain/model.h5", "keras_files/chain/model.h5"},
    {"keras_files/chain/model.keras", "keras_files/chain/model.keras"},
    {"tf_keras/shared_between_models/npz.keras", "tf_keras/shared_between_models/npz.keras"},
    {"keras_containers/sharded.json", "keras_containers/sharded.weights.json"},
    {"tf_keras/heads/m.json", "tf_keras/heads/w.h5"},
    {"tf_keras/heads/m.json", "tf_keras/heads/m.weights.h5"},
};

test::Caught weights_refusal(Model& model, const std::string& path,
                             const LoadWeightsOptions& options) {
  return error_of([&] { model.load_weights(path, options); });
}

}  // namespace

TEST_CASE("Limits of what a weight file may ask for can be set", "[keras]") {
  for (const auto& [described, file] : kWeightFiles) {
    INFO(file);
    Model model = Model::load(kGoldenFiles + described, {.compile = false});
    const std::string path = kGoldenFiles + file;
    const auto size = static_cast<Index>(std::filesystem::file_size(path));
    const Index count = model.count_params();
    const auto with = [&](const LoadLimits& limits) {
      return weights_refusal(model, path, {.limits = limits});
    };
    CHECK(with({.parameters = count}).message.empty());
    CHECK(with({.parameters = count - 1})
              .is(ErrorCode::out_of_range, std::string(file.substr(file.rfind('/') + 1))));
    CHECK(with({.parameters = count - 1})
              .is(ErrorCode::out_of_range,
                  "its weights are more than " + std::to_string(count - 1) + " numbers"));
    CHECK(with({.bytes = size - 1}).is(ErrorCode::out_of_range, "more than limits.bytes"));
    CHECK(with({.bytes = 0})
              .is(ErrorCode::invalid_argument, "load_weights: limits.bytes must be positive"));
    CHECK(with({.parameters = -1}).is(ErrorCode::invalid_argument, "limits.parameters"));
    CHECK(with({.depth = 0}).is(ErrorCode::invalid_argument, "limits.depth"));
  }
}

TEST_CASE("The limits hold for layers that are matched by name", "[keras]") {
  Model model = Model::load(kGoldenFiles + "tf_keras/heads/m.json");
  const std::string path = kGoldenFiles + "tf_keras/heads/w.h5";
  const auto with = [&](const LoadLimits& limits) {
    return weights_refusal(model, path, {.by_name = true, .limits = limits});
  };
  CHECK(with({}).message.empty());
  CHECK(with({.parameters = 3}).is(ErrorCode::out_of_range, "more than 3 numbers"));
  CHECK(with({.bytes = 1000}).is(ErrorCode::out_of_range, "limits.bytes, 1000"));
}

TEST_CASE("A weight file beyond the limits changes no weight", "[keras]") {
  Model model = Model::load(kGoldenFiles + "tf_keras/heads/m.json");
  const std::vector<Tensor> before = model.get_weights();
  CHECK(weights_refusal(model, kGoldenFiles + "tf_keras/heads/w.h5",
                        {.limits = {.parameters = model.count_params() - 1}})
            .is(ErrorCode::out_of_range));
  CHECK(model.get_weights() == before);
}

TEST_CASE("The limits hold for each file of sharded weights", "[keras]") {
  Model model = Model::load(kShardFolder + "sharded.json");
  const auto with = [&](Index bytes) {
    return weights_refusal(model, kShardFolder + "sharded.weights.json",
                           {.limits = {.bytes = bytes}});
  };
  const auto largest =
      static_cast<Index>(std::filesystem::file_size(kShardFolder + "sharded_00001.weights.h5"));
  CHECK(with(largest).message.empty());
  CHECK(with(largest - 1)
            .is(ErrorCode::out_of_range, "sharded_00001.weights.h5: it has 15720 bytes"));
}

TEST_CASE("The map of sharded weights may be no deeper than the limit", "[keras]") {
  const test::TempFolder folder;
  Model model = Model::load(kShardFolder + "sharded.json");
  const std::string map =
      R"({"weight_map": {"a": )" + std::string(50, '[') + std::string(50, ']') + "}}";
  test::put_text(folder.path("w.json"), map);
  const auto with = [&](Index depth) {
    return weights_refusal(model, folder.path("w.json"), {.limits = {.depth = depth}});
  };
  CHECK(with(40).is(ErrorCode::corrupt_file, "40"));
  CHECK(with(60).is(ErrorCode::corrupt_file, "expected the name of a file beside it, got list"));
}

TEST_CASE("Weight files that unpack to much are refused before that", "[keras]") {
  const test::TempFolder folder;
  Model model = Model::load(kShardFolder + "sharded.json");
  const auto refusal = [&](const test::ZipBuilder& zip, const LoadLimits& limits) {
    test::put_text(folder.path("w.keras"), zip.file());
    return weights_refusal(model, folder.path("w.keras"), {.limits = limits});
  };
  const std::string zeros(std::size_t{20} << 20, '\0');
  for (const char* name : {"model.weights.h5", "model.weights.npz"}) {
    test::ZipBuilder bomb;
    bomb.add(name, zeros, true);
    CHECK(refusal(bomb, {}).is(ErrorCode::out_of_range, "more than 100 times as many"));
    CHECK(refusal(bomb, {.bytes = 1'000'000}).is(ErrorCode::out_of_range, name));
  }
  // A member of the npz file: small enough where the npz file is, too large where it unpacks.
  test::ZipBuilder npz, keras;
  npz.add("layers/dense.npy", std::string(std::size_t{1} << 20, '\0'), true);
  keras.add("model.weights.npz", npz.file());
  CHECK(refusal(keras, {.bytes = 1'000'000})
            .is(ErrorCode::out_of_range,
                "model.weights.npz: zip: 'layers/dense.npy': 1048576 bytes, more than the limit"));
}

TEST_CASE("Maps of shards and npz files that ask for much are refused at once", "[keras]") {
  const test::TempFolder folder;
  Model model = Model::load(kShardFolder + "sharded.json");
  for (const auto& entry : std::filesystem::directory_iterator(kShardFolder)) {
    std::filesystem::copy_file(entry.path(), folder.path(entry.path().filename().string()));
  }
  // One file under a hundred thousand names of groups, and a hundred thousand times in one.
  std::string groups = R"({"weight_map": {"layers/dense/vars": ["m.h5")", often = groups;
  groups += "]";
  for (int i = 0; i < 100'000; ++i) {
    groups += R"(, "layers/g)" + std::to_string(i) + R"(/vars": "sharded_00000.weights.h5")";
    often += R"(, "sharded_00000.weights.h5")";
  }
  groups += "}}";
  often += "]}}";
  std::string files = R"({"weight_map": {"layers/dense/vars": ["sharded_00000.weights.h5")";
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "s" + std::to_string(i) + ".h5";
    std::filesystem::create_hard_link(folder.path("sharded_00000.weights.h5"), folder.path(name));
    files += R"(, ")" + name + '"';
  }
  files += "]}}";
  std::filesystem::create_hard_link(folder.path("sharded_00000.weights.h5"), folder.path("m.h5"));
  for (const std::string& map : {groups, often, files}) {
    test::put_text(folder.path("w.json"), map);
    const test::Caught caught = weights_refusal(model, folder.path("w.json"), {});
    INFO(caught.message);
    CHECK(caught.code.has_value());
  }
}

TEST_CASE("A file of linnet's own is no weight file", "[keras]") {
  const test::TempFolder folder;
  Sequential model{Input{{3}}, Dense{.units = 2}};
  model.save(folder.path("m.linnet"));
  const std::vector<Tensor> before = model.get_weights();
  for (const bool by_name : {false, true}) {
    CHECK(weights_refusal(model, folder.path("m.linnet"), {.by_name = by_name})
              .is(ErrorCode::unsupported,
                  "m.linnet: not a weight file of Keras: neither HDF5 nor ZIP nor a map of shards; "
                  "what linnet itself saved has its model with it: Model::load()"));
  }
  CHECK(model.get_weights() == before);
}
