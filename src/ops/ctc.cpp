#include <linnet/ops/ctc.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

/// The losses' type, if labels, logits and, at `last`, lengths fit.
TensorType losses_of_rows(std::string_view where, std::span<const TensorType> inputs,
                          std::size_t last) {
  if (inputs.size() != last && inputs.size() != last + 1) require_count(where, inputs, last);
  const Shape& labels = inputs[0].shape;
  const Shape& logits = inputs[1].shape;
  require_dtype(where, inputs[0], DType::int32);
  require_dtype(where, inputs[1], DType::float32);
  const bool fit = labels.rank() == 2 && logits.rank() == 3 &&
                   labels.slice(0, 1).fits(logits.slice(0, 1)) && logits[2] != 0;
  if (!fit) {
    fail(ErrorCode::shape_mismatch,
         cat(where, ": expected labels (batch, n) and logits (batch, time, classes), got ", labels,
             " and ", logits));
  }
  const TensorType losses{DType::float32, logits.slice(0, 1)};
  if (inputs.size() == last + 1) {
    require_dtype(where, inputs[last], DType::int32);
    if (!inputs[last].shape.fits(losses.shape)) {
      fail(ErrorCode::shape_mismatch, cat(where, ": lengths ", inputs[last].shape, " of ", logits));
    }
  }
  return losses;
}

}  // namespace

Types Ctc::infer(std::span<const TensorType> inputs) const {
  return {losses_of_rows(kName, inputs, 2)};
}

std::vector<Gradient> Ctc::grad(const GradCall& call) const {
  Values inputs{call.x(0), call.x(1), call.dy()};
  std::vector<Gradient> gradients(call.inputs.size());
  if (call.inputs.size() == 3) inputs.push_back(call.x(2));
  gradients[1] = linnet::apply(CtcGrad{}, inputs);
  return gradients;
}

Types CheckCtcLabels::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  require_dtype(kName, inputs[0], DType::int32);
  if (inputs[0].shape.rank() != 2) {
    fail(ErrorCode::shape_mismatch,
         cat(kName, ": expected labels (batch, n), got ", inputs[0].shape));
  }
  return {{DType::uint8, {0}}};
}

Types CtcGrad::infer(std::span<const TensorType> inputs) const {
  const TensorType losses = losses_of_rows(kName, inputs, 3);
  require_dtype(kName, inputs[2], DType::float32);
  if (!inputs[2].shape.fits(losses.shape)) {
    fail(ErrorCode::shape_mismatch,
         cat(kName, ": gradient ", inputs[2].shape, " of losses ", losses.shape));
  }
  return {inputs[1]};
}

}  // namespace linnet::inline v0::ops
