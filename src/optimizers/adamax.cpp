#include <linnet/optimizers/adamax.hpp>

#include "core/require.hpp"
#include "optimizers/emit_step.hpp"

namespace linnet::inline v0 {

void Adamax::check() const {
  detail::require(kName, "beta_1", beta_1, detail::kZeroToBelowOne);
  detail::require(kName, "beta_2", beta_2, detail::kZeroToBelowOne);
  detail::require(kName, "epsilon", epsilon, detail::kPositive);
}

void Adamax::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_step(scope, parameter, gradient, ops::AdamaxRule{beta_1, beta_2, epsilon});
}

}  // namespace linnet::inline v0
