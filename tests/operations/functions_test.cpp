// Functions of keras.ops where dtypes, limits and special numbers matter. What is expected is what
// Keras computes; keras/operations_test.cpp compares whole models with it.
#include <cmath>
#include <limits>
#include <linnet/io/json.hpp>
#include <numbers>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "operations/operations.hpp"
#include "ops/run_graph.hpp"

namespace linnet::test {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// What the function gives of these tensors: {"tensor": 0}, ... in its arguments.
Tensor result_of(const std::string& function, const std::string& arguments,
                 const std::vector<Tensor>& tensors) {
  std::map<std::string, Tensor> given;
  Values values;
  for (const Tensor& tensor : tensors) {
    const std::string name = "x" + std::to_string(given.size());
    given[name] = tensor;
    values.push_back(ops::input(name, {tensor.dtype(), tensor.shape()}));
  }
  const Config config = parse_json(arguments);
  const detail::Arguments in(config, values);
  const Values outputs = detail::find_operation(function)->run(in);
  in.finish();
  return run_graph(outputs.front(), given);
}

Tensor of_x(const std::string& function, const Tensor& x, const std::string& more = "") {
  return result_of(function, R"({"x": {"tensor": 0})" + more + "}", {x});
}

Tensor of_pair(const std::string& function, const Tensor& a, const Tensor& b) {
  return result_of(function, R"({"x1": {"tensor": 0}, "x2": {"tensor": 1}})", {a, b});
}

Tensor floats(const std::vector<float>& numbers) {
  return Tensor::of<float>({static_cast<Index>(numbers.size())}, numbers);
}
Tensor bytes(const std::vector<std::uint8_t>& numbers) {
  return Tensor::of<std::uint8_t>({static_cast<Index>(numbers.size())}, numbers);
}
Tensor whole(const std::vector<std::int32_t>& numbers) {
  return Tensor::of<std::int32_t>({static_cast<Index>(numbers.size())}, numbers);
}

}  // namespace

TEST_CASE("Patches of pictures of any size have the shape that is known of them", "[keras]") {
  const auto patches_of = [](const Shape& shape, const char* size) {
    const Values pictures{ops::input("x", {DType::float32, shape})};
    const Config config =
        parse_json(std::string(R"({"images": {"tensor": 0}, "size": )") + size + "}");
    return detail::find_operation("image.ExtractPatches")
        ->run(detail::Arguments(config, pictures))
        .front()
        .shape();
  };
  CHECK(patches_of({any, any, any, 3}, "[2, 2]") == Shape{any, any, any, 12});
  CHECK(patches_of({any, 8, any, 3}, "2") == Shape{any, 4, any, 12});
  const auto refused = error_of([&] { patches_of({any, 8, 3}, "2"); });
  CHECK(refused.is(ErrorCode::shape_mismatch, "squares"));
}

TEST_CASE("ConvTranspose spreads each number over its window", "[keras]") {
  // Keras 3.15 cannot call it in a model; outside it gives this.
  const auto spread = [](const char* more) {
    return result_of(
        "nn.ConvTranspose",
        std::string(R"({"inputs": {"tensor": 0}, "kernel": {"tensor": 1}, )") + more + "}",
        {Tensor::of<float>({1, 3, 1}, {1, 2, 3}), Tensor::of<float>({2, 1, 1}, {10, 1})});
  };
  const auto is = [](const Tensor& y, const std::vector<float>& expected) {
    return std::ranges::equal(y.data<float>(), expected);
  };
  CHECK(is(spread(R"("strides": 2)"), {10, 1, 20, 2, 30, 3}));
  CHECK(is(spread(R"("strides": 1)"), {10, 21, 32, 3}));
  CHECK(is(spread(R"("strides": 1, "padding": "same")"), {10, 21, 32}));
  CHECK(is(spread(R"("strides": 2, "output_padding": 1)"), {10, 1, 20, 2, 30, 3, 0}));
  CHECK(is(spread(R"("strides": 1, "dilation_rate": 2)"), {10, 20, 31, 2, 3}));
  CHECK(error_of([&] { spread(R"("strides": 0)"); }).is(ErrorCode::invalid_argument, "strides"));
}

