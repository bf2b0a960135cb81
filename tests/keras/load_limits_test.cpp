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

/// A functional model: an input of this shape, and an entry that is called with `calls`, in which X
/// stands for the input.
std::string calling(const std::string& shape, const std::string& entry, std::string calls) {
  const std::string x = R"({"class_name": "__keras_tensor__", "config": {"shape": [null, )" +
                        shape + R"(], "dtype": "float32", "keras_history": ["x", 0, 0]}})";
  for (std::size_t at = 0; (at = calls.find('X', at)) != calls.npos; at += x.size()) {
    calls.replace(at, 1, x);
  }
  return R"({"class_name": "Functional", "config": {"name": "m", "layers": [{"class_name":
    "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, )" +
         shape + R"(]}, "inbound_nodes": []}, {)" + entry + R"(, "name": "f", "inbound_nodes": )" +
         calls + R"(}], "input_layers": [["x", 0, 0]], "output_layers": [["f", 0, 0]]}})";
}

std::string function_entry(const std::string& module, const std::string& name,
                           const std::string& arguments) {
  return R"("module": "keras.src.ops.)" + module + R"(", "class_name": ")" + name +
         R"(", "config": {"name": "f")" + arguments + "}";
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
  for (const char* units : {"1099511627776", "4611686018427387904"}) {
    INFO(units);
    const std::string config = bomb_of(dense_json(units));
    for (const std::string& bytes : {config, packed_config(config)}) {
      CHECK(limited_refusal(bytes).is(ErrorCode::invalid_argument,
                                      "layer 'd': d: Dense: units must be at most 2147483647"));
    }
  }
  const std::string large = bomb_of(dense_json("1000000000"));
  for (const std::string& bytes : {large, packed_config(large)}) {
    CHECK(limited_refusal(bytes).is(ErrorCode::out_of_range,
                                    "m: with 'd/kernel' (3, 1000000000) its weights are more "
                                    "than 2147483648 numbers"));
  }
  const auto weightless = limited_refusal(packed_config(bomb_of(dense_json("2"))));
  CHECK(weightless.is(ErrorCode::corrupt_file, "model.weights.h5: not a weight file of Keras"));
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
            .is(ErrorCode::out_of_range, "expected at most 16384 cells in all steps"));
  const std::string table = R"({"class_name": "Embedding", "config": {"name": "e", "input_dim":
    1099511627776, "output_dim": 1073741824}})";
  CHECK(limited_refusal(with_input("5", table))
            .is(ErrorCode::invalid_argument, "e/embeddings: Shape: "));
}

