#include "keras/weight_store.hpp"

#include <cmath>
#include <filesystem>
#include <linnet/io/json.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using test::error_of;

namespace {

const std::string kContainers = LINNET_TEST_DATA "/golden/keras_containers/";

Config container_facts() { return parse_json(test::file_text(kContainers + "expected.json")); }

Tensor pair_of_rows(const Config& list) {
  std::vector<float> values;
  for (const Config& item : list.items()) values.push_back(static_cast<float>(item.as_number()));
  return Tensor::of<float>({2, static_cast<Index>(values.size()) / 2}, values);
}

void check_rows(const Model& model, const Config& facts, const std::string& name) {
  const Tensor y = model.predict(pair_of_rows(facts.at("input")));
  const Tensor wanted = pair_of_rows(facts.at(name).at("output"));
  REQUIRE(y.shape() == wanted.shape());
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(std::abs(y.data<float>()[i] - wanted.data<float>()[i]) < 1e-5f);
  }
}

/// A folder with the parts of the sharded weights.
void copy_shards(const test::TempFolder& to) {
  for (const char* name : {"sharded.json", "sharded.weights.json", "sharded_00000.weights.h5",
                           "sharded_00001.weights.h5", "sharded_00002.weights.h5"}) {
    std::filesystem::copy_file(kContainers + name, to.path(name));
  }
}

/// What loading says if the map names `file` instead of the first part.
test::Caught with_shard(const std::string& file) {
  const test::TempFolder folder;
  copy_shards(folder);
  std::string map = test::file_text(folder.path("sharded.weights.json"));
  const std::string first = "sharded_00000.weights.h5";
  map.replace(map.find(first), first.size(), file);
  test::put_text(folder.path("sharded.weights.json"), map);
  Model model = Model::load(folder.path("sharded.json"));
  return error_of([&] { model.load_weights(folder.path("sharded.weights.json")); });
}

}  // namespace

TEST_CASE("Models with weights of 16 bits predict and train on", "[keras]") {
  const auto file = GENERATE(as<std::string>{}, "half.keras", "bfloat.keras", "bfloat_legacy.h5",
                             "scaled_legacy.h5");
  INFO(file);
  const Config facts = container_facts();
  Model model = Model::load(kContainers + file);
  check_rows(model, facts, file);
  CHECK(model.iterations() == 3);
  const Tensor x = pair_of_rows(facts.at("input")), t = pair_of_rows(facts.at("target"));
  for (const Config& loss : facts.at(file).at("losses").items()) {
    const double got = model.train_on_batch(x, t)["loss"];
    CHECK(std::abs(got - loss.as_number()) < 2e-5 * std::max(1.0, loss.as_number()));
  }
}

TEST_CASE("Weights load from whatever file Keras puts them in", "[keras]") {
  const auto file = GENERATE(as<std::string>{}, "half.keras", "bfloat.keras", "bfloat_legacy.h5");
  INFO(file);
  Model model = Model::load(kContainers + "sharded.json");
  CHECK(model.load_weights(kContainers + file).empty());
  check_rows(model, container_facts(), file);
}

TEST_CASE("Weights that Keras has spread over several files are read", "[keras]") {
  Model model = Model::load(kContainers + "sharded.json");
  CHECK(model.load_weights(kContainers + "sharded.weights.json").empty());
  check_rows(model, container_facts(), "sharded");
  CHECK(error_of([] {
          Model::load(kContainers + "sharded.weights.json");
        }).is(ErrorCode::unsupported, "weights alone"));
}

TEST_CASE("Sharded weights are read from their own folder only", "[keras]") {
  for (const std::string file : {"../sharded_00000.weights.h5", "/etc/passwd", "a/b.h5", "..", ".",
                                 "", "C:w.h5", "a\\\\b.h5"}) {
    INFO(file);
    CHECK(with_shard(file).is(ErrorCode::corrupt_file,
                              "sharded.weights.json: weight_map: 'layers/dense/vars': expected the "
                              "name of a file beside it"));
  }
  CHECK(with_shard("missing.h5").is(ErrorCode::io, "missing.h5"));
  CHECK(with_shard("sharded.json").is(ErrorCode::corrupt_file, "sharded.json"));
  CHECK(with_shard("sharded_00002.weights.h5").code.has_value());
}

TEST_CASE("A failed load of sharded weights changes none", "[keras]") {
  const test::TempFolder folder;
  copy_shards(folder);
  std::filesystem::remove(folder.path("sharded_00002.weights.h5"));
  Model model = Model::load(folder.path("sharded.json"));
  const Tensor x = pair_of_rows(container_facts().at("input"));
  const Tensor before = model.predict(x);
  CHECK(error_of([&] {
          model.load_weights(folder.path("sharded.weights.json"));
        }).is(ErrorCode::io, "sharded_00002.weights.h5"));
  const Tensor after = model.predict(x);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(before.data<float>()[i] == after.data<float>()[i]);
  }
}

TEST_CASE("A text that is no map of weights is refused as weights", "[keras]") {
  const test::TempFolder folder;
  Model model = Model::load(kContainers + "sharded.json");
  CHECK(error_of([&] {
          model.load_weights(kContainers + "sharded.json");
        }).is(ErrorCode::corrupt_file, "no weight_map"));
  test::put_text(folder.path("w.json"), R"({"weight_map": {"/layers/dense/vars": [3]}})");
  CHECK(error_of([&] {
          model.load_weights(folder.path("w.json"));
        }).is(ErrorCode::corrupt_file, "expected the name of a file"));
  test::put_text(folder.path("w.json"), R"({ "weight_map": {"/layers/dense/vars": []}})");
  CHECK(error_of([&] {
          model.load_weights(folder.path("w.json"));
        }).is(ErrorCode::shape_mismatch, "expected 2 weights, got 0"));
}

TEST_CASE("Variables that Keras 3 has pickled are refused by name", "[keras]") {
  CHECK(error_of([] { Model::load(kContainers + "variables.keras"); })
            .is(ErrorCode::unsupported,
                "variables.keras: model.weights.npz: 'layers/dense.npy': pickle: it "
                "names 'keras.src.backend.Variable'"));
}
