// Sizes of tensors with which models of TensorFlow compute.
#include "keras/known_sizes.hpp"

#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "keras/loaded_json.hpp"

namespace linnet::test {

namespace keras = detail::keras;

namespace {

/// What a function gives of sizes.
Config computed(const std::string& function, const std::string& arguments) {
  return keras::computed_sizes({function, parse_json(arguments)});
}

bool gives(const std::string& function, const std::string& arguments, const std::string& sizes) {
  return computed(function, arguments) == parse_json(sizes);
}

/// Functions of ids (batch, `time`), then an Embedding of what the last of them gives.
Model positions(const std::string& time) {
  const auto function = [](const char* name, const char* tensor, const char* arguments) {
    return std::string(R"({"class_name": "TFOpLambda", "name": ")") + name +
           R"(", "config": {"name": ")" + name + R"(", "function": ")" + name +
           R"("}, "inbound_nodes": [[")" + tensor + R"(", 0, 0, )" + arguments + "]]}, ";
  };
  return loaded_json(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_input_shape": [null, )" +
                     time + R"(], "dtype": "int32"}, "inbound_nodes": []}, )" +
                     function("shape", "x", "{}") +
                     function("__operators__.getitem", "shape", R"({"slice_spec": -1})") +
                     function("range", "__operators__.getitem", "{}") +
                     R"({"class_name": "Embedding", "name": "e", "config": {"name": "e",
    "input_dim": 9, "output_dim": 2}, "inbound_nodes": [[["range", 0, 0, {}]]]},
    {"class_name": "Embedding", "name": "f", "config": {"name": "f", "input_dim": 9,
    "output_dim": 2}, "inbound_nodes": [[["x", 0, 0, {}]]]}, {"class_name": "TFOpLambda", "name":
    "a", "config": {"name": "a", "function": "math.add"}, "inbound_nodes": [["f", 0, 0, {"y": ["e",
    0, 0]}]]}],
    "input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0]]}})");
}

}  // namespace

TEST_CASE("Functions of sizes give sizes, open where one of them is", "[keras]") {
  CHECK(keras::shape_sizes({"core.Shape", parse_json(R"({"x": {"tensor": 0}})")}, [](Index) {
          return Shape{any, 4, 6};
        }) == parse_json("[-1, 4, 6]"));
  CHECK(gives("numpy.GetItem", R"({"x": [-1, 4, 6], "key": -2})", "4"));
  CHECK(
      gives("numpy.GetItem", R"({"x": [-1, 4, 6], "key": {"start": 1, "stop": null}})", "[4, 6]"));
  CHECK(gives("numpy.GetItem", R"({"x": [-1, 4, 6], "key": [{"stop": -2}]})", "[-1]"));
  CHECK(gives("numpy.Multiply", R"({"x1": [-1, 4], "x2": 2})", "[-1, 8]"));
  CHECK(gives("numpy.Add", R"({"x1": [1, 2], "x2": [3, 4]})", "[4, 6]"));
  CHECK(gives("numpy.Subtract", R"({"x1": 6, "x2": 4})", "2"));
  CHECK(gives("numpy.FloorDivide", R"({"x1": 7, "x2": 2})", "3"));
  CHECK(gives("numpy.Stack", R"({"x": [-1, 20]})", "[-1, 20]"));
  CHECK(gives("numpy.Concatenate", R"({"xs": [[-1], [3, 8]]})", "[-1, 3, 8]"));
  CHECK(gives("numpy.Arange", R"({"start": 3})", "[0, 1, 2]"));
  CHECK(gives("numpy.Arange", R"({"start": 1, "stop": 6, "step": 2})", "[1, 3, 5]"));
  CHECK(gives("core.Cast", R"({"x": 8, "dtype": "float32"})", "8.0"));
  CHECK(gives("numpy.Sqrt", R"({"x": 16.0})", "4.0"));
  CHECK(gives("math.Rsqrt", R"({"x": [16.0, -1]})", "[0.25, -1]"));
  CHECK(gives("numpy.TrueDivide", R"({"x1": 1, "x2": 4})", "0.25"));
  CHECK(gives("numpy.Power", R"({"x1": 16.0, "x2": 0.5})", "4.0"));
  CHECK(gives("numpy.Minimum", R"({"x1": 16, "x2": 5})", "5"));
  CHECK(gives("numpy.Prod", R"({"x": [4, 6]})", "24"));
  CHECK(gives("numpy.Prod", R"({"x": [-1, 6]})", "-1"));
}

