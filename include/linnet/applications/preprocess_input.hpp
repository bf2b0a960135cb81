// preprocess_input: pictures from 0..255 to the numbers that a pretrained network was trained on.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/model/model.hpp>

namespace linnet::inline v0 {

namespace detail {
struct PreprocessModes {
  static constexpr std::string_view kName = "mode";
  static constexpr std::string_view kWords[] = {"caffe", "tf", "torch", "none"};
};
}  // namespace detail

namespace applications {

/// As in Keras:
///   "caffe"  RGB to BGR, less ImageNet's mean of each channel (ResNet50, VGG16)
///   "tf"     x / 127.5 - 1 (ResNet50V2, MobileNet, MobileNetV2, InceptionV3, Xception)
///   "torch"  x / 255, less the mean, over the standard deviation of each channel (DenseNet)
///   "none"   x itself: the network begins with what it needs (MobileNetV3, EfficientNet)
/// image_network("VGG16").preprocess tells a network's.
using PreprocessMode = Choice<linnet::detail::PreprocessModes>;

/// RGB (..., 3) of 0..255, float32 or an integer type, as float32 for the network.
/// Error: shape_mismatch: the last axis is not 3.
LINNET_API Tensor preprocess_input(const Tensor& x, PreprocessMode mode = "caffe");

/// The same as a model (any, any, 3) -> (any, any, 3), to be the first layer of one that is to take
/// raw pictures: Sequential{preprocessing("caffe"), base, ...} is saved with it. It is made of
/// Keras's own layers: a Rescaling, or for "caffe" a frozen Dense that turns the channels round.
LINNET_API Model preprocessing(PreprocessMode mode = "caffe");

}  // namespace applications
}  // namespace linnet::inline v0
