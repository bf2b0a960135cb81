// Masks that Keras 3 takes off tensors while a model runs, so that layers that run later see none.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

/// A call of a graph.
struct GraphCall {
  using Tensor = std::pair<std::size_t, Index>;  ///< an output, by this number, of a call

  std::size_t layer = 0;  ///< the number of the layer that is called
  std::vector<Tensor> tensors = {};
  std::vector<Index> taken_off = {};  ///< the numbers of tensors that it takes the masks off
};

/// The order in which Keras runs the calls that the outputs need: by depth; those of one depth as
/// they are found from the outputs.
std::vector<std::size_t> run_order(const std::vector<GraphCall>& calls,
                                   const std::vector<std::size_t>& outputs);

/// Which layers take masks off their inputs: MultiHeadAttention does, off query, value and key, and
/// models in which it takes their inputs.
class MaskTakers {
 public:
  /// For each input in front whether a call takes its mask off; empty: none.
  const std::vector<bool>& of(const LayerInstance& layer);

 private:
  std::vector<bool> of_model(const ModelState& model);

  std::map<const LayerInstance*, std::vector<bool>> known_;
};

/// Of each call the numbers of those of its tensors whose masks calls before it took off.
std::vector<std::vector<Index>> lost_masks(const std::vector<GraphCall>& calls,
                                           const std::vector<std::size_t>& outputs);

}  // namespace linnet::inline v0::detail::keras