TEST_CASE("Frames of pictures that make no sense are refused", "[keras]") {
  const auto padded = [](const std::string& more) {
    return error_of([&] {
      result_of("image.PadImages",
                R"({"images": {"tensor": 0}, "left_padding": 0,
                                       "right_padding": 0, )" +
                    more + "}",
                {Tensor(DType::float32, {1, 2, 3, 1})});
    });
  };
  CHECK(padded(R"("top_padding": 1, "bottom_padding": 0)").message.empty());
  CHECK(padded(R"("top_padding": 1)").is(ErrorCode::invalid_argument, "two of top_padding"));
  CHECK(padded(R"("top_padding": -1, "bottom_padding": 0)")
            .is(ErrorCode::invalid_argument, "top_padding: -1"));
  CHECK(padded(R"("top_padding": 0, "target_height": 1)")
            .is(ErrorCode::invalid_argument, "an edge of -1"));
  CHECK(padded(R"("bottom_padding": 9223372036854775807, "target_height": 1)")
            .is(ErrorCode::out_of_range, "bottom_padding"));
  CHECK(padded(R"("top_padding": 0, "bottom_padding": 0, "data_format": "x")")
            .is(ErrorCode::invalid_argument, "data_format: 'x'"));
}

TEST_CASE("Comparing with golden numbers tells NaN and infinity from numbers", "[keras]") {
  const auto apart = [](float got, float expected) {
    return !first_apart(floats({0, got}), floats({9, expected}), 1, 1).empty();
  };
  CHECK(apart(NAN, 1));
  CHECK(apart(1, NAN));
  CHECK(apart(1, kInfinity));
  CHECK(apart(-kInfinity, kInfinity));
  CHECK(apart(1, 3e38f));
  CHECK_FALSE(apart(NAN, NAN));
  CHECK_FALSE(apart(kInfinity, kInfinity));
  CHECK_FALSE(apart(10, 1));
}

TEST_CASE("Bytes and truth are their own absolute value", "[keras]") {
  CHECK(of_x("numpy.Absolute", bytes({1, 200, 255})) == bytes({1, 200, 255}));
  const Tensor truth = whole({1, 0}).cast(DType::boolean);
  CHECK(of_x("numpy.Abs", truth) == truth);
  CHECK(of_x("numpy.Absolute", whole({-3, 4})) == whole({3, 4}));
}

TEST_CASE("A whole exponent leaves integers what they are, a float does not", "[keras]") {
  const auto power = [](const std::string& exponent) {
    return result_of("numpy.Power", R"({"x1": {"tensor": 0}, "x2": )" + exponent + "}",
                     {whole({300, -7})});
  };
  CHECK(power("2") == whole({90000, 49}));
  CHECK(power("2.0") == floats({90000, 49}));
  CHECK(power("0.5").dtype() == DType::float32);
  CHECK(power("3") == whole({27000000, -343}));
}

TEST_CASE("Where the axis is null, softmax takes all numbers for one row", "[keras]") {
  const Tensor x = Tensor::of<float>({2, 2}, {0, 0, 0, 0});
  const Tensor quarter = Tensor::full({2, 2}, 0.25f);
  CHECK(of_x("nn.Softmax", x, R"(, "axis": null)") == quarter);
  CHECK(of_x("nn.Softmax", x) == Tensor::full({2, 2}, 0.5f));
  CHECK(first_apart(of_x("nn.LogSoftmax", x, R"(, "axis": null)"),
                    Tensor::full({2, 2}, std::log(0.25f)), 1e-6, 1) == "");
}

