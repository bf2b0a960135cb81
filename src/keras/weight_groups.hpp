// Where Keras 3's weight files keep what: layers/dense_1/vars/0, with names made from classes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "keras/weight_plan.hpp"

namespace linnet::inline v0::detail {

/// Weights of a layer that stand in one group, in its order: those that can be trained, then
/// statistics, whatever is frozen.
struct WeightGroup {
  const LayerInstance& layer;
  std::string path;                 ///< of the layer in the model: "base/conv1/"
  std::vector<std::string> groups;  ///< what the group may be called; the first is today's name
  std::vector<std::shared_ptr<Parameter>> weights;
};

/// Calls `f` for all groups of the model, a shared layer's where it comes first. `layers_in`: the
/// group in which a model's layers are, by the model's own.
void each_weight_group(const ModelState& model, const LayerOrder& order,
                       const std::function<std::string(const std::string&)>& layers_in,
                       const std::function<void(const WeightGroup&)>& f);

}  // namespace linnet::inline v0::detail
