#include <linnet/optimizers/lion.hpp>

#include "core/require.hpp"
#include "optimizers/emit_step.hpp"

namespace linnet::inline v0 {

void Lion::check() const {
  detail::require(kName, "beta_1", beta_1, detail::Range{0, 1, false, true});
  detail::require(kName, "beta_2", beta_2, detail::kZeroToBelowOne);
}

void Lion::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_step(scope, parameter, gradient, ops::LionRule{beta_1, beta_2});
}

}  // namespace linnet::inline v0