TEST_CASE("Triangles of integers are exact", "[keras]") {
  const Tensor x = Tensor::of<std::int32_t>({2, 3}, {16777217, 1, 2, 3, 2147483647, 4});
  const auto triangle = [&](const char* function, const std::string& k) {
    return of_x(function, x, R"(, "k": )" + k);
  };
  const auto expected = [](const std::vector<std::int32_t>& numbers) {
    return Tensor::of<std::int32_t>({2, 3}, numbers);
  };
  CHECK(triangle("numpy.Tril", "0") == expected({16777217, 0, 0, 3, 2147483647, 0}));
  CHECK(triangle("numpy.Tril", "-1") == expected({0, 0, 0, 3, 0, 0}));
  CHECK(triangle("numpy.Triu", "0") == expected({16777217, 1, 2, 0, 2147483647, 4}));
  CHECK(triangle("numpy.Triu", "2") == expected({0, 0, 2, 0, 0, 0}));
  for (const char* far : {"-9223372036854775808", "9223372036854775807"}) {
    INFO(far);
    const bool above = far[0] != '-';
    CHECK(triangle("numpy.Tril", far) == (above ? x : expected({0, 0, 0, 0, 0, 0})));
    CHECK(triangle("numpy.Triu", far) == (above ? expected({0, 0, 0, 0, 0, 0}) : x));
  }
}

TEST_CASE("Grey pictures keep their dtype, and are grey already with one channel", "[keras]") {
  const auto gray = [](const Tensor& x) {
    return result_of("image.RGBToGrayscale", R"({"images": {"tensor": 0}})", {x});
  };
  const auto picture = [](const std::vector<std::uint8_t>& numbers) {
    return bytes(numbers).reshaped({1, 1, 1, static_cast<Index>(numbers.size())});
  };
  CHECK(gray(picture({10, 20, 31})) == picture({18}));
  CHECK(gray(picture({7})) == picture({7}));
  CHECK(gray(picture({10, 20, 31}).cast(DType::float32)).dtype() == DType::float32);
}

TEST_CASE("The largest of windows have the dtype of what they are of", "[keras]") {
  const Tensor x = Tensor::of<std::int32_t>({1, 3, 1}, {5, 9, 2});
  const auto pooled = [&](const std::string& kind, const std::string& padding) {
    return result_of("nn." + kind,
                     R"({"inputs": {"tensor": 0}, "pool_size": 2, "padding": ")" + padding + "\"}",
                     {x});
  };
  CHECK(pooled("MaxPool", "valid") == Tensor::of<std::int32_t>({1, 1, 1}, {9}));
  CHECK(pooled("MaxPool", "SAME") == Tensor::of<std::int32_t>({1, 2, 1}, {9, 2}));
  CHECK(pooled("AveragePool", "valid") == Tensor::full({1, 1, 1}, 7.0f));
}

TEST_CASE("Logarithms of sums hold for infinite numbers", "[keras]") {
  const Tensor rows =
      Tensor::of<float>({3, 2}, {-kInfinity, -kInfinity, kInfinity, 0, 0, -kInfinity});
  CHECK(of_x("math.Logsumexp", rows, R"(, "axis": -1)") == floats({-kInfinity, kInfinity, 0}));
  const Tensor sums = of_pair("numpy.Logaddexp", floats({-kInfinity, kInfinity, -kInfinity, 0}),
                              floats({-kInfinity, kInfinity, 3, 0}));
  CHECK(first_apart(sums, floats({-kInfinity, kInfinity, 3, std::log(2.0f)}), 1e-7, 1) == "");
}

