#include <linnet/ops/gather.hpp>
#include <linnet/ops/norm_update.hpp>
#include <linnet/optimizers/adafactor.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

void Adafactor::check() const {
  constexpr detail::Range kAtMostZero{-detail::kEndless, 0, false, true};
  detail::require(kName, "beta_2_decay", beta_2_decay, kAtMostZero);
  detail::require(kName, "epsilon_1", epsilon_1, detail::kPositive);
  detail::require(kName, "epsilon_2", epsilon_2, detail::kPositive);
  detail::require(kName, "clip_threshold", clip_threshold, detail::kPositive);
}

void Adafactor::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  const ops::AdafactorUpdate step{beta_2_decay, epsilon_1, epsilon_2, clip_threshold,
                                  scope.weight_decay()};
  const Shape& shape = scope.parameter().type.shape;
  const int rank = static_cast<int>(shape.rank());
  Values inputs{parameter};
  if (rank < 2) {
    inputs.push_back(scope.slot("velocity"));
  } else {
    inputs.push_back(scope.slot("row_mean", {DType::float32, shape.without(rank - 1)}));
    inputs.push_back(scope.slot("column_mean", {DType::float32, shape.without(rank - 2)}));
  }
  const bool by_rows = !gradient.dense && gradient.rows.size() == 1 && step.weight_decay == 0 &&
                       !scope.needs_dense();
  if (by_rows) {
    inputs.push_back(ops::rows_index(gradient.rows[0], shape[0]));
    inputs.push_back(gradient.rows[0].values);
  } else {
    inputs.push_back(scope.dense(gradient));
  }
  inputs.push_back(scope.learning_rate());
  inputs.push_back(scope.iteration());
  scope.emit(by_rows ? linnet::apply(ops::RowsAdafactorUpdate{step}, std::move(inputs))
                     : linnet::apply(step, std::move(inputs)));
}

}  // namespace linnet::inline v0
