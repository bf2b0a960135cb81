// Residual blocks, as the networks of the ResNet family stack them.
#pragma once

#include <linnet/graph/layer.hpp>
#include <string>

namespace linnet::inline v0::blocks {

/// v1: convolutions with normalization and ReLU after each, the sum, ReLU (He et al. 2015,
/// arXiv:1512.03385). v2: normalization and ReLU before each convolution, nothing after the sum
/// (He et al. 2016, arXiv:1603.05027). A basic block has two convolutions of kernel_size, a
/// bottleneck one of size 1, one of kernel_size and one of size 1 with 4 * filters.
struct Residual {
  Index filters = 64;
  Index kernel_size = 3;
  Index strides = 1;
  int version = 1;  ///< 1 or 2
  bool bottleneck = true;
  /// Whether the shortcut is a convolution of size 1, not x itself (v2: x, pooled to the stride).
  bool conv_shortcut = true;
  double epsilon = 1.001e-5;  ///< of the normalization
  std::string name = "block";
};

/// x (batch, height, width, channels) through one block. The layers are named name_0_conv,
/// name_1_conv, name_1_bn, name_1_relu, ..., name_out, as in Keras.
/// Error: without conv_shortcut x has not the channels of the block's output; another version.
LINNET_API Value residual(const Value& x, const Residual& block);

}  // namespace linnet::inline v0::blocks
