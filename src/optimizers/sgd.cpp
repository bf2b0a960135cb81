#include <linnet/optimizers/sgd.hpp>

#include "core/require.hpp"
#include "optimizers/emit_step.hpp"

namespace linnet::inline v0 {

void SGD::check() const { detail::require(kName, "momentum", momentum, detail::kZeroToOne); }

void SGD::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_step(scope, parameter, gradient, ops::SgdRule{momentum, nesterov});
}

}  // namespace linnet::inline v0
