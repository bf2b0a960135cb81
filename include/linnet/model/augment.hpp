// augment: layers that change the batches of a data set as they change them while training.
#pragma once

#include <concepts>
#include <linnet/data/dataset.hpp>
#include <linnet/graph/layer.hpp>
#include <memory>

namespace linnet::inline v0 {

/// Layers as a function for Dataset::map, one after the other, in training mode:
///   train = train.batch(32).map(augment({RandomFlip{"horizontal"}, MixUp{}})).prefetch(2);
/// Layers get the batch's only input. MixUp and CutMix also get its targets, one-hot rows float32
/// (batch, classes), if there are any, and mix them; whole numbers become such rows by
/// to_categorical() or label_mode "categorical". What is drawn depends on `seed`, on the layer's
/// place in the list and on the batch's place in the data set: the same epoch gives the same batch
/// on any number of threads.
class LINNET_API Augmentation {
 public:
  Augmentation(std::vector<Layer> layers, std::uint64_t seed);
  /// Error: shape_mismatch: several inputs, rows of different lengths, or what a layer refuses;
  /// unsupported: a layer with parameters.
  void operator()(Batch& batch, DataPosition at) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

inline Augmentation augment(std::vector<Layer> layers, std::uint64_t seed = 0) {
  return {std::move(layers), seed};
}
template <std::convertible_to<Layer> L>
Augmentation augment(L layer, std::uint64_t seed = 0) {
  return augment(std::vector<Layer>{std::move(layer)}, seed);
}

}  // namespace linnet::inline v0
