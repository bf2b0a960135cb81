// ResNet-50 of half width, pretrained, as features for a new head.
#pragma once

#include <algorithm>
#include <array>
#include <linnet/linnet.hpp>
#include <string>
#include <vector>

namespace example {

namespace ln = linnet;

/// Where features are taken from: also before the end, since the last stage is made for what the
/// network was trained to tell, and the middle for what photographs have in common.
inline const std::vector<std::string> kBlocks = {"conv3_block4", "conv4_block3", "conv4_block6",
                                                 "conv5_block1", "conv5_block2", "conv5_block3"};

/// RGB (224, 224, 3) of 0..255 as the network takes it: BGR less (104, 117, 123).
inline ln::Model preprocessing() {
  return ln::Sequential{
      ln::applications::preprocessing("caffe"),  // less ImageNet's own means
      ln::Rescaling{.scale = 1.0f, .offset = {103.939f - 104, 116.779f - 117, 123.68f - 123}},
  };
}

/// ResNet-50 with half as many channels in its stages. Its outputs are the means over all places
/// of what these blocks give, one after the other.
inline ln::Model resnet50_thin(const std::string& weights,
                               const std::vector<std::string>& blocks = kBlocks) {
  const ln::Value x = ln::input({224, 224, 3});
  ln::Value y =
      x | ln::ZeroPadding2D{.padding = 3, .name = "conv1_pad"} |
      ln::Conv2D{.filters = 64, .kernel_size = 7, .strides = 2, .name = "conv1_conv"} |
      ln::BatchNormalization{.epsilon = 1.001e-5, .name = "conv1_bn"} |
      ln::Activation{.activation = "relu", .name = "conv1_relu"} |
      ln::MaxPooling2D{
          .pool_size = 3, .strides = ln::Sizes<2>(2), .padding = "same", .name = "pool1_pool"};
  constexpr std::array kDepths = {3, 4, 6, 3};
  ln::Values features;
  for (int stage = 0; stage < 4; ++stage) {
    for (int block = 1; block <= kDepths[static_cast<std::size_t>(stage)]; ++block) {
      const std::string name =
          "conv" + std::to_string(stage + 2) + "_block" + std::to_string(block);
      y = ln::blocks::residual(y, {.filters = ln::Index{32} << stage,
                                   .strides = stage > 0 && block == 1 ? 2 : 1,
                                   .conv_shortcut = block == 1,
                                   .name = name});
      if (std::ranges::find(blocks, name) != blocks.end()) {
        features.push_back(y | ln::GlobalAveragePooling2D{.name = name + "_pool"});
      }
    }
  }
  const ln::Value all = features.size() == 1 ? features[0] : ln::concatenate(features);
  ln::Model model(x, all, "resnet50_thin");
  model.load_weights(weights, {.by_name = true});
  return model;
}

}  // namespace example
