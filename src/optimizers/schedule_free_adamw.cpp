#include <linnet/ops/elementwise.hpp>
#include <linnet/optimizers/schedule_free_adamw.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

void ScheduleFreeAdamW::check() const {
  detail::require(kName, "beta_1", beta_1, detail::Range{0, 1, false, true});
  detail::require(kName, "beta_2", beta_2, detail::kZeroToBelowOne);
  detail::require(kName, "epsilon", epsilon, detail::kPositive);
  detail::require(kName, "warmup_steps", warmup_steps, detail::kNotNegative);
}

void ScheduleFreeAdamW::update(UpdateScope& scope, const Value& parameter,
                               const Gradient& gradient) const {
  const auto b1 = static_cast<float>(beta_1), b2 = static_cast<float>(beta_2);
  const Value g = scope.dense(gradient), v = scope.slot("velocity");
  const Value z = scope.slot("momentum", std::nullopt);
  const Value t = ops::affine(ops::cast(scope.iteration(), DType::float32), 1, 1);
  Value rate = scope.learning_rate();
  if (warmup_steps > 0) {
    const Value part = ops::divide(t, ops::constant(static_cast<float>(warmup_steps)));
    rate = ops::multiply(rate, ops::minimum(part, ops::constant(1.0f)));
  }
  const Value square = ops::unary(ops::UnaryKind::square, g);
  const Value new_v = ops::add(v, ops::affine(ops::subtract(square, v), 1 - b2));
  const Value seen = ops::affine(ops::power(ops::constant(b2), t), -1, 1);
  const Value deviation = ops::unary(ops::UnaryKind::sqrt, ops::divide(new_v, seen));
  const Value step =
      ops::divide(ops::multiply(rate, g), ops::affine(deviation, 1, static_cast<float>(epsilon)));
  // (1 - b1) z + b1 x after the step, without x: it is known by the parameter, z and b1.
  const Value share = ops::divide(ops::constant(1.0f), t);
  const Value towards = ops::multiply(ops::subtract(z, parameter), share);
  const Value moved = ops::multiply(step, ops::affine(share, b1, 1 - b1));
  scope.assign(v, new_v);
  scope.assign(z, ops::subtract(z, step));
  scope.assign(parameter, ops::subtract(ops::add(parameter, towards), moved));
}

}  // namespace linnet::inline v0
