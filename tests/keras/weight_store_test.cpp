#include "keras/weight_store.hpp"

#include <cmath>
#include <filesystem>
#include <linnet/io/json.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/hdf5/write_hdf5.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"

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

/// A text that lives as long as a store of it.
detail::ZipData kept(std::string text) {
  const auto owner = std::make_shared<const std::string>(std::move(text));
  return {owner, test::bytes_of(*owner)};
}

/// A dictionary of two arrays, "0" and "1", as numpy pickles it.
std::string two_arrays() { return test::file_text(LINNET_TEST_DATA "/golden/npz/older.npy"); }

/// What loading a model says if the optimizer's variable of this number, 0 being the count of
/// updates, is another one.
test::Caught with_variable(int number, const Tensor& value) {
  const test::TempFolder folder;
  Sequential model{Input{{2}}, Dense{.units = 1, .use_bias = false, .name = "d"}};
  model.compile({.optimizer = SGD{.momentum = 0.9}, .loss = "mse"});
  model.train_on_batch(Tensor::full<float>({2, 2}, 1.0f), Tensor(DType::float32, {2, 1}));
  model.save(folder.path("m.keras"));
  const detail::ZipFile file(folder.path("m.keras"));
  const detail::ZipData bytes = file.read("model.weights.h5");
  detail::Hdf5File weights(bytes.bytes);
  std::vector<NamedTensor> datasets;
  for (const std::string group : {"layers/dense/vars/", "optimizer/vars/"}) {
    for (const std::string& name : weights.list(group)) {
      const bool changed = group.starts_with("opt") && name == std::to_string(number);
      datasets.push_back({group + name, changed ? value : weights.read(group + name)});
    }
  }
  test::ZipBuilder zip;
  zip.add("config.json", std::string(file.read("config.json").text()));
  zip.add("metadata.json", std::string(file.read("metadata.json").text()));
  zip.add("model.weights.h5", test::text_of(detail::hdf5_bytes(datasets)));
  test::put_text(folder.path("m"), zip.file());
  return error_of([&] { Model::load(folder.path("m")); });
}

/// An npz file with a member for each layer.
detail::NpzStore npz_store(const std::vector<std::string>& members,
                           const detail::ZipLimits& limits = {}) {
  test::ZipBuilder zip;
  for (const std::string& name : members) zip.add(name, two_arrays());
  return {kept(zip.file()), limits, "w.npz"};
}

}  // namespace

TEST_CASE("Models with weights of 16 bits predict and train on", "[keras]") {
  const auto file = GENERATE(as<std::string>{}, "half.keras", "bfloat.keras", "bfloat_legacy.h5",
                             "scaled_legacy.h5", "scaled.keras");
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
  // It is one of the files, but has no such group.
  CHECK(
      with_shard("sharded_00002.weights.h5")
          .is(ErrorCode::not_found, "sharded_00002.weights.h5: '/layers/dense/vars': hdf5: there"));
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
        }).is(ErrorCode::corrupt_file, "expected the name of a file beside it, got integer"));
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

TEST_CASE("What is wrong with the weights of a .keras file is said of that file", "[keras]") {
  Sequential model{Dense{.units = 3}};
  model.build({any, 5});
  CHECK(error_of([&] { model.load_weights(kContainers + "half.keras"); })
            .is(ErrorCode::shape_mismatch,
                "half.keras: model.weights.h5: load_weights: layer 'dense'"));
}

TEST_CASE("The groups of an npz file are its members, and the root has a name", "[keras]") {
  detail::NpzStore store = npz_store(
      {"__root__.npy", "layers/dense.npy", "layers/functional/layers/dense.npy", "layers/odd"});
  for (const char* group : {"/layers", "/layers/dense/vars", "layers/dense", "/layers/functional",
                            "/layers/odd/vars", "/vars"}) {
    INFO(group);
    CHECK(store.has_group(group));
  }
  CHECK_FALSE(store.has_group("/layers/den"));
  CHECK_FALSE(store.has_group("/layers/dense_1/vars"));
  CHECK(store.list("/layers/dense/vars") == std::vector<std::string>{"0", "1"});
  CHECK(store.list("/layers/functional/vars").empty());
  CHECK(store.type("/vars/0").shape == Shape{2, 3});
  CHECK(store.read("layers/functional/layers/dense/vars/1").data<float>()[0] == 1);
  CHECK(error_of([&] {
          store.type("/layers/dense/vars/2");
        }).is(ErrorCode::not_found, "w.npz: there is no '/layers/dense/vars/2'"));
}

TEST_CASE("Two members of an npz file cannot be one group", "[keras]") {
  CHECK(error_of([] {
          npz_store({"layers/dense.npy", "layers/dense"});
        }).is(ErrorCode::corrupt_file, "w.npz: npz: two members are called 'layers/dense'"));
}

TEST_CASE("What an npz file unpacks to is limited, names and small arrays included", "[keras]") {
  const std::uint64_t member = two_arrays().size();
  detail::NpzStore tight = npz_store({"a.npy", "b.npy"}, {.member_bytes = member + 100});
  CHECK(error_of([&] {
          tight.list("a/vars");
        }).is(ErrorCode::out_of_range, "w.npz: its arrays take more bytes"));
  detail::NpzStore one = npz_store({"a.npy", "b.npy"}, {.member_bytes = 2 * member});
  CHECK(one.list("a/vars").size() == 2);
  CHECK(one.list("a/vars").size() == 2);  // it is kept
  CHECK(error_of([&] { one.list("b/vars"); }).is(ErrorCode::out_of_range));
}

TEST_CASE("Members of an npz file that the model does not need are not unpacked", "[keras]") {
  const test::TempFolder folder;
  const std::string whole = LINNET_TEST_DATA "/golden/tf_keras/shared_between_models/npz.keras";
  const detail::ZipFile file(whole);
  const detail::ZipData weights = file.read("model.weights.npz");
  test::ZipBuilder npz, keras;
  const detail::ZipFile members(weights.bytes);
  for (const detail::zip::Member& member : members.members()) {
    npz.add(member.name, std::string(members.read(member.name).text()));
  }
  npz.add("metrics/odd.npy", "no array");
  keras.add("config.json", std::string(file.read("config.json").text()));
  keras.add("metadata.json", std::string(file.read("metadata.json").text()));
  keras.add("model.weights.npz", npz.file());
  test::put_text(folder.path("m.keras"), keras.file());
  CHECK(Model::load(folder.path("m.keras")).count_params() == Model::load(whole).count_params());
}

TEST_CASE("Numbers of an optimizer that what holds them cannot hold are refused", "[keras]") {
  const auto one = [](double value) { return Tensor::of<double>({}, {value}); };
  CHECK_FALSE(with_variable(0, one(7)).code.has_value());
  for (const double count : {1e30, -1.0, std::nan("")}) {
    INFO(count);
    CHECK(with_variable(0, one(count))
              .is(ErrorCode::corrupt_file, "expected a count of updates in 'optimizer/vars/0'"));
  }
  CHECK(with_variable(2, Tensor::of<double>({2, 1}, {1, 1e300}))
            .is(ErrorCode::out_of_range,
                "optimizer: momentum of 'd/kernel': 1e+300 in 'optimizer/vars/2'"));
}
