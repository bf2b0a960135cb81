#include <linnet/optimizers/rmsprop.hpp>

#include "core/require.hpp"
#include "optimizers/emit_step.hpp"

namespace linnet::inline v0 {

void RMSprop::check() const {
  detail::require(kName, "rho", rho, detail::kZeroToBelowOne);
  detail::require(kName, "momentum", momentum, detail::kZeroToOne);
  detail::require(kName, "epsilon", epsilon, detail::kPositive);
}

void RMSprop::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_step(scope, parameter, gradient, ops::RmspropRule{rho, momentum, epsilon, centered});
}

}  // namespace linnet::inline v0