TEST_CASE("Open sizes are put into a new shape alone", "[keras]") {
  const Config open = parse_json("[-1, 2, 3]");
  const auto closed = [&](const std::string& function, const std::string& arguments) {
    keras::FunctionCall call{function, parse_json(arguments)};
    const auto put =
        keras::put_sizes(call, [&](Index place) { return place == 0 ? &open : nullptr; });
    CHECK(put.open);
    CHECK(put.left == std::vector<Index>{1});
    keras::close_sizes(call, [](Index) { return Shape{any, 1, 3}; });
    return call;
  };
  const std::string shape = R"({"x": {"tensor": 1}, "shape": {"tensor": 0}})";
  CHECK(closed("numpy.Reshape", R"({"x": {"tensor": 1}, "newshape": {"tensor": 0}})")
            .arguments.at("newshape") == open);
  const auto broadcast = closed("numpy.BroadcastTo", shape);
  CHECK(broadcast.function == "numpy.Multiply");
  CHECK(broadcast.arguments.at("x1") == parse_json(R"({"tensor": 0})"));
  CHECK(broadcast.arguments.at("x2").at("array") == parse_json("[[[1, 1, 1], [1, 1, 1]]]"));
  const auto refused = [&](const std::string& function, const std::string& arguments) {
    return error_of([&] { closed(function, arguments); })
        .is(ErrorCode::unsupported, "sizes of a tensor that the model leaves open");
  };
  CHECK(refused("numpy.Multiply", R"({"x1": {"tensor": 1}, "x2": {"tensor": 0}})"));
  CHECK(refused("numpy.Tile", R"({"x": {"tensor": 1}, "repeats": {"tensor": 0}})"));
}

TEST_CASE("A split counts from the beginning where the size of its axis is known", "[keras]") {
  const auto places = [](const char* axis) {
    keras::FunctionCall call{"numpy.Split", parse_json(R"({"x": {"tensor": 0},
      "indices_or_sections": [1, -2, 2147483647]})")};
    call.arguments["axis"] = parse_json(axis);
    keras::count_split_from_begin(call, [](Index) { return Shape{any, 4, 6}; });
    return call.arguments.at("indices_or_sections");
  };
  CHECK(places("-1") == parse_json("[1, 4, 6]"));
  CHECK(places("1") == parse_json("[1, 2, 4]"));
  CHECK(places("0") == parse_json("[1, -2, 2147483647]"));
  CHECK(places("7") == parse_json("[1, -2, 2147483647]"));
}

TEST_CASE("Numbers made of sizes are counted, up to a limit", "[keras]") {
  Index made = 0;
  keras::add_sizes(parse_json(R"({"x": [1, [2, 3]], "y": 4})"), made);
  CHECK(made == 4);
  made = 1 << 20;
  CHECK(error_of([&] {
          keras::add_sizes(Config(1), made);
        }).is(ErrorCode::unsupported, "too many numbers"));
}

TEST_CASE("What is wrong with sizes is told", "[keras]") {
  const auto error = [](const std::string& function, const std::string& arguments) {
    return error_of([&] { computed(function, arguments); });
  };
  CHECK(error("numpy.GetItem", R"({"x": [1, 4], "key": 2})")
            .is(ErrorCode::corrupt_file, "size number 2 of a tensor with 2 axes"));
  CHECK(error("numpy.Add", R"({"x1": [1, 4], "x2": [1, 2, 3]})")
            .is(ErrorCode::corrupt_file, "of 2 and 3 sizes"));
  CHECK(error("numpy.FloorDivide", R"({"x1": 4, "x2": 0})")
            .is(ErrorCode::corrupt_file, "divided by 0"));
  CHECK(error("numpy.Multiply", R"({"x1": 2000000000, "x2": 2000000000})")
            .is(ErrorCode::unsupported, "a size of 4000000000000000000"));
  CHECK(
      error("numpy.Arange", R"({"start": -1})").is(ErrorCode::unsupported, "numpy.Arange of such"));
  CHECK(error("numpy.Exp", R"({"x": 4})").is(ErrorCode::unsupported, "numpy.Exp of such sizes"));
  CHECK(error("numpy.Arange", R"({"start": 2000000000})")
            .is(ErrorCode::unsupported, "a list of 2000000000 sizes"));
  CHECK(error("core.Cast", R"({"x": 1e300, "dtype": "int32"})")
            .is(ErrorCode::unsupported, "core.Cast of such sizes"));
  CHECK(error("numpy.Stack", R"({"x": [[1, 2], [3, 4]]})").is(ErrorCode::unsupported));
  CHECK(error_of([] {
          keras::shape_sizes({"core.Shape", parse_json(R"({"x": [1]})")},
                             [](Index) { return Shape{}; });
        }).is(ErrorCode::unsupported, "no tensor"));
}

TEST_CASE("Positions up to a known size are embedded; up to an open one they are refused",
          "[keras]") {
  const Model model = positions("3");
  CHECK(model.predict(Tensor::of<std::int32_t>({1, 3}, {1, 2, 3})).shape() == Shape{1, 3, 2});
  const TempFolder folder;
  model.save(folder.path("m.linnet"));
  CHECK(error_of([&] {
          model.save(folder.path("m.keras"));
        }).is(ErrorCode::unsupported, "the layer 'e' is called with arrays alone"));
  CHECK(error_of([] { positions("null"); }).is(ErrorCode::unsupported, "range"));
}

}  // namespace linnet::test
