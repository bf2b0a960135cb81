#include <linnet/losses.hpp>
#include <linnet/ops/ctc.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>

namespace linnet::inline v0::losses {

Value CTC::emit(const Value& y_true, const Value& y_pred) const {
  Values inputs{ops::cast(y_true, DType::int32), y_pred};
  if (const Value mask = y_pred.mask()) {
    const Value steps = ops::reduce_sum(ops::cast(mask, DType::float32), {1});
    inputs.push_back(ops::cast(steps, DType::int32));
  }
  return linnet::apply(ops::Ctc{}, inputs);
}

Value CTC::label_check(const Value& y_true, const Value& y_pred) const {
  return apply(ops::CheckCtcLabels{y_pred.shape()[-1]}, {ops::cast(y_true, DType::int32)});
}

}  // namespace linnet::inline v0::losses
