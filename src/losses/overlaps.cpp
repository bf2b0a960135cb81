#include <algorithm>
#include <linnet/losses.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::losses {

namespace {

/// 1 - part / (whole + 1e-7)
Value missing_share(const Value& part, const Value& whole) {
  return ops::affine(ops::divide(part, ops::affine(whole, 1, 1e-7f)), -1, 1);
}

bool keeps_rows(const std::optional<std::vector<Index>>& axes, const Shape& y_pred) {
  return !axes || std::ranges::none_of(*axes, [&](Index axis) {
    return axis == 0 || axis == -Index{y_pred.rank()};
  });
}

}  // namespace

bool Dice::by_row(const Shape& y_pred) const { return keeps_rows(axis, y_pred); }
bool Tversky::by_row(const Shape& y_pred) const { return keeps_rows(axis, y_pred); }

Value Dice::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = ops::targets_like(kName, y_true, y_pred);
  const auto sum = [this](const Value& x) {
    return ops::reduce_sum(x, axis.value_or(std::vector<Index>()));
  };
  const Value common = sum(ops::multiply(t, y_pred));
  return missing_share(ops::affine(common, 2), ops::add(sum(t), sum(y_pred)));
}

void Tversky::check() const {
  linnet::detail::require(kName, "alpha", alpha, linnet::detail::kFinite);
  linnet::detail::require(kName, "beta", beta, linnet::detail::kFinite);
}

Value Tversky::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = ops::targets_like(kName, y_true, y_pred);
  const auto product = [this](const Value& a, const Value& b) {
    return ops::reduce_sum(ops::multiply(a, b), axis.value_or(std::vector<Index>()));
  };
  const Value common = product(t, y_pred);
  const Value missed = product(t, ops::affine(y_pred, -1, 1));
  const Value added = product(ops::affine(t, -1, 1), y_pred);
  const Value others = ops::add(ops::affine(missed, alpha), ops::affine(added, beta));
  return missing_share(common, ops::add(common, others));
}

}  // namespace linnet::inline v0::losses
