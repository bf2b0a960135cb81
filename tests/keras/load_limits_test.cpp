#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"

using namespace linnet;
using test::error_of;

namespace {

const std::string kChainFolder = LINNET_TEST_DATA "/golden/keras_files/chain/";

/// A Sequential of these layers behind an input of 3 numbers.
std::string bomb_of(const std::string& layers) {
  return R"({"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name":
    "InputLayer", "config": {"batch_shape": [null, 3], "name": "x"}}, )" +
         layers + "]}}";
}

std::string dense_json(const std::string& units) {
  return R"({"class_name": "Dense", "config": {"name": "d", "units": )" + units + "}}";
}

/// A model that uses a model twice, which uses a model twice, and so on.
std::string doubled(int levels) {
  std::string model = bomb_of(dense_json("3"));
  for (int level = 0; level < levels; ++level) {
    const std::string id = R"(, "shared_object_id": )" + std::to_string(level) + "}";
    model.pop_back();
    model = R"({"class_name": "Sequential", "config": {"name": "m)" + std::to_string(level) +
            R"(", "layers": [)" + model + id + R"(, {"class_name": "Sequential", "config": {})" +
            id + "]}}";
  }
  return model;
}

/// What loading these bytes says; without limits some would take for ever.
test::Caught limited_refusal(const std::string& bytes, const LoadLimits& limits = {}) {
  const test::TempFolder folder;
  test::put_text(folder.path("m"), bytes);
  return error_of([&] { Model::load(folder.path("m"), {.limits = limits}); });
}

std::string packed_config(const std::string& config) {
  test::ZipBuilder zip;
  zip.add("config.json", config);
  zip.add("model.weights.h5", test::file_text(LINNET_TEST_DATA "/golden/hdf5/latest.h5"));
  return zip.file();
}

}  // namespace

TEST_CASE("A few bytes that describe a huge model are refused", "[keras]") {
  for (const char* units : {"1099511627776", "1000000000", "4611686018427387904"}) {
    INFO(units);
    const std::string config = bomb_of(dense_json(units));
    CHECK_FALSE(limited_refusal(config).message.empty());
    CHECK_FALSE(limited_refusal(packed_config(config)).message.empty());
  }
  const auto large = limited_refusal(bomb_of(dense_json("1000000000")));
  CHECK(large.is(ErrorCode::out_of_range,
                 "m: with 'd/kernel' (3, 1000000000) its weights are more "
                 "than 2147483648 numbers"));
}

TEST_CASE("Sizes whose products are no numbers any more are refused", "[keras]") {
  const auto with_input = [](const std::string& shape, const std::string& layer) {
    return R"({"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name":
      "InputLayer", "config": {"batch_shape": [null, )" +
           shape + R"(], "name": "x"}}, )" + layer + "]}}";
  };
  const std::string flatten = R"({"class_name": "Flatten", "config": {"name": "f"}})";
  CHECK(
      limited_refusal(with_input("1099511627776, 3", flatten))
          .is(ErrorCode::out_of_range, "layer 'f': f: Flatten: sizes must be at most 2147483647"));
  CHECK(limited_refusal(with_input("2147483647, 2147483647, 2147483647", flatten))
            .is(ErrorCode::invalid_argument, "too many elements"));
  CHECK(limited_refusal(with_input("100000, 100000", flatten))
            .is(ErrorCode::out_of_range, "got (None, 10000000000)"));
  const std::string cells = R"({"class_name": "RNN", "config": {"name": "r", "cell": {"class_name":
    "LSTMCell", "config": {"units": 2}}}})";
  CHECK(limited_refusal(with_input("2147483647, 3", cells))
            .is(ErrorCode::out_of_range, "expected at most 16384 steps"));
}

