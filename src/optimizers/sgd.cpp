#include <linnet/ops/gather.hpp>
#include <linnet/ops/update.hpp>
#include <linnet/optimizers/sgd.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

void SGD::check() const { detail::require(kName, "momentum", momentum, detail::kZeroToOne); }

void SGD::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  const bool rows_alone = !gradient.dense && momentum == 0 && scope.weight_decay() == 0;
  if (rows_alone && !scope.needs_dense()) {  // no gradient, no change
    for (const RowsGradient& part : gradient.rows) {
      const Value index = ops::rows_index(part, parameter.shape()[0]);
      scope.emit(
          apply(ops::RowsSgdUpdate{}, {parameter, index, part.values, scope.learning_rate()}));
    }
    return;
  }
  Values inputs{parameter};
  if (momentum != 0) inputs.push_back(scope.slot("momentum"));
  inputs.push_back(scope.dense(gradient));
  inputs.push_back(scope.learning_rate());
  scope.emit(
      linnet::apply(ops::SgdUpdate{momentum, nesterov, scope.weight_decay()}, std::move(inputs)));
}

}  // namespace linnet::inline v0
