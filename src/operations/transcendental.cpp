// Functions of each element that several ops make: exponentials, logarithms, angles.
#include <cmath>
#include <limits>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <numbers>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

using ops::UnaryKind;

/// The logarithm to the base b, as log(x) / log(b).
template <int kBase>
Values log_base(const Arguments& in) {
  const auto factor = static_cast<float>(1 / std::log(static_cast<double>(kBase)));
  return {ops::affine(ops::unary(UnaryKind::log, in.floats("x")), factor)};
}

Values exp2(const Arguments& in) {
  return {ops::unary(UnaryKind::exp, ops::affine(in.floats("x"), std::log(2.0f)))};
}

/// ((first x + next) x + next) ...
Value polynomial(const Value& x, float first, std::initializer_list<float> more) {
  Value y = ops::constant(first);
  for (const float next : more) y = ops::add(ops::multiply(y, x), ops::constant(next));
  return y;
}

/// x series(x) where |x| < limit, else other(x), which loses the digits of small numbers. Neither
/// sees the other's numbers, so that no gradient is NaN.
template <class Series, class Other>
Value near_zero(const Value& x, float limit, Series series, Other other) {
  const Value small =
      ops::compare(ops::CompareKind::less, ops::unary(UnaryKind::abs, x), ops::constant(limit));
  const Value near = ops::select(small, x, ops::constant(0.0f));
  const Value far = ops::select(small, ops::constant(1.0f), x);
  return ops::select(small, ops::multiply(near, series(near)), other(far));
}

Values log1p(const Arguments& in) {
  return {near_zero(
      in.floats("x"), 0.05f,
      [](const Value& x) {
        return polynomial(x, 0.2f, {-0.25f, 1.0f / 3, -0.5f, 1});
      },
      [](const Value& x) { return ops::unary(UnaryKind::log, ops::affine(x, 1, 1)); })};
}

Values expm1(const Arguments& in) {
  return {near_zero(
      in.floats("x"), 0.05f,
      [](const Value& x) {
        return polynomial(x, 1.0f / 24, {1.0f / 6, 0.5f, 1});
      },
      [](const Value& x) { return ops::affine(ops::unary(UnaryKind::exp, x), 1, -1); })};
}

/// e^x / 2, which is less than infinity where e^x is not.
Value half_power(const Value& x) {
  const Value root = ops::unary(UnaryKind::exp, ops::affine(x, 0.5f));
  return ops::multiply(ops::affine(root, 0.5f), root);
}

Values cosh(const Arguments& in) {
  const Value x = in.floats("x");
  return {ops::add(half_power(x), half_power(ops::affine(x, -1)))};
}

Values sinh(const Arguments& in) {
  return {near_zero(
      in.floats("x"), 0.3f,
      [](const Value& x) {
        return polynomial(ops::unary(UnaryKind::square, x), 1.0f / 5040, {1.0f / 120, 1.0f / 6, 1});
      },
      [](const Value& x) { return ops::subtract(half_power(x), half_power(ops::affine(x, -1))); })};
}

Values tangent(const Arguments& in) {
  const Value x = in.floats("x");
  return {ops::divide(ops::unary(UnaryKind::sin, x), ops::unary(UnaryKind::cos, x))};
}

/// x times a factor.
Values degrees_to_radians(const Arguments& in) {
  return {ops::affine(in.floats("x"), std::numbers::pi_v<float> / 180)};
}
Values radians_to_degrees(const Arguments& in) {
  return {ops::affine(in.floats("x"), 180 / std::numbers::pi_v<float>)};
}

/// 2 Phi(x sqrt(2)), Phi read off gelu(z) = z Phi(z), which is not asked at 0 or infinity.
Value twice_normal(const Value& x) {
  const Value bounded = ops::minimum(ops::maximum(x, ops::constant(-10.0f)), ops::constant(10.0f));
  const Value z = ops::affine(bounded, std::numbers::sqrt2_v<float>);
  return ops::affine(ops::divide(ops::activate(ops::ActivationKind::gelu, z), z), 2);
}

