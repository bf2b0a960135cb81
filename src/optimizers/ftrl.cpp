#include <linnet/optimizers/ftrl.hpp>

#include "core/require.hpp"
#include "optimizers/emit_step.hpp"

namespace linnet::inline v0 {

namespace {

constexpr detail::Range kNotPositive{-detail::kEndless, 0, false, true};

}  // namespace

void Ftrl::check() const {
  detail::require(kName, "learning_rate_power", learning_rate_power, kNotPositive);
  const auto strength = [](const char* field, double value) {
    detail::require(kName, field, value, detail::kNotNegative);
  };
  strength("initial_accumulator_value", initial_accumulator_value);
  strength("l1_regularization_strength", l1_regularization_strength);
  strength("l2_regularization_strength", l2_regularization_strength);
  strength("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength);
  strength("beta", beta);
}

void Ftrl::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_step(scope, parameter, gradient,
            ops::FtrlRule{.power = -learning_rate_power,
                          .initial = initial_accumulator_value,
                          .l1 = l1_regularization_strength,
                          .l2 = l2_regularization_strength,
                          .shrinkage = l2_shrinkage_regularization_strength,
                          .beta = beta});
}

}  // namespace linnet::inline v0
