// Projections: kernels and biases of layers that contract several axes at once.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/einsum.hpp>

#include "layers/activity_penalty.hpp"

namespace linnet::inline v0::detail {

/// `initializer`; if its spread follows from the fans and it names no axes, then with these as the
/// axes of inputs and outputs.
Initializer with_fans(const Initializer& initializer, const std::vector<Index>& input_axes,
                      const std::vector<Index>& output_axes);

/// The last `bound` axes of x times a kernel of theirs and of `sizes`, plus a bias of `sizes`. The
/// parameters are "name/kernel" and "name/bias". Error: a size of those axes that is not known.
template <class Layer>
Value projected(const Layer& layer, Scope& scope, const std::string& name, const Value& x,
                int bound, const Shape& sizes, const ActivationFunction& activation = {}) {
  constexpr std::string_view kLetters = "abcdefgh";
  const int rank = x.shape().rank();
  const Shape kernel_shape = x.shape().slice(rank - bound, rank).joined(sizes);
  std::vector<Index> inputs, outputs;
  for (int axis = 0; axis < kernel_shape.rank(); ++axis) {
    (axis < bound ? inputs : outputs).push_back(axis);
  }
  const Value kernel = scope.parameter(
      name + "/kernel", kernel_shape, with_fans(layer.kernel_initializer, inputs, outputs),
      {.penalty = layer.kernel_regularizer, .constraint = layer.kernel_constraint});
  Value bias;
  if (layer.use_bias) {
    bias =
        scope.parameter(name + "/bias", sizes, layer.bias_initializer,
                        {.penalty = layer.bias_regularizer, .constraint = layer.bias_constraint});
  }
  const auto all = kLetters.substr(0, static_cast<std::size_t>(kernel_shape.rank()));
  const auto in = all.substr(0, inputs.size()), out = all.substr(inputs.size());
  const Value y =
      activation(ops::einsum(cat("...", in, ",", all, "->...", out), {x, kernel}, bias));
  add_activity_penalty(scope, layer.activity_regularizer, y);
  return y;
}

}  // namespace linnet::inline v0::detail
