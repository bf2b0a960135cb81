// Where Keras 3's weight files keep what: layers/dense_1/vars/0, with names made from classes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
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

/// Which layers get a number of their own among those of their class.
enum class Numbering : std::uint8_t {
  every_use,  ///< Keras 3
  first_use,  ///< tf.keras since 2.14: a shared layer only where it comes first
  two_each,   ///< tf.keras 2.12 and 2.13: layers with weights, of which they use the first
};

/// Where a file has a model's weights.
struct WeightGroups {
  std::vector<WeightGroup> own;
  std::vector<std::string> empty;  ///< of numbers that are passed over: no file has these
  /// Layers that look words up: their words' weights are none of the model's.
  std::vector<std::pair<const LayerInstance*, std::string>> lookups;
  std::vector<std::string> further;  ///< of one more layer of each class: a larger model has these
};

/// True if the layer, or one inside it, has weights.
bool has_weights(const LayerInstance& layer);

/// The groups of the model, a shared layer's where it comes first. `layers_in`: the group in which
/// a model's layers are, by the model's own.
WeightGroups weight_groups(const ModelState& model, const LayerOrder& order,
                           const std::function<std::string(const std::string&)>& layers_in,
                           Numbering numbering = Numbering::every_use,
                           const keras::ClassesInFile& classes = {});

}  // namespace linnet::inline v0::detail
