#include <linnet/optimizers/adagrad.hpp>

#include "core/require.hpp"
#include "optimizers/emit_step.hpp"

namespace linnet::inline v0 {

void Adagrad::check() const {
  detail::require(kName, "initial_accumulator_value", initial_accumulator_value,
                  detail::kNotNegative);
  detail::require(kName, "epsilon", epsilon, detail::kPositive);
}

void Adagrad::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_step(scope, parameter, gradient, ops::AdagradRule{initial_accumulator_value, epsilon});
}

}  // namespace linnet::inline v0