TEST_CASE("Padding that leaves the numbers behind is refused", "[keras]") {
  const auto padded = [](const std::string& width, const std::string& mode) {
    return calling("4",
                   function_entry("numpy", "Pad",
                                  R"(, "mode": ")" + mode + R"(", "pad_width": [[0, 0], [)" +
                                      width + ", " + width + "]]"),
                   R"([{"args": [X], "kwargs": {}}])");
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
  Sequential{Input{{3}}, Dense{.units = 2}}.save(folder.path("m"));
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

TEST_CASE("What stands for a tensor in linnet is refused in a file", "[keras]") {
  const std::string lstm = R"("class_name": "LSTM", "config": {"name": "f", "units": 2})";
  for (const char* calls :
       {R"([{"args": [{"tensor": 123456789}], "kwargs": {}}])", R"([{"args": [{"tensor": 0}]}])",
        R"([{"args": [X], "kwargs": {"mask": {"tensor": 123456789}}}])",
        R"([{"args": [X], "kwargs": {"initial_state": [{"tensor": -5}, {"tensor": 1}]}}])",
        R"([{"args": [{"class_name": "__set__", "items": [{"tensor": 9}]}], "kwargs": {}}])",
        R"([{"args": [X, {"array": [1, 2]}], "kwargs": {}}])",
        R"([[["x", 0, 0, {"mask": {"tensor": 123456789}}]]])"}) {
    INFO(calls);
    CHECK(limited_refusal(calling("4, 2", lstm, calls))
              .is(ErrorCode::corrupt_file, "layer 'f': a call with {\""));
  }
  const std::string add = function_entry("numpy", "Add", R"(, "x2": {"tensor": 9})");
  CHECK(limited_refusal(calling("4", add, R"([{"args": [X], "kwargs": {}}])"))
            .is(ErrorCode::corrupt_file, "layer 'f': a call with {\"tensor\": "));
  // An argument of a model may be called so.
  CHECK(limited_refusal(calling("4, 2", lstm, R"([{"args": [{"tensor": X}], "kwargs": {}}])"))
            .message.empty());
}

TEST_CASE("A function that is called with thousands of arguments is refused", "[keras]") {
  std::string many;
  for (int i = 0; i < 65; ++i) many += ", \"a" + std::to_string(i) + "\": 1";
  const std::string call = R"([{"args": [X], "kwargs": {}}])";
  CHECK(limited_refusal(calling("4", function_entry("numpy", "Abs", many), call))
            .is(ErrorCode::corrupt_file, "a function with 66 arguments by name"));
  const std::string named = R"([{"args": [X], "kwargs": {)" + many.substr(2) + "}}]";
  CHECK(limited_refusal(calling("4", function_entry("numpy", "Abs", ""), named))
            .is(ErrorCode::corrupt_file, "a function with 65 arguments by name"));
}

TEST_CASE("Functions whose arguments ask for more than their tensors have are refused", "[keras]") {
  const auto refusal = [](const std::string& shape, const std::string& entry,
                          const std::string& args) {
    return limited_refusal(calling(shape, entry, R"([{"args": [)" + args + R"(], "kwargs": {}}])"));
  };
  const std::string least = "-9223372036854775808", most = "9223372036854775807";
  for (const char* axes : {"1000000000000", "3", "-1"}) {
    CHECK(refusal("4", function_entry("numpy", "Tensordot", std::string(R"(, "axes": )") + axes),
                  "X, X")
              .is(ErrorCode::invalid_argument, std::string("axes: ") + axes));
  }
  CHECK(refusal("5000", function_entry("core", "Unstack", R"(, "axis": 1)"), "X")
            .is(ErrorCode::out_of_range, "5000 parts, of which at most 4096"));
  const std::string split = R"(, "axis": 1, "indices_or_sections": )";
  CHECK(refusal("5000", function_entry("numpy", "Split", split + "5000"), "X")
            .is(ErrorCode::out_of_range, "5000 parts, of which at most 4096"));
  std::string places = "0";
  for (int i = 0; i < 4096; ++i) places += ", 0";
  CHECK(refusal("4", function_entry("numpy", "Split", split + "[" + places + "]"), "X")
            .is(ErrorCode::out_of_range, "4098 parts, of which at most 4096"));
  CHECK(
      refusal("4", function_entry("numpy", "Roll", R"(, "shift": [1, 2], "axis": [0, 1, 1])"), "X")
          .is(ErrorCode::invalid_argument, "as many shifts as axes"));
  std::string dots;
  for (int i = 0; i < 20; ++i) dots += R"(, {"class_name": "__ellipsis__"})";
  CHECK(refusal("4", function_entry("numpy", "GetItem", ""), "X, [" + dots.substr(2) + "]")
            .is(ErrorCode::out_of_range, "20 indices"));
  CHECK(
      refusal("4", function_entry("core", "Slice", R"(, "shape": [-1, )" + most + "]"), "X, [0, 1]")
          .message.empty());
  CHECK(refusal("4", function_entry("core", "Slice", R"(, "shape": [-1, )" + least + "]"),
                "X, [0, -1]")
            .is(ErrorCode::invalid_argument, "a size of " + least));
  CHECK(refusal("4", function_entry("core", "Slice", R"(, "shape": [-1])"), "X, [0, 1]")
            .is(ErrorCode::invalid_argument, "as many sizes"));
  const std::string all =
      R"({"class_name": "__slice__", "config": {"start": null, "stop": null, "step": null}})";
  const auto item = [&](const std::string& key) {
    return refusal("4", function_entry("numpy", "GetItem", ""),
                   R"(X, {"class_name": "__tuple__", "items": [)" + key + "]}");
  };
  CHECK(item(all + ", " + most).is(ErrorCode::out_of_range, "slice: "));
  CHECK(item(R"({"class_name": "__ellipsis__"}, )" + all + ", " + all + ", " + all)
            .is(ErrorCode::out_of_range, "3 indices for a tensor of shape (None, 4)"));
  CHECK(refusal("4", function_entry("numpy", "Repeat", R"(, "repeats": 4611686018427387904)"), "X")
            .is(ErrorCode::out_of_range, "4611686018427387904 repeats"));
  CHECK(refusal("4", function_entry("numpy", "Reshape", R"(, "newshape": [-3, -4])"), "X")
            .is(ErrorCode::corrupt_file, "a size of -3"));
  CHECK(refusal("4", function_entry("numpy", "Pad", R"(, "pad_width": [[0, 0], [1, 1], [2, 2]])"),
                "X")
            .is(ErrorCode::invalid_argument, "pad_width: 3 pairs for 2 axes"));
  CHECK(refusal("0", function_entry("numpy", "Pad", R"(, "mode": "edge", "pad_width": 1)"), "X")
            .is(ErrorCode::shape_mismatch, "nothing to mirror"));
  CHECK(refusal("4", function_entry("numpy", "Sum", R"(, "axis": [])"), "X")
            .is(ErrorCode::unsupported, "axis: an empty list"));
  CHECK(refusal("4, 4, 2",
                function_entry("nn", "MaxPool", R"(, "pool_size": 2, "padding": "full")"), "X")
            .is(ErrorCode::invalid_argument, "padding: 'full'"));
}

TEST_CASE("Products of what is no matrix, and of nothing, are refused", "[keras]") {
  const auto refusal = [](const std::string& entry, const std::string& call) {
    return limited_refusal(calling("4", entry, "[" + call + "]"));
  };
  const std::string row = R"({"class_name": "__numpy__", "config": {"value": [1, 2, 3, 4],
    "dtype": "float32"}})";
  for (const auto& [flag, args] :
       {std::pair{"transpose_a", row + ", X"}, std::pair{"transpose_b", "X, " + row}}) {
    CHECK(refusal(function_entry("numpy", "Matmul", R"(, ")" + std::string(flag) + R"(": true)"),
                  R"({"args": [)" + args + R"(], "kwargs": {}})")
              .is(ErrorCode::shape_mismatch, "a transposed matrix of shape (4,)"));
  }
  CHECK(refusal(function_entry("numpy", "Einsum", R"(, "subscripts": "a->a")"),
                R"({"args": [X], "kwargs": {"operands": []}})")
            .is(ErrorCode::invalid_argument, "a product of nothing"));
}

