// MobileNet, MobileNetV2 and MobileNetV3: networks for small devices.
#pragma once

#include <linnet/applications/application.hpp>

namespace linnet::inline v0::applications {

/// As the arguments of Keras's function; what is not explained here is as in ApplicationOptions.
struct MobileNetOptions {
  Shape input_shape = {};
  double alpha = 1;  ///< factor on the width of all layers; imagenet: 0.25, 0.5, 0.75 or 1
  Index depth_multiplier = 1;  ///< of the depthwise convolutions; imagenet: 1
  float dropout = 1e-3f;       ///< before the classifier
  bool include_top = true;
  std::string weights = "imagenet";
  TopPooling pooling = "none";
  Index classes = 1000;
  ActivationFunction classifier_activation = "softmax";
  std::string name = {};
};

/// Depthwise and pointwise convolutions (Howard et al. 2017, arXiv:1704.04861), layer by layer as
/// Keras builds them. Input: images 224 x 224 by default, of 32 x 32 at least, after
/// preprocess_input "tf".
LINNET_API Model MobileNet(const MobileNetOptions& options = {});

struct MobileNetV2Options {
  Shape input_shape = {};
  double alpha = 1;  ///< factor on the width; imagenet: 0.35, 0.5, 0.75, 1, 1.3 or 1.4
  bool include_top = true;
  std::string weights = "imagenet";
  TopPooling pooling = "none";
  Index classes = 1000;
  ActivationFunction classifier_activation = "softmax";
  std::string name = {};
};

/// Inverted residual blocks with linear bottlenecks (Sandler et al. 2018, arXiv:1801.04381). Input:
/// as MobileNet's.
LINNET_API Model MobileNetV2(const MobileNetV2Options& options = {});

struct MobileNetV3Options {
  Shape input_shape = {};
  double alpha = 1;           ///< factor on the width; imagenet: 0.75 or 1, minimalistic 1
  bool minimalistic = false;  ///< 3 x 3 kernels, ReLU and no squeeze-and-excite blocks
  bool include_top = true;
  std::string weights = "imagenet";
  Index classes = 1000;
  TopPooling pooling = "none";
  float dropout_rate = 0.2f;  ///< before the classifier
  ActivationFunction classifier_activation = "softmax";
  bool include_preprocessing = true;  ///< false: the input is -1..1 already
  std::string name = {};
};

/// V2's blocks with squeeze-and-excite and hard_swish (Howard et al. 2019, arXiv:1905.02244).
/// Input: images of any size from 32 x 32 on, 0..255: the preprocessing is within.
LINNET_API Model MobileNetV3Small(const MobileNetV3Options& options = {});
LINNET_API Model MobileNetV3Large(const MobileNetV3Options& options = {});

}  // namespace linnet::inline v0::applications
