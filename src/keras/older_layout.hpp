// Weights that older versions of Keras laid out in another way.
#pragma once

#include <functional>
#include <linnet/core/tensor.hpp>
#include <linnet/graph/layer.hpp>
#include <linnet/graph/parameter.hpp>

namespace linnet::inline v0::detail {

/// What wrote a weight file that lists names.
struct WeightOrigin {
  bool keras1 = false;
  bool theano = false;  ///< whose convolutions turn the kernel round
  /// A CuDNNLSTM or CuDNNGRU, of which files say nothing but the size of the bias.
  bool cudnn = false;
};

/// A weight as it is stored, and how it becomes the one of the layer.
struct OlderLayout {
  Shape stored;
  std::function<Tensor(const Tensor&)> convert;  ///< null: it is stored as it is
};

/// `found`: its shape in the file.
OlderLayout older_layout(const LayerInstance& layer, const Parameter& parameter, const Shape& found,
                         const WeightOrigin& origin);

/// True if a bias of that shape is one of cuDNN for the layer.
bool is_cudnn_bias(const LayerInstance& layer, const Parameter& parameter, const Shape& found);

}  // namespace linnet::inline v0::detail