TEST_CASE("Small and large numbers keep their digits", "[keras]") {
  const auto near = [](const Tensor& got, float expected) {
    const float number = got.data<float>()[0];
    INFO(number << ", expected " << expected);
    return std::abs(number - expected) <= 2e-6f * std::abs(expected);
  };
  for (const float x : {1e-8f, -1e-8f, 1e-3f, 0.0499f, -0.0501f, 0.29f, 0.31f, 0.7f, 2.5f}) {
    INFO("x = " << x);
    CHECK(near(of_x("numpy.Expm1", floats({x})), std::expm1(x)));
    CHECK(near(of_x("numpy.Sinh", floats({x})), std::sinh(x)));
    CHECK(near(of_x("numpy.Cosh", floats({x})), std::cosh(x)));
    CHECK(near(of_x("numpy.Log1p", floats({x})), std::log1p(x)));
    CHECK(near(of_x("math.Erf", floats({x})), std::erf(x)));
    CHECK(near(of_x("math.Erfc", floats({x})), std::erfc(x)));
  }
  CHECK(near(of_x("numpy.Sinh", floats({89})), 2.2448061e38f));
  CHECK(near(of_x("math.Erfc", floats({5})), 1.5374597e-12f));
  CHECK(of_x("math.Erf", floats({kInfinity, -kInfinity, 0})) == floats({1, -1, 0}));
  CHECK(of_x("numpy.Log1p", floats({kInfinity, -1, 0})) == floats({kInfinity, -kInfinity, 0}));
}

TEST_CASE("What a division leaves is exact", "[keras]") {
  const Tensor a = floats({1e8f, -1e8f, 7, -7, 5, -5, 6, 0});
  const Tensor b = floats({3, 3, -2.5f, -2.5f, kInfinity, kInfinity, 3, 2});
  CHECK(of_pair("numpy.Mod", a, b) == floats({1, 2, -0.5f, -2, 5, kInfinity, 0, 0}));
  CHECK(of_pair("numpy.Fmod", a, b) == floats({1, -1, 2, -2, 5, -5, 0, 0}));
  const Tensor i = whole({7, -7, 7, -7, 5, 6}), k = whole({3, 3, -3, -3, 0, 3});
  CHECK(of_pair("numpy.Mod", i, k) == whole({1, 2, -2, -1, 0, 0}));
  CHECK(of_pair("numpy.Fmod", i, k) == whole({1, -1, 1, -1, 0, 0}));
  CHECK(of_pair("numpy.FloorDivide", i, k) == whole({2, -3, -3, 2, 0, 2}));
}

TEST_CASE("A floor division counts how often all of the divisor is there", "[keras]") {
  const Tensor a = floats({1, 3, -1, 7, -7, 6, -1});
  const Tensor b = floats({0.1f, 0.1f, 0.1f, -2.5f, -2.5f, 3, kInfinity});
  CHECK(of_pair("numpy.FloorDivide", a, b) == floats({9, 29, -10, -3, 2, 2, -1}));
  const Tensor by_zero = of_pair("numpy.FloorDivide", floats({1, -1, 0}), floats({0, 0, 0}));
  CHECK(by_zero.data<float>()[0] == kInfinity);
  CHECK(by_zero.data<float>()[1] == -kInfinity);
  CHECK(std::isnan(by_zero.data<float>()[2]));
}

TEST_CASE("A long side does not overflow, and an endless one counts beside NaN", "[keras]") {
  const Tensor a = floats({3e30f, 0, NAN, kInfinity, NAN}),
               b = floats({4e30f, 0, 1, NAN, -kInfinity});
  const Tensor y = of_pair("numpy.Hypot", a, b);
  CHECK(y.data<float>()[0] == Approx(5e30f));
  CHECK(y.data<float>()[1] == 0);
  CHECK(std::isnan(y.data<float>()[2]));
  CHECK(y.data<float>()[3] == kInfinity);
  CHECK(y.data<float>()[4] == kInfinity);
}

