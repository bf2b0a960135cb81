// Truth: comparison, logic, choice.
#include <limits>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

using ops::CompareKind;

template <CompareKind kKind, bool kSwapped = false>
Values compare(const Arguments& in) {
  auto [a, b] = in.alike("x1", "x2");
  if (kKind == CompareKind::less || kKind == CompareKind::less_equal) {
    a = counted(a);
    b = counted(b);
  }
  return {kSwapped ? ops::compare(kKind, b, a) : ops::compare(kKind, a, b)};
}

template <CompareKind kKind>
Values logical(const Arguments& in) {
  return {ops::compare(kKind, truth(in.value("x1")), truth(in.value("x2")))};
}

Values logical_not(const Arguments& in) { return {ops::logical_not(truth(in.value("x")))}; }

template <bool kAll>
Values reduced_truth(const Arguments& in) {
  const Value x = ops::cast(truth(in.value("x")), DType::float32);
  const auto reduce = kAll ? ops::reduce_min : ops::reduce_max;
  return {truth(reduce(x, in.axes("axis"), in.flag("keepdims")))};
}

Values where(const Arguments& in) {
  const auto [a, b] = in.alike("x1", "x2");
  return {ops::select(truth(in.value("condition")), a, b)};
}

/// What stands beside the first condition that holds.
Values select(const Arguments& in) {
  const Values conditions = in.values("condlist"), choices = in.values("choicelist");
  if (conditions.size() != choices.size() || choices.empty()) {
    fail(ErrorCode::invalid_argument, "expected as many choices as conditions");
  }
  Value y =
      ops::cast(in.has("default") ? in.value("default") : ops::constant(0.0f), choices[0].dtype());
  for (std::size_t i = choices.size(); i-- > 0;)
    y = ops::select(truth(conditions[i]), choices[i], y);
  return {y};
}

Value is_nan(const Value& x) { return ops::compare(CompareKind::not_equal, x, x); }

Values is_nan(const Arguments& in) { return {is_nan(in.floats("x"))}; }

/// |x| beside infinity, of which NaN is neither less nor equal.
Value beside_infinity(CompareKind kind, const Value& x) {
  const Value size = ops::unary(ops::UnaryKind::abs, x);
  return ops::compare(kind, size, ops::constant(std::numeric_limits<float>::infinity()));
}

template <CompareKind kKind>
Values beside_infinity(const Arguments& in) {
  return {beside_infinity(kKind, in.floats("x"))};
}

Values nan_to_num(const Arguments& in) {
  const Value x = in.value("x");
  for (const char* name : {"nan", "posinf", "neginf"}) in.find(name);
  if (x.dtype() != DType::float32) return {x};
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr double kMost = std::numeric_limits<float>::max();
  const auto number = [&](std::string_view name, double otherwise) {
    return ops::constant(static_cast<float>(in.number(name, otherwise)));
  };
  const Value up = ops::compare(CompareKind::equal, x, ops::constant(kInfinity));
  const Value down = ops::compare(CompareKind::equal, x, ops::constant(-kInfinity));
  Value y = ops::select(is_nan(x), number("nan", 0), x);
  y = ops::select(up, number("posinf", kMost), y);
  return {ops::select(down, number("neginf", -kMost), y)};
}

/// The larger (max) or smaller of two, of which NaN is none.
template <bool kMax>
Values extreme(const Arguments& in) {
  const auto [a, b] = in.alike("x1", "x2");
  if (a.dtype() == DType::boolean) {
    return {ops::compare(kMax ? CompareKind::logical_or : CompareKind::logical_and, a, b)};
  }
  const Value both = kMax ? ops::maximum(a, b) : ops::minimum(a, b);
  if (a.dtype() != DType::float32) return {both};
  return {ops::select(is_nan(a), b, ops::select(is_nan(b), a, both))};
}

Value is_nan_of(const Value& x) { return ops::compare(CompareKind::not_equal, x, x); }

/// |x1 - x2| <= atol + rtol |x2|, or equal, as infinities are.
Values is_close(const Arguments& in) {
  const Value a = in.floats("x1"), b = in.floats("x2");
  const auto rtol = static_cast<float>(in.number("rtol", 1e-5)),
             atol = static_cast<float>(in.number("atol", 1e-8));
  const auto size = [](const Value& x) { return ops::unary(ops::UnaryKind::abs, x); };
  const Value near = ops::compare(CompareKind::less_equal, size(ops::subtract(a, b)),
                                  ops::affine(size(b), rtol, atol));
  const Value close = ops::compare(CompareKind::logical_or,
                                   ops::compare(CompareKind::logical_and, near, is_finite(b)),
                                   ops::compare(CompareKind::equal, a, b));
  if (!in.flag("equal_nan")) return {close};
  const Value nans = ops::compare(CompareKind::logical_and, is_nan_of(a), is_nan_of(b));
  return {ops::compare(CompareKind::logical_or, close, nans)};
}

template <int kSign>
Values is_endless_one(const Arguments& in) {
  return {ops::compare(CompareKind::equal, in.floats("x"),
                       ops::constant(kSign * std::numeric_limits<float>::infinity()))};
}

constexpr OperationInfo kComparisonTable[] = {
    {"numpy.Equal", "x1 x2", compare<CompareKind::equal>},
    {"numpy.NotEqual", "x1 x2", compare<CompareKind::not_equal>},
    {"numpy.Less", "x1 x2", compare<CompareKind::less>},
    {"numpy.LessEqual", "x1 x2", compare<CompareKind::less_equal>},
    {"numpy.Greater", "x1 x2", compare<CompareKind::less, true>},
    {"numpy.GreaterEqual", "x1 x2", compare<CompareKind::less_equal, true>},
    {"numpy.LogicalAnd", "x1 x2", logical<CompareKind::logical_and>},
    {"numpy.LogicalOr", "x1 x2", logical<CompareKind::logical_or>},
    {"numpy.LogicalXor", "x1 x2", logical<CompareKind::not_equal>},
    {"numpy.LogicalNot", "x", logical_not},
    {"numpy.Any", "x", reduced_truth<false>},
    {"numpy.All", "x", reduced_truth<true>},
    {"numpy.Where", "condition x1 x2", where},
    {"numpy.Isnan", "x", is_nan},
    {"numpy.Isfinite", "x", beside_infinity<CompareKind::less>},
    {"numpy.Isinf", "x", beside_infinity<CompareKind::equal>},
    {"numpy.NanToNum", "x", nan_to_num},
    {"numpy.Fmax", "x1 x2", extreme<true>},
    {"numpy.Fmin", "x1 x2", extreme<false>},
    {"numpy.Select", "condlist choicelist default", select},
    {"numpy.Isclose", "x1 x2 rtol atol", is_close},
    {"numpy.Isposinf", "x", is_endless_one<1>},
    {"numpy.Isneginf", "x", is_endless_one<-1>},
};

}  // namespace

Value is_finite(const Value& x) { return beside_infinity(CompareKind::less, x); }

std::span<const OperationInfo> comparison_operations() { return kComparisonTable; }

}  // namespace linnet::inline v0::detail
