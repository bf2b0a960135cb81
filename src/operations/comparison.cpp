// Truth: comparison, logic, choice.
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

using ops::CompareKind;

/// x != 0
Value truth(const Value& x) {
  if (x.dtype() == DType::boolean) return x;
  return ops::compare(CompareKind::not_equal, x, ops::constant(Tensor(x.dtype(), {})));
}

template <CompareKind kKind, bool kSwapped = false>
Values compare(const Arguments& in) {
  auto [a, b] = in.alike("x1", "x2");
  const bool ordered = kKind == CompareKind::less || kKind == CompareKind::less_equal;
  if (ordered && a.dtype() == DType::boolean) {
    a = ops::cast(a, DType::int32);
    b = ops::cast(b, DType::int32);
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
  return {truth(reduce(x, in.integers("axis"), in.flag("keepdims")))};
}

Values where(const Arguments& in) {
  const auto [a, b] = in.alike("x1", "x2");
  return {ops::select(truth(in.value("condition")), a, b)};
}

Values is_nan(const Arguments& in) {
  const Value x = in.floats("x");
  return {ops::compare(CompareKind::not_equal, x, x)};
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
};

}  // namespace

std::span<const OperationInfo> comparison_operations() { return kComparisonTable; }

}  // namespace linnet::inline v0::detail