Value erf_of(const Value& x) {
  return near_zero(
      x, 0.3f,
      [](const Value& near) {
        constexpr float kSlope = 2 * std::numbers::inv_sqrtpi_v<float>;
        return polynomial(ops::unary(UnaryKind::square, near), kSlope / 216,
                          {-kSlope / 42, kSlope / 10, -kSlope / 3, kSlope});
      },
      [](const Value& far) { return ops::affine(twice_normal(far), 1, -1); });
}

Values erf(const Arguments& in) { return {erf_of(in.floats("x"))}; }

/// 1 - erf(x), and where little of it is left, what the normal distribution has beyond.
Values erf_complement(const Arguments& in) {
  const Value x = in.floats("x"), limit = ops::constant(0.5f);
  const Value large = ops::compare(ops::CompareKind::less, limit, x);
  const Value beyond = twice_normal(ops::affine(ops::select(large, x, limit), -1));
  return {ops::select(large, beyond, ops::affine(erf_of(x), -1, 1))};
}

/// max(a, b) + log(1 + e^-|a - b|); what is equal, infinity too, is not apart.
Values logaddexp(const Arguments& in) {
  const Value a = in.floats("x1"), b = in.floats("x2");
  const Value apart = ops::select(ops::compare(ops::CompareKind::equal, a, b), ops::constant(0.0f),
                                  ops::unary(UnaryKind::abs, ops::subtract(a, b)));
  return {ops::add(ops::maximum(a, b),
                   ops::activate(ops::ActivationKind::softplus, ops::affine(apart, -1)))};
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
  const Value series =
      polynomial(z, 8.05374449538e-2f, {-1.38776856032e-1f, 1.99777106478e-1f, -3.33329491539e-1f});
  const Value small = ops::add(t, ops::multiply(ops::multiply(series, z), t));
  return ops::add(ops::multiply(sign, turn), small);
}

Values arctan(const Arguments& in) { return {arctangent(in.floats("x"))}; }

Value is_endless(const Value& x) {
  return ops::compare(ops::CompareKind::equal, ops::unary(UnaryKind::abs, x),
                      ops::constant(std::numeric_limits<float>::infinity()));
}

/// The angle of (x2, x1), from -pi to pi.
Values arctan2(const Arguments& in) {
  using enum ops::CompareKind;
  constexpr float kPi = std::numbers::pi_v<float>;
  Value y = in.floats("x1"), x = in.floats("x2");
  const Value zero = ops::constant(0.0f);
  const Value endless = ops::compare(logical_and, is_endless(y), is_endless(x));
  y = ops::select(endless, ops::unary(UnaryKind::sign, y), y);  // two infinities have no quotient
  x = ops::select(endless, ops::unary(UnaryKind::sign, x), x);
  const Value upright = ops::compare(equal, x, zero);
  const Value angle = arctangent(ops::divide(y, ops::select(upright, ops::constant(1.0f), x)));
  const Value half_turn =
      ops::select(ops::compare(less, y, zero), ops::constant(-kPi), ops::constant(kPi));
  const Value behind = ops::select(ops::compare(less, x, zero), half_turn, zero);
  return {ops::select(upright, ops::affine(ops::unary(UnaryKind::sign, y), kPi / 2),
                      ops::add(angle, behind))};
}

constexpr OperationInfo kTranscendentalTable[] = {
    {"numpy.Exp2", "x", exp2},
    {"numpy.Expm1", "x", expm1},
    {"numpy.Log1p", "x", log1p},
    {"numpy.Log2", "x", log_base<2>},
    {"numpy.Log10", "x", log_base<10>},
    {"numpy.Tan", "x", tangent},
    {"numpy.Arctan", "x", arctan},
    {"numpy.Arctan2", "x1 x2", arctan2},
    {"numpy.Sinh", "x", sinh},
    {"numpy.Cosh", "x", cosh},
    {"math.Erf", "x", erf},
    {"math.Erfc", "x", erf_complement},
    {"numpy.Logaddexp", "x1 x2", logaddexp},
    {"numpy.Deg2rad", "x", degrees_to_radians},
    {"numpy.Rad2deg", "x", radians_to_degrees},
};

}  // namespace

std::span<const OperationInfo> transcendental_operations() { return kTranscendentalTable; }

}  // namespace linnet::inline v0::detail
