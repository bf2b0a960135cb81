// Masks that Keras 3 takes off tensors while a model runs, so that layers that run later see none.
#pragma once

#include <cstddef>
#include <linnet/core/shape.hpp>
#include <utility>
#include <vector>

#include "keras/mask_effects.hpp"

namespace linnet::inline v0::detail::keras {

/// A call of a graph.
struct GraphCall {
  using Tensor = std::pair<std::size_t, Index>;  ///< an output, by this number, of a call

  std::size_t layer = 0;  ///< the number of the layer that is called
  std::vector<Tensor> tensors = {};
  std::vector<Index> put_on = {};     ///< the numbers of tensors that it gives masks again
  std::vector<Index> taken_off = {};  ///< then those that it takes the masks off
  std::vector<Index> without = {};    ///< the numbers of outputs whose masks were taken off in it
  std::vector<std::pair<Index, Index>> same = {};  ///< outputs that are a tensor of the call
};

/// Adds what the called layer does to masks; `inputs`: the numbers of the tensors that are its
/// inputs.
void add_effect(const MaskEffect& effect, const std::vector<Index>& inputs, GraphCall& call);

/// The order in which Keras runs the calls that the outputs need: by depth; those of one depth as
/// they are found from the outputs.
std::vector<std::size_t> run_order(const std::vector<GraphCall>& calls,
                                   const std::vector<std::size_t>& outputs);

/// Of each call the numbers of those of its tensors whose masks calls before it took off.
std::vector<std::vector<Index>> lost_masks(const std::vector<GraphCall>& calls,
                                           const std::vector<std::size_t>& outputs);

}  // namespace linnet::inline v0::detail::keras