TEST_CASE("Padding that leaves the numbers behind is refused", "[keras]") {
  const auto padded = [](const std::string& width, const std::string& mode) {
    return R"({"class_name": "Functional", "config": {"name": "m", "layers": [{"class_name":
      "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 4]},
      "inbound_nodes": []}, {"module": "keras.src.ops.numpy", "class_name": "Pad", "name": "p",
      "config": {"name": "p", "mode": ")" +
           mode + R"(", "pad_width": [[0, 0], [)" + width + ", " + width +
           R"(]]}, "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config":
      {"shape": [null, 4], "dtype": "float32", "keras_history": ["x", 0, 0]}}], "kwargs": {}}]}],
      "input_layers": [["x", 0, 0]], "output_layers": [["p", 0, 0]]}})";
  };
  CHECK(limited_refusal(padded("1", "constant")).message.empty());
  CHECK(limited_refusal(padded("4611686018427387904", "constant"))
            .is(ErrorCode::invalid_argument, "pad: expected counts up to 2147483647"));
  for (const char* mode : {"constant", "reflect", "edge"}) {
    CHECK(limited_refusal(padded("-1", mode)).is(ErrorCode::invalid_argument, "pad_width: -1"));
  }
}

TEST_CASE("A model that is used twice in one that is used twice, and so on, is refused",
          "[keras]") {
  CHECK(limited_refusal(doubled(40)).is(ErrorCode::out_of_range, "more than 100000 layers run"));
  const test::TempFolder folder;
  test::put_text(folder.path("m"), doubled(5));
  CHECK(Model::load(folder.path("m")).predict(Tensor(DType::float32, {2, 3})).shape() ==
        Shape{2, 3});
}

TEST_CASE("Limits of what a file may ask for can be set", "[keras]") {
  for (const char* file : {"model.keras", "model.h5"}) {
    const std::string path = kChainFolder + file;
    const auto with = [&](const LoadLimits& limits) {
      return error_of([&] { Model::load(path, {.limits = limits}); });
    };
    const Index count = Model::load(path).count_params();
    CHECK(with({.parameters = count}).message.empty());
    CHECK(with({.parameters = count - 1}).is(ErrorCode::out_of_range, "(limits.parameters)"));
    CHECK(with({.bytes = 100}).is(ErrorCode::out_of_range, "bytes, more than limits.bytes, 100"));
    CHECK(with({.depth = 3}).is(ErrorCode::corrupt_file, file));
    CHECK(with({.depth = 0}).is(ErrorCode::invalid_argument, "limits.depth must be positive"));
  }
}

TEST_CASE("The limits hold for files of linnet's own", "[keras]") {
  const test::TempFolder folder;
  Sequential{Input({3}), Dense{.units = 2}}.save(folder.path("m"));
  const auto with = [&](const LoadLimits& limits) {
    return error_of([&] { Model::load(folder.path("m"), {.limits = limits}); });
  };
  CHECK(with({.parameters = 8}).message.empty());
  CHECK(with({.parameters = 7}).is(ErrorCode::out_of_range, "more than 7 numbers"));
  CHECK(with({.bytes = 100}).is(ErrorCode::out_of_range, "limits.bytes"));
  CHECK(with({.depth = 2}).code == ErrorCode::corrupt_file);
}

TEST_CASE("Configs that are deep, that repeat a key, or that unpack to much are refused",
          "[keras]") {
  const std::string deep = R"({"class_name": )" + std::string(100'000, '[');
  CHECK(limited_refusal(deep).code == ErrorCode::corrupt_file);
  CHECK(limited_refusal(packed_config(deep)).code == ErrorCode::corrupt_file);
  const std::string twice = R"({"class_name": "Sequential", "class_name": "Sequential"})";
  CHECK(limited_refusal(packed_config(twice)).is(ErrorCode::corrupt_file, "class_name"));

  test::ZipBuilder bomb;
  bomb.add("config.json", std::string(std::size_t{64} << 20, ' '), true);
  bomb.add("model.weights.h5", "");
  CHECK(limited_refusal(bomb.file()).is(ErrorCode::out_of_range, "config.json"));
  test::ZipBuilder same;
  same.add("config.json", bomb_of(dense_json("2")));
  same.add("config.json", bomb_of(dense_json("3")));
  CHECK(limited_refusal(same.file()).is(ErrorCode::corrupt_file, "config.json"));
}
