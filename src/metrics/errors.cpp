#include <cmath>
#include <linnet/metrics.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>

namespace linnet::inline v0::metrics {

namespace {

using ops::UnaryKind;

/// Two samples of numbers along an axis, their means and what is left without these.
struct Moments {
  Value t, p, t_mean, p_mean, t_rest, p_rest;

  Moments(const char* where, const Value& y_true, const Value& y_pred, Index axis)
      : t(ops::targets_like(where, y_true, y_pred)),
        p(y_pred),
        t_mean(ops::reduce_mean(t, {axis}, true)),
        p_mean(ops::reduce_mean(p, {axis}, true)),
        t_rest(ops::subtract(t, t_mean)),
        p_rest(ops::subtract(p, p_mean)) {}
};

Value variance(const Value& rest, Index axis) {
  return ops::reduce_mean(ops::unary(UnaryKind::square, rest), {axis}, true);
}

Value scaled_to_one(const Value& rest, Index axis) {
  return ops::divide(rest, ops::unary(UnaryKind::sqrt, variance(rest, axis)));
}

}  // namespace

Values RootMeanSquaredError::sums(const Value& y_true, const Value& y_pred,
                                  const Value& weight) const {
  const Value e = ops::subtract(y_pred, ops::targets_like(kName, y_true, y_pred));
  return linnet::detail::sums_of_mean(ops::unary(UnaryKind::square, e), weight);
}

double RootMeanSquaredError::result(std::span<const double> sums) const {
  return std::sqrt(linnet::detail::mean_of_sums(sums));
}

Value PearsonCorrelation::emit(const Value& y_true, const Value& y_pred) const {
  const Moments m(kName, y_true, y_pred, axis);
  return ops::reduce_mean(
      ops::multiply(scaled_to_one(m.t_rest, axis), scaled_to_one(m.p_rest, axis)), {axis});
}

Value ConcordanceCorrelation::emit(const Value& y_true, const Value& y_pred) const {
  const Moments m(kName, y_true, y_pred, axis);
  const Value apart = ops::unary(UnaryKind::square, ops::subtract(m.t_mean, m.p_mean));
  const Value spread =
      ops::add(ops::add(variance(m.t_rest, axis), variance(m.p_rest, axis)), apart);
  const Value together = ops::multiply(ops::subtract(m.t, m.p_mean), m.p_rest);
  return ops::reduce_mean(ops::divide(ops::affine(together, 2), ops::affine(spread, 1, 1e-7f)),
                          {axis});
}

}  // namespace linnet::inline v0::metrics
