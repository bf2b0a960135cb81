#include <linnet/ops/norm_update.hpp>
#include <linnet/optimizers/lamb.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

void Lamb::check() const {
  detail::require(kName, "beta_1", beta_1, detail::kZeroToBelowOne);
  detail::require(kName, "beta_2", beta_2, detail::kZeroToBelowOne);
  detail::require(kName, "epsilon", epsilon, detail::kPositive);
}

void Lamb::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  scope.emit(apply(ops::LambUpdate{beta_1, beta_2, epsilon, scope.weight_decay()},
                   {parameter, scope.slot("momentum"), scope.slot("velocity"),
                    scope.dense(gradient), scope.learning_rate(), scope.iteration()}));
}

}  // namespace linnet::inline v0
