#include <linnet/optimizers/adadelta.hpp>

#include "core/require.hpp"
#include "optimizers/emit_step.hpp"

namespace linnet::inline v0 {

void Adadelta::check() const {
  detail::require(kName, "rho", rho, detail::kZeroToBelowOne);
  detail::require(kName, "epsilon", epsilon, detail::kPositive);
}

void Adadelta::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_step(scope, parameter, gradient, ops::AdadeltaRule{rho, epsilon});
}

}  // namespace linnet::inline v0
