// What layers do in Keras 3 to masks while a model predicts, besides giving their outputs theirs.
#pragma once

#include <map>
#include <vector>

#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

/// Of each list what stands behind its end is as if it were false or -1.
struct MaskEffect {
  std::vector<bool> inputs_off = {};    ///< by input: its mask is taken off
  std::vector<bool> outputs_off = {};   ///< by output: its mask was taken off inside
  std::vector<Index> handed_back = {};  ///< by output: the input that it is, or -1

  bool empty() const;  ///< true if nothing is taken off
};

/// The effects of layers: MultiHeadAttention takes masks off query, value and key; layers without
/// effect in predict(), like Dropout, hand back the very tensor that they are given, so that both
/// lose a mask together; a model does what the layers in it do to its inputs and outputs. Remembers
/// layers, which must live as long.
class MaskEffects {
 public:
  const MaskEffect& of(const LayerInstance& layer);

 private:
  MaskEffect of_model(const ModelState& model);

  std::map<const LayerInstance*, MaskEffect> known_;
};

}  // namespace linnet::inline v0::detail::keras
