#include <linnet/optimizers/adamw.hpp>

#include "core/require.hpp"
#include "optimizers/emit_step.hpp"

namespace linnet::inline v0 {

void AdamW::check() const {
  detail::require(kName, "beta_1", beta_1, detail::kZeroToBelowOne);
  detail::require(kName, "beta_2", beta_2, detail::kZeroToBelowOne);
  detail::require(kName, "epsilon", epsilon, detail::kPositive);
}

void AdamW::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_step(scope, parameter, gradient, ops::AdamRule{beta_1, beta_2, epsilon, amsgrad});
}

}  // namespace linnet::inline v0