TEST_CASE("Sums of bytes do not wrap", "[keras]") {
  const Tensor x = bytes({200, 200, 200});
  for (const char* function : {"numpy.Sum", "numpy.Nansum"}) {
    CHECK(of_x(function, x).cast(DType::int64) == Tensor::of<std::int64_t>({}, {600}));
  }
  const Tensor square = Tensor::full<std::uint8_t>({3, 3}, 200);
  CHECK(of_x("numpy.Trace", square).cast(DType::int64) == Tensor::of<std::int64_t>({}, {600}));
  CHECK(of_x("numpy.Nanmax", bytes({1}).cast(DType::boolean)).dtype() == DType::boolean);
}

TEST_CASE("What is taken along an axis comes from its own row", "[keras]") {
  const Tensor x = Tensor::of<float>({2, 3}, {1, 2, 3, 4, 5, 6});
  const auto taken = [&](std::vector<std::int32_t> ids) {
    return result_of("numpy.TakeAlongAxis", R"({"x": {"tensor": 0}, "indices": {"tensor": 1}})",
                     {x, Tensor::of<std::int32_t>({2, 1}, ids)});
  };
  CHECK(taken({2, -3}) == Tensor::of<float>({2, 1}, {3, 4}));
  for (const auto& bad : {std::vector<std::int32_t>{3, 0}, {0, -4}, {-4, 0}}) {
    CHECK(test::error_of([&] { taken(bad); }).is(ErrorCode::out_of_range, "outside the table"));
  }
}

TEST_CASE("Two infinite sides have an angle", "[keras]") {
  constexpr float kQuarter = std::numbers::pi_v<float> / 4;
  const Tensor y = floats({kInfinity, -kInfinity, kInfinity, -kInfinity, kInfinity, 1, -1});
  const Tensor x = floats({kInfinity, kInfinity, -kInfinity, -kInfinity, 1, kInfinity, -kInfinity});
  CHECK(first_apart(of_pair("numpy.Arctan2", y, x),
                    floats({kQuarter, -kQuarter, 3 * kQuarter, -3 * kQuarter, 2 * kQuarter, 0,
                            -4 * kQuarter}),
                    1e-6, 1) == "");
}

TEST_CASE("dot sums over the last but one axis of a tensor of more than two", "[keras]") {
  const Tensor a = Tensor::of<float>({1, 2}, {1, 10});
  const Tensor b = Tensor::of<float>({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(of_pair("numpy.Dot", a, b) == Tensor::of<float>({1, 2, 2}, {31, 42, 75, 86}));
}

TEST_CASE("A diagonal does not see what is beside it", "[keras]") {
  const Tensor x = Tensor::of<float>({2, 2}, {1, NAN, kInfinity, 2});
  const auto einsum = [&](const std::string& subscripts) {
    return result_of("numpy.Einsum",
                     R"({"operands": [{"tensor": 0}], "subscripts": ")" + subscripts + R"("})",
                     {x});
  };
  CHECK(einsum("ii->i") == floats({1, 2}));
  CHECK(einsum("ii") == Tensor::full({}, 3.0f));
}

TEST_CASE("An array has the dtype that it says, a number of Python's that of its tensor",
          "[keras]") {
  const auto sum = [](const std::string& other) {
    return result_of("numpy.Add", R"({"x1": {"tensor": 0}, "x2": )" + other + "}",
                     {bytes({44, 1})});
  };
  CHECK(sum("2") == bytes({46, 3}));
  CHECK(sum(R"({"array": [300, 1]})") == whole({344, 2}));
  CHECK(sum(R"({"array": [1, 2], "dtype": "uint8"})") == bytes({45, 3}));
  CHECK(sum(R"({"array": [1, 2], "dtype": "int32"})") == whole({45, 3}));
  CHECK(sum(R"({"array": [1, 2], "dtype": "int64"})") == whole({45, 3}).cast(DType::int64));
  CHECK(sum(R"({"array": [1, 2], "dtype": "float64"})") == floats({45, 3}));
  CHECK(error_of([&] {
          sum(R"({"array": [1, 2], "dtype": "string"})");
        }).is(ErrorCode::unsupported, "an array of texts"));
}

}  // namespace linnet::test