TEST_CASE("A diagonal of more elements than memory has is not made", "[keras]") {
  const auto node = [](const char* name, const std::string& entry, const std::string& of) {
    return R"({)" + entry + R"(, "name": ")" + name +
           R"(", "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config":
           {"keras_history": [")" +
           of + R"(", 0, 0]}}], "kwargs": {}}]})";
  };
  const std::string size = "2000000";
  const std::string model =
      R"({"class_name": "Functional", "config": {"name": "m", "layers": [{"class_name":
    "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 3]}, "inbound_nodes":
    []}, )" +
      node("s", function_entry("numpy", "Sum", ""), "x") + ", " +
      node("b",
           function_entry("numpy", "BroadcastTo", R"(, "shape": [)" + size + ", " + size + "]"),
           "s") +
      ", " + node("f", function_entry("numpy", "Einsum", R"(, "subscripts": "ii->i")"), "b") +
      R"(], "input_layers": [["x", 0, 0]], "output_layers": [["f", 0, 0]]}})";
  CHECK(limited_refusal(model).is(ErrorCode::out_of_range, "a diagonal of 2000000 elements"));
}

TEST_CASE("A mask of attention is not made of a huge number of steps", "[keras]") {
  const std::string attention = R"("class_name": "Attention", "config": {"name": "f"})";
  CHECK(limited_refusal(calling("20000000, 1", attention,
                                R"([{"args": [[X, X]], "kwargs": {"use_causal_mask": true}}])"))
            .is(ErrorCode::out_of_range, "attention over 20000000 steps"));
}

TEST_CASE("A vocabulary of more lines than a JSON text may have values is refused",
          "[keras][large]") {
  const std::string lookup = R"({"class_name": "StringLookup", "config": {"name": "s"}})";
  test::ZipBuilder zip;
  zip.add("config.json", bomb_of(lookup));
  zip.add("model.weights.h5", test::file_text(LINNET_TEST_DATA "/golden/hdf5/latest.h5"));
  zip.add("assets/layers/string_lookup/vocabulary.txt", std::string(4'000'001, '\n'), true);
  CHECK(limited_refusal(zip.file())
            .is(ErrorCode::corrupt_file, "vocabulary.txt: more than 4000000 lines"));
}

TEST_CASE("A file within a file unpacks to no more than one alone", "[keras][large]") {
  // Each of the two files unpacks to some twenty times as much.
  std::string sparse(std::size_t{17} << 20, '\0');
  std::uint32_t state = 1;
  for (std::size_t at = 0; at < sparse.size(); at += 64) {
    state = state * 1664525 + 1013904223;
    sparse[at] = static_cast<char>(state >> 24);
  }
  test::ZipBuilder npz, keras;
  npz.add("layers/dense.npy", sparse, true);
  npz.add("padding.npy", std::string(std::size_t{15} << 20, '\0'));
  keras.add("config.json", bomb_of(dense_json("2")));
  keras.add("model.weights.npz", npz.file(), true);
  CHECK(limited_refusal(keras.file())
            .is(ErrorCode::out_of_range, "model.weights.npz: zip: 'layers/dense.npy'"));
}
