// Functions of each element: arithmetic, powers, exponentials, rounding.
#include <cmath>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <numbers>

#include "operations/operations.hpp"
#include "ops/stop_gradient.hpp"

namespace linnet::inline v0::detail {

namespace {

using ops::BinaryKind;
using ops::UnaryKind;

/// Truth as a number, which Keras computes with.
Value counted(const Value& x) {
  return x.dtype() == DType::boolean ? ops::cast(x, DType::int32) : x;
}

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
  if (exponent == 2.0) {
    const Value x = counted(in.value("x1"));
    if (x.dtype() == DType::float32) return {ops::unary(UnaryKind::square, x)};
    return {ops::multiply(x, x)};
  }
  if (exponent == 0.5) return {ops::unary(UnaryKind::sqrt, in.floats("x1"))};
  return binary<BinaryKind::power>(in);
}

Value floor_of(const Value& x) { return ops::unary(UnaryKind::floor, x); }

/// q = floor(a / b) and what is left, a - q b, which has the sign of b. By 0 an integer gives 0.
std::pair<Value, Value> divided(const Arguments& in) {
  using enum ops::CompareKind;
  const auto [given_a, given_b] = in.alike("x1", "x2");
  const Value a = counted(given_a), b = counted(given_b);
  const auto left = [&](const Value& q) { return ops::subtract(a, ops::multiply(q, b)); };
  Value quotient = ops::divide(a, b);
  if (a.dtype() == DType::float32) {
    quotient = floor_of(quotient);
    return {quotient, left(quotient)};
  }
  // The op rounds towards 0: one too many where a rest has another sign than b.
  const Value zero = ops::constant(Tensor(a.dtype(), {}));
  Value rest = ops::select(ops::compare(equal, b, zero), zero, left(quotient));
  const Value apart =
      ops::compare(not_equal, ops::compare(less, rest, zero), ops::compare(less, b, zero));
  const Value more =
      ops::cast(ops::compare(logical_and, apart, ops::compare(not_equal, rest, zero)), a.dtype());
  return {ops::subtract(quotient, more), ops::add(rest, ops::multiply(more, b))};
}

Values floor_divide(const Arguments& in) { return {divided(in).first}; }

Values modulo(const Arguments& in) { return {divided(in).second}; }

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
  const Value x = counted(in.value("x"));
  if (x.dtype() == DType::float32) return {ops::unary(UnaryKind::abs, x)};
  return {ops::maximum(x, ops::subtract(ops::constant(Tensor(x.dtype(), {})), x))};
}

Values square(const Arguments& in) {
  const Value x = counted(in.value("x"));
  if (x.dtype() == DType::float32) return {ops::unary(UnaryKind::square, x)};
  return {ops::multiply(x, x)};
}

/// The logarithm to the base b, as log(x) / log(b).
template <int kBase>
Values log_base(const Arguments& in) {
  const auto factor = static_cast<float>(1 / std::log(static_cast<double>(kBase)));
  return {ops::affine(ops::unary(UnaryKind::log, in.floats("x")), factor)};
}

Values exp2(const Arguments& in) {
  return {ops::unary(UnaryKind::exp, ops::affine(in.floats("x"), std::log(2.0f)))};
}

Values log1p(const Arguments& in) {
  return {ops::unary(UnaryKind::log, ops::affine(in.floats("x"), 1, 1))};
}

Values expm1(const Arguments& in) {
  return {ops::affine(ops::unary(UnaryKind::exp, in.floats("x")), 1, -1)};
}

Values rsqrt(const Arguments& in) {
  return {ops::unary(UnaryKind::reciprocal, ops::unary(UnaryKind::sqrt, in.floats("x")))};
}

/// (e^x + sign e^-x) / 2
template <int kSign>
Values hyperbolic(const Arguments& in) {
  const Value x = in.floats("x");
  const Value up = ops::unary(UnaryKind::exp, x);
  const Value down = ops::affine(ops::unary(UnaryKind::exp, ops::affine(x, -1)), kSign);
  return {ops::affine(ops::add(up, down), 0.5f)};
}

