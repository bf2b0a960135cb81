// Functions of each element: arithmetic, powers, rounding.
#include <cmath>
#include <limits>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>

#include "operations/operations.hpp"
#include "ops/remainder.hpp"
#include "ops/stop_gradient.hpp"

namespace linnet::inline v0::detail {

namespace {

using ops::BinaryKind;
using ops::UnaryKind;

/// Of truth, sum and maximum say whether either is true, product and minimum whether both are.
template <BinaryKind kKind>
Values binary(const Arguments& in) {
  const auto [a, b] = in.alike("x1", "x2");
  if (a.dtype() == DType::boolean) {
    if (kKind == BinaryKind::add || kKind == BinaryKind::maximum) {
      return {ops::compare(ops::CompareKind::logical_or, a, b)};
    }
    if (kKind == BinaryKind::multiply || kKind == BinaryKind::minimum) {
      return {ops::compare(ops::CompareKind::logical_and, a, b)};
    }
  }
  return {apply(ops::Binary{kKind}, {counted(a), counted(b)})};
}

/// a x + b for numbers a and b, if one side is a number and the other a tensor of floats.
template <BinaryKind kKind>
Values linear(const Arguments& in) {
  const std::optional<double> left = in.scalar("x1"), right = in.scalar("x2");
  if (left.has_value() == right.has_value()) return binary<kKind>(in);
  const Value x = in.value(left ? "x2" : "x1");
  if (x.dtype() != DType::float32) return binary<kKind>(in);
  const auto c = static_cast<float>(left ? *left : *right);
  if (kKind == BinaryKind::multiply) return {ops::affine(x, c)};
  if (kKind == BinaryKind::add) return {ops::affine(x, 1, c)};
  return {left ? ops::affine(x, -1, c) : ops::affine(x, 1, -c)};
}

Values divide(const Arguments& in) { return {ops::divide(in.floats("x1"), in.floats("x2"))}; }

/// 0 where the divisor is 0.
Values divide_no_nan(const Arguments& in) {
  const Value a = in.floats("x1"), b = in.floats("x2");
  const Value none = ops::compare(ops::CompareKind::equal, b, ops::constant(0.0f));
  const Value safe = ops::select(none, ops::constant(1.0f), b);
  return {ops::select(none, ops::constant(0.0f), ops::divide(a, safe))};
}

Values power(const Arguments& in) {
  const std::optional<double> exponent = in.scalar("x2");
  if (exponent == 2.0) {  // 2 leaves integers what they are, 2.0 does not
    const bool whole = in.at("x2").is_integer();
    const Value x = whole ? counted(in.value("x1")) : in.floats("x1");
    if (x.dtype() == DType::float32) return {ops::unary(UnaryKind::square, x)};
    return {ops::multiply(x, x)};
  }
  if (exponent == 0.5) return {ops::unary(UnaryKind::sqrt, in.floats("x1"))};
  return binary<BinaryKind::power>(in);
}

/// What division rounded towards 0 leaves of a: it has a's sign. By 0 an integer leaves 0.
Value rest_of(const Value& a, const Value& b) {
  if (a.dtype() == DType::float32) return apply(ops::Remainder{}, {a, b});
  const Value zero = ops::constant(Tensor(a.dtype(), {}));
  return ops::select(ops::compare(ops::CompareKind::equal, b, zero), zero,
                     ops::subtract(a, ops::multiply(ops::divide(a, b), b)));
}

/// True where something is left that has another sign than b: there the division rounded up.
Value rounded_up(const Value& rest, const Value& b) {
  using enum ops::CompareKind;
  const Value zero = ops::constant(Tensor(b.dtype(), {}));
  const Value apart =
      ops::compare(not_equal, ops::compare(less, rest, zero), ops::compare(less, b, zero));
  return ops::compare(logical_and, apart, truth(rest));
}

/// x1 and x2 as numbers of one dtype.
std::pair<Value, Value> number_pair(const Arguments& in) {
  const auto [a, b] = in.alike("x1", "x2");
  return {counted(a), counted(b)};
}

Values remainder(const Arguments& in) {
  const auto [a, b] = number_pair(in);
  return {rest_of(a, b)};
}

Values modulo(const Arguments& in) {
  const auto [a, b] = number_pair(in);
  const Value rest = rest_of(a, b);
  return {ops::select(rounded_up(rest, b), ops::add(rest, b), rest)};
}

Values floor_divide(const Arguments& in) {
  const auto [a, b] = number_pair(in);
  const Value rest = rest_of(a, b);
  Value quotient = ops::divide(a, b);
  if (a.dtype() == DType::float32) {  // floor(1 / 0.1f) is 10, but 0.1f goes into 1 only 9 times
    // By 0 there is no rest, and the quotient is infinite.
    const Value zero = ops::compare(ops::CompareKind::equal, b, ops::constant(0.0f));
    const Value whole = ops::select(zero, a, ops::subtract(a, rest));
    quotient = ops::unary(UnaryKind::round, ops::divide(whole, b));
  }
  return {ops::subtract(quotient, ops::cast(rounded_up(rest, b), a.dtype()))};
}

template <UnaryKind kKind>
Values unary(const Arguments& in) {
  return {ops::unary(kKind, in.floats("x"))};
}

/// A unary function that leaves integers integers.
template <UnaryKind kKind>
Values unary_alike(const Arguments& in) {
  const Value x = counted(in.value("x"));
  return {ops::cast(ops::unary(kKind, ops::cast(x, DType::float32)), x.dtype())};
}

Values negative(const Arguments& in) {
  const Value x = counted(in.value("x"));
  if (x.dtype() == DType::float32) return {ops::affine(x, -1)};
  return {ops::subtract(ops::constant(Tensor(x.dtype(), {})), x)};
}

Values absolute(const Arguments& in) {
  const Value x = in.value("x");
  if (x.dtype() == DType::boolean || x.dtype() == DType::uint8) return {x};
  if (x.dtype() == DType::float32) return {ops::unary(UnaryKind::abs, x)};
  return {ops::maximum(x, ops::subtract(ops::constant(Tensor(x.dtype(), {})), x))};
}

Values square(const Arguments& in) {
  const Value x = counted(in.value("x"));
  if (x.dtype() == DType::float32) return {ops::unary(UnaryKind::square, x)};
  return {ops::multiply(x, x)};
}

Values rsqrt(const Arguments& in) {
  return {ops::unary(UnaryKind::reciprocal, ops::unary(UnaryKind::sqrt, in.floats("x")))};
}

/// Integers stay what they are, but for tens and hundreds (decimals -1, -2): these go through
/// float32, which holds them exactly up to 2^24.
Values round(const Arguments& in) {
  const Index decimals = in.integer("decimals", 0);
  const Value given = in.value("x");
  if (given.dtype() != DType::float32 && decimals >= 0) return {given};
  const auto factor = static_cast<float>(std::pow(10.0, decimals));
  const Value x = ops::cast(given, DType::float32);
  if (factor == 1) return {ops::unary(UnaryKind::round, x)};
  const Value y = ops::affine(ops::unary(UnaryKind::round, ops::affine(x, factor)), 1 / factor);
  return {ops::cast(y, given.dtype())};
}

/// x without its fraction.
Values truncate(const Arguments& in) {
  const Value x = in.value("x");
  if (x.dtype() != DType::float32) return {x};
  const Value whole = ops::unary(UnaryKind::floor, ops::unary(UnaryKind::abs, x));
  return {ops::multiply(ops::unary(UnaryKind::sign, x), whole)};
}

/// sqrt(x1^2 + x2^2) by the larger, whose square may be too large for a float.
Values hypotenuse(const Arguments& in) {
  const Value a = ops::unary(UnaryKind::abs, in.floats("x1")),
              b = ops::unary(UnaryKind::abs, in.floats("x2"));
  const Value larger = ops::maximum(a, b), one = ops::constant(1.0f);
  const Value infinity = ops::constant(std::numeric_limits<float>::infinity());
  const auto either = [](const Value& p, const Value& q) {
    return ops::compare(ops::CompareKind::logical_or, p, q);
  };
  // An infinite side makes the other one count for nothing, be it NaN.
  const Value endless = either(ops::compare(ops::CompareKind::equal, a, infinity),
                               ops::compare(ops::CompareKind::equal, b, infinity));
  const Value plain =
      either(endless, ops::compare(ops::CompareKind::equal, larger, ops::constant(0.0f)));
  const Value scale = ops::select(plain, one, larger);  // 0 and infinity divide nothing
  const Value ratio = ops::divide(ops::minimum(a, b), scale);
  const Value root =
      ops::unary(UnaryKind::sqrt, ops::affine(ops::unary(UnaryKind::square, ratio), 1, 1));
  return {ops::select(endless, infinity, ops::select(plain, larger, ops::multiply(larger, root)))};
}

Values add_all(const Arguments& in) {
  const Values parts = in.values("inputs");
  if (parts.empty()) fail(ErrorCode::invalid_argument, "a sum of nothing");
  Value sum = counted(parts[0]);
  for (std::size_t i = 1; i < parts.size(); ++i) sum = ops::add(sum, counted(parts[i]));
  return {sum};
}

/// x, and where its norm along `axes` is more than clip_norm, x scaled to that norm.
Values clip_by_norm(const Arguments& in) {
  const Value x = in.floats("x"), most = in.floats("clip_norm");
  const Value squares = ops::reduce_sum(ops::unary(UnaryKind::square, x), in.axes("axes"), true);
  const Value none = ops::compare(ops::CompareKind::equal, squares, ops::constant(0.0f));
  const Value norm = ops::unary(UnaryKind::sqrt, ops::select(none, ops::constant(1.0f), squares));
  return {ops::divide(ops::multiply(x, most), ops::maximum(norm, most))};
}

Values cube_root(const Arguments& in) {
  const Value x = in.floats("x");
  const Value root = ops::power(ops::unary(UnaryKind::abs, x), ops::constant(1.0f / 3));
  return {ops::multiply(ops::unary(UnaryKind::sign, x), root)};
}

Values clip(const Arguments& in) {
  Value x = counted(in.value("x"));
  for (const std::string_view name : {"x_min", "x_max"}) {
    if (!in.has(name)) continue;
    const auto [a, b] = std::pair{x, in.value(name)};
    const DType dtype = b.dtype() == DType::float32 ? b.dtype() : a.dtype();
    const Value bound = ops::cast(b, dtype);
    x = ops::cast(a, dtype);
    x = name == "x_min" ? ops::maximum(x, bound) : ops::minimum(x, bound);
  }
  return {x};
}

Values squared_difference(const Arguments& in) {
  const auto [a, b] = number_pair(in);
  const Value difference = ops::subtract(a, b);
  return {ops::multiply(difference, difference)};
}

Values cast(const Arguments& in) {
  const Value x = in.value("x");
  const DType dtype = in.dtype("dtype", x.dtype());
  return {dtype == DType::boolean ? truth(x) : ops::cast(x, dtype)};
}

Values same(const Arguments& in) { return {in.value("x")}; }

Values stop_gradient(const Arguments& in) {
  return {apply(ops::StopGradient{}, {in.value("variable")})};
}

constexpr OperationInfo kArithmeticTable[] = {
    {"numpy.Add", "x1 x2", linear<BinaryKind::add>},
    {"numpy.Subtract", "x1 x2", linear<BinaryKind::subtract>},
    {"numpy.Multiply", "x1 x2", linear<BinaryKind::multiply>},
    {"numpy.Divide", "x1 x2", divide},
    {"numpy.TrueDivide", "x1 x2", divide},
    {"numpy.DivideNoNan", "x1 x2", divide_no_nan},
    {"numpy.FloorDivide", "x1 x2", floor_divide},
    {"numpy.Mod", "x1 x2", modulo},
    {"numpy.Power", "x1 x2", power},
    {"numpy.Maximum", "x1 x2", binary<BinaryKind::maximum>},
    {"numpy.Minimum", "x1 x2", binary<BinaryKind::minimum>},
    {"math.SquaredDifference", "x1 x2", squared_difference},
    {"math.AddN", "inputs", add_all},
    {"math.ClipByNorm", "x", clip_by_norm},
    {"numpy.Negative", "x", negative},
    {"numpy.Absolute", "x", absolute},
    {"numpy.Abs", "x", absolute},
    {"numpy.Square", "x", square},
    {"numpy.Exp", "x", unary<UnaryKind::exp>},
    {"numpy.Log", "x", unary<UnaryKind::log>},
    {"numpy.Sin", "x", unary<UnaryKind::sin>},
    {"numpy.Cos", "x", unary<UnaryKind::cos>},
    {"numpy.Sqrt", "x", unary<UnaryKind::sqrt>},
    {"math.Rsqrt", "x", rsqrt},
    {"numpy.Reciprocal", "x", unary<UnaryKind::reciprocal>},
    {"numpy.Sign", "x", unary_alike<UnaryKind::sign>},
    {"numpy.Floor", "x", unary<UnaryKind::floor>},
    {"numpy.Ceil", "x", unary<UnaryKind::ceil>},
    {"numpy.Round", "x", round},
    {"numpy.Trunc", "x", truncate},
    {"numpy.Clip", "x", clip},
    {"core.Cast", "x", cast},
    {"core.ConvertToTensor", "x", cast},
    {"numpy.Copy", "x", same},
    {"core.StopGradient", "variable", stop_gradient},
    {"numpy.Fmod", "x1 x2", remainder},
    {"numpy.Hypot", "x1 x2", hypotenuse},
    {"numpy.Fabs", "x", unary<UnaryKind::abs>},
    {"numpy.Cbrt", "x", cube_root},
};

}  // namespace

std::span<const OperationInfo> arithmetic_operations() { return kArithmeticTable; }

}  // namespace linnet::inline v0::detail
