#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/regularizers.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

const detail::RegularizerModel& detail::RegularizerModel::made(int index) {
  return Regularizers::made(index);
}

const detail::ConstraintModel& detail::ConstraintModel::made(int index) {
  return Constraints::made(index);
}

Regularizer Regularizer::named(std::string_view name) {
  return Regularizer(detail::Regularizers::read(Config(name)));
}

Regularizer Regularizer::from_config(const Config& config) {
  return Regularizer(detail::Regularizers::read(config));
}

Regularizer::operator ParameterRule() const {
  if (!*this) return {};
  return [self = *this](const Value& w) { return self.penalty(w); };
}

Constraint Constraint::named(std::string_view name) {
  return Constraint(detail::Constraints::read(Config(name)));
}

Constraint Constraint::from_config(const Config& config) {
  return Constraint(detail::Constraints::read(config));
}

Constraint::operator ParameterRule() const {
  if (!*this) return {};
  return [self = *this](const Value& w) { return self.constrain(w); };
}

namespace {

using linnet::detail::kNotNegative;
using linnet::detail::require;
using ops::UnaryKind;

Value square(const Value& x) { return ops::unary(UnaryKind::square, x); }

}  // namespace

namespace regularizers {

void L1::check() const { require(kName, "l1", l1, kNotNegative); }
void L2::check() const { require(kName, "l2", l2, kNotNegative); }
void L1L2::check() const {
  require(kName, "l1", l1, kNotNegative);
  require(kName, "l2", l2, kNotNegative);
}
void OrthogonalRegularizer::check() const { require(kName, "factor", factor, kNotNegative); }

Value L1::penalty(const Value& w) const {
  return ops::affine(ops::reduce_sum(ops::unary(UnaryKind::abs, w)), l1);
}

Value L2::penalty(const Value& w) const { return ops::affine(ops::reduce_sum(square(w)), l2); }

Value L1L2::penalty(const Value& w) const {
  if (l2 == 0) return L1{l1}.penalty(w);
  if (l1 == 0) return L2{l2}.penalty(w);
  return ops::add(L1{l1}.penalty(w), L2{l2}.penalty(w));
}

Value OrthogonalRegularizer::penalty(const Value& w) const {
  const bool rows = mode == "rows";
  if (w.shape().rank() != 2 || w.shape()[rows ? 0 : 1] == any) {
    linnet::detail::fail(
        ErrorCode::shape_mismatch,
        linnet::detail::cat(kName, ": expected a matrix of known size, got shape ", w.shape()));
  }
  const Index size = w.shape()[rows ? 0 : 1];
  if (size < 2) return ops::affine(ops::reduce_sum(w), 0);
  // w / max(|w|, 1e-6), then all products of two; the diagonal does not count.
  const Value squares = ops::reduce_sum(square(w), {rows ? 1 : 0}, true);
  const Value length = ops::unary(UnaryKind::sqrt, ops::maximum(squares, ops::constant(1e-12f)));
  const Value unit = ops::divide(w, length);
  Tensor others = Tensor::full<float>({size, size}, 1.0f);
  for (Index i = 0; i < size; ++i) others.data<float>()[static_cast<std::size_t>(i * size + i)] = 0;
  const Value products = ops::multiply(ops::matmul(unit, unit, !rows, rows), ops::constant(others));
  const auto pairs = static_cast<float>(size) * static_cast<float>(size - 1) / 2;
  return ops::affine(ops::reduce_sum(ops::unary(UnaryKind::abs, products)), factor / 2 / pairs);
}

}  // namespace regularizers

namespace constraints {

Config NormAxes::to_config() const {
  if (axes.size() == 1) return Config(axes[0]);
  Config list = Config::list();
  for (const Index axis : axes) list.push_back(Config(axis));
  return list;
}

NormAxes NormAxes::from_config(const Config& config) {
  NormAxes result;
  result.axes.clear();
  if (config.is_integer()) {
    result.axes.push_back(config.as_integer());
  } else {
    for (const Config& axis : config.items()) result.axes.push_back(axis.as_integer());
  }
  return result;
}

namespace {

constexpr float kEpsilon = 1e-7f;

Value norm_of(const Value& w, const NormAxes& axis) {
  return ops::unary(UnaryKind::sqrt, ops::reduce_sum(square(w), axis.axes, true));
}

Value scaled(const Value& w, const Value& wanted, const Value& norm) {
  return ops::multiply(w, ops::divide(wanted, ops::affine(norm, 1, kEpsilon)));
}

}  // namespace

void MaxNorm::check() const { require(kName, "max_value", max_value, kNotNegative); }

void MinMaxNorm::check() const {
  require(kName, "min_value", min_value, kNotNegative);
  require(kName, "max_value", max_value, kNotNegative);
  require(kName, "rate", rate, linnet::detail::kZeroToOne);
  if (min_value <= max_value) return;
  linnet::detail::fail(ErrorCode::invalid_argument,
                       linnet::detail::cat(kName, ": max_value must be at least min_value, ",
                                           min_value, ", got ", max_value));
}

Value MaxNorm::constrain(const Value& w) const {
  const Value norm = norm_of(w, axis);
  return scaled(w, ops::minimum(norm, ops::constant(max_value)), norm);
}

Value MinMaxNorm::constrain(const Value& w) const {
  const Value norm = norm_of(w, axis);
  const Value clipped =
      ops::minimum(ops::maximum(norm, ops::constant(min_value)), ops::constant(max_value));
  return scaled(w, ops::add(ops::affine(clipped, rate), ops::affine(norm, 1 - rate)), norm);
}

Value NonNeg::constrain(const Value& w) const { return ops::maximum(w, ops::constant(0.0f)); }

Value UnitNorm::constrain(const Value& w) const {
  return scaled(w, ops::constant(1.0f), norm_of(w, axis));
}

}  // namespace constraints
}  // namespace linnet::inline v0