Values tangent(const Arguments& in) {
  const Value x = in.floats("x");
  return {ops::divide(ops::unary(UnaryKind::sin, x), ops::unary(UnaryKind::cos, x))};
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
Value truncated(const Value& x) {
  return ops::multiply(ops::unary(UnaryKind::sign, x), floor_of(ops::unary(UnaryKind::abs, x)));
}

Values truncate(const Arguments& in) {
  const Value x = in.value("x");
  return {x.dtype() == DType::float32 ? truncated(x) : x};
}

/// a - b trunc(a / b): it has the sign of a.
Values remainder(const Arguments& in) {
  const auto [given_a, given_b] = in.alike("x1", "x2");
  const Value a = counted(given_a), b = counted(given_b), quotient = ops::divide(a, b);
  if (a.dtype() == DType::float32) {
    return {ops::subtract(a, ops::multiply(truncated(quotient), b))};
  }
  const Value zero = ops::constant(Tensor(a.dtype(), {}));  // the op rounds towards 0
  const Value rest = ops::subtract(a, ops::multiply(quotient, b));
  return {ops::select(ops::compare(ops::CompareKind::equal, b, zero), zero, rest)};
}

Values hypotenuse(const Arguments& in) {
  const auto squared = [&](const char* name) {
    return ops::unary(UnaryKind::square, in.floats(name));
  };
  return {ops::unary(UnaryKind::sqrt, ops::add(squared("x1"), squared("x2")))};
}

/// x times a factor.
Values degrees_to_radians(const Arguments& in) {
  return {ops::affine(in.floats("x"), std::numbers::pi_v<float> / 180)};
}
Values radians_to_degrees(const Arguments& in) {
  return {ops::affine(in.floats("x"), 180 / std::numbers::pi_v<float>)};
}

Values cube_root(const Arguments& in) {
  const Value x = in.floats("x");
  const Value root = ops::power(ops::unary(UnaryKind::abs, x), ops::constant(1.0f / 3));
  return {ops::multiply(ops::unary(UnaryKind::sign, x), root)};
}

/// 2 Phi(x sqrt(2)) - 1, Phi read off gelu(z) = z Phi(z); near 0 the tangent.
Values erf(const Arguments& in) {
  const Value x = in.floats("x");
  const Value one = ops::constant(1.0f);
  const Value z = ops::affine(x, std::sqrt(2.0f));
  const Value small =
      ops::compare(ops::CompareKind::less, ops::unary(UnaryKind::abs, x), ops::constant(1e-3f));
  const Value safe = ops::select(small, one, z);
  const Value phi = ops::divide(ops::activate(ops::ActivationKind::gelu, safe), safe);
  return {ops::select(small, ops::affine(x, 1.1283792f), ops::affine(phi, 2, -1))};
}

Values erf_complement(const Arguments& in) { return {ops::affine(erf(in)[0], -1, 1)}; }

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

/// max(a, b) + log(1 + e^-|a - b|)
Values logaddexp(const Arguments& in) {
  const Value a = in.floats("x1"), b = in.floats("x2");
  const Value apart = ops::unary(UnaryKind::abs, ops::subtract(a, b));
  return {ops::add(ops::maximum(a, b),
                   ops::activate(ops::ActivationKind::softplus, ops::affine(apart, -1)))};
}

Values squared_difference(const Arguments& in) {
  const auto [a, b] = in.alike("x1", "x2");
  const Value difference = ops::subtract(counted(a), counted(b));
  return {ops::multiply(difference, difference)};
}

/// For |x| <= tan(pi / 8) a polynomial; others are turned by 45 or 90 degrees first.
Value arctangent(const Value& x) {
  using enum ops::CompareKind;
  constexpr float kPi = std::numbers::pi_v<float>;
  const auto number = [](float value) { return ops::constant(value); };
  const Value sign = ops::unary(UnaryKind::sign, x), size = ops::unary(UnaryKind::abs, x);
  const Value far = ops::compare(less, number(2.4142135f), size);
  const Value beyond = ops::compare(less, number(0.41421357f), size);
  const Value half = ops::divide(ops::affine(size, 1, -1), ops::affine(size, 1, 1));
  const Value other = ops::divide(number(-1), ops::select(far, x, number(1)));
  const Value t = ops::select(far, other, ops::select(beyond, ops::multiply(sign, half), x));
  const Value turn =
      ops::select(far, number(kPi / 2), ops::select(beyond, number(kPi / 4), number(0)));
  const Value z = ops::unary(UnaryKind::square, t);
  Value series = number(8.05374449538e-2f);
  for (const float next : {-1.38776856032e-1f, 1.99777106478e-1f, -3.33329491539e-1f}) {
    series = ops::add(ops::multiply(series, z), number(next));
  }
  const Value small = ops::add(t, ops::multiply(ops::multiply(series, z), t));
  return ops::add(ops::multiply(sign, turn), small);
}

Values arctan(const Arguments& in) { return {arctangent(in.floats("x"))}; }

/// The angle of (x2, x1), from -pi to pi.
Values arctan2(const Arguments& in) {
  using enum ops::CompareKind;
  constexpr float kPi = std::numbers::pi_v<float>;
  const Value y = in.floats("x1"), x = in.floats("x2"), zero = ops::constant(0.0f);
  const Value upright = ops::compare(equal, x, zero);
  const Value angle = arctangent(ops::divide(y, ops::select(upright, ops::constant(1.0f), x)));
  const Value half_turn =
      ops::select(ops::compare(less, y, zero), ops::constant(-kPi), ops::constant(kPi));
  const Value behind = ops::select(ops::compare(less, x, zero), half_turn, zero);
  return {ops::select(upright, ops::affine(ops::unary(UnaryKind::sign, y), kPi / 2),
                      ops::add(angle, behind))};
}

Values cast(const Arguments& in) {
  const Value x = in.value("x");
  const DType dtype = in.dtype("dtype", x.dtype());
  if (dtype == DType::boolean && x.dtype() != DType::boolean) {
    return {ops::compare(ops::CompareKind::not_equal, x, ops::constant(Tensor(x.dtype(), {})))};
  }
  return {ops::cast(x, dtype)};
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
    {"numpy.Logaddexp", "x1 x2", logaddexp},
    {"math.SquaredDifference", "x1 x2", squared_difference},
    {"numpy.Negative", "x", negative},
    {"numpy.Absolute", "x", absolute},
    {"numpy.Abs", "x", absolute},
    {"numpy.Square", "x", square},
    {"numpy.Sqrt", "x", unary<UnaryKind::sqrt>},
    {"math.Rsqrt", "x", rsqrt},
    {"numpy.Reciprocal", "x", unary<UnaryKind::reciprocal>},
    {"numpy.Exp", "x", unary<UnaryKind::exp>},
    {"numpy.Exp2", "x", exp2},
    {"numpy.Expm1", "x", expm1},
    {"numpy.Log", "x", unary<UnaryKind::log>},
    {"numpy.Log1p", "x", log1p},
    {"numpy.Log2", "x", log_base<2>},
    {"numpy.Log10", "x", log_base<10>},
    {"numpy.Sign", "x", unary_alike<UnaryKind::sign>},
    {"numpy.Floor", "x", unary<UnaryKind::floor>},
    {"numpy.Ceil", "x", unary<UnaryKind::ceil>},
    {"numpy.Round", "x", round},
    {"numpy.Trunc", "x", truncate},
    {"numpy.Sin", "x", unary<UnaryKind::sin>},
    {"numpy.Cos", "x", unary<UnaryKind::cos>},
    {"numpy.Tan", "x", tangent},
    {"numpy.Arctan", "x", arctan},
    {"numpy.Arctan2", "x1 x2", arctan2},
    {"numpy.Sinh", "x", hyperbolic<-1>},
    {"numpy.Cosh", "x", hyperbolic<1>},
    {"math.Erf", "x", erf},
    {"numpy.Clip", "x", clip},
    {"core.Cast", "x", cast},
    {"core.ConvertToTensor", "x", cast},
    {"numpy.Copy", "x", same},
    {"core.StopGradient", "variable", stop_gradient},
    {"numpy.Fmod", "x1 x2", remainder},
    {"numpy.Hypot", "x1 x2", hypotenuse},
    {"numpy.Fabs", "x", unary<UnaryKind::abs>},
    {"numpy.Deg2rad", "x", degrees_to_radians},
    {"numpy.Rad2deg", "x", radians_to_degrees},
    {"numpy.Cbrt", "x", cube_root},
    {"math.Erfc", "x", erf_complement},
};

}  // namespace

std::span<const OperationInfo> arithmetic_operations() { return kArithmeticTable; }

}  // namespace linnet::inline v0::detail
