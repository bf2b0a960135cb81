// Cases of the contract for layers over space, by class name.
#pragma once

#include <map>
#include <string>

#include "contract/check_layer.hpp"

namespace linnet::test {

using LayerCases = std::map<std::string, std::vector<LayerCase>>;

template <LayerType L>
LayerCase one(L layer, std::vector<LayerInput> inputs) {
  return {.make = [layer] { return Layer(layer); }, .inputs = std::move(inputs)};
}

inline LayerCase masking(LayerCase c, bool passes) {
  c.masks = passes;
  return c;
}

inline LayerCase random_one(LayerCase c) {
  c.random = true;
  return c;
}

inline LayerCase making_mask(LayerCase c) {
  c.makes_mask = true;
  return c;
}

inline const LayerInput kSteps{{any, any, 4}}, kImage{{any, any, 5, 4}},
    kVolume{{any, 4, 3, any, 2}};
inline const LayerInput kStepsFirst{{any, 4, any}}, kImageFirst{{any, 4, any, 5}},
    kVolumeFirst{{any, 2, 4, 3, any}};

inline LayerCases convolution_cases() {
  return {
      {"Conv1D",
       {one(Conv1D{.filters = 3, .kernel_size = 3, .padding = "causal", .dilation_rate = 2},
            {kSteps}),
        one(Conv1D{.filters = 4, .kernel_size = 2, .strides = 2, .groups = 2}, {kSteps})}},
      {"Conv2D",
       {one(Conv2D{.filters = 3, .kernel_size = {3, 2}, .padding = "same", .activation = "tanh"},
            {kImage}),
        one(Conv2D{.filters = 2, .kernel_size = 1, .strides = 2, .use_bias = false}, {kImage}),
        one(
            Conv2D{
                .filters = 2, .kernel_size = 3, .padding = "same", .data_format = "channels_first"},
            {kImageFirst})}},
      {"Conv3D",
       {one(Conv3D{.filters = 2, .kernel_size = 2, .padding = "same"}, {kVolume}),
        one(Conv3D{.filters = 2, .kernel_size = {2, 1, 3}, .data_format = "channels_first"},
            {kVolumeFirst})}},
      {"Conv1DTranspose",
       {one(Conv1DTranspose{.filters = 3, .kernel_size = 3, .strides = 2}, {kSteps})}},
      {"Conv2DTranspose",
       {one(Conv2DTranspose{.filters = 3, .kernel_size = 3, .strides = 2, .padding = "same"},
            {kImage}),
        one(Conv2DTranspose{.filters = 2,
                            .kernel_size = 3,
                            .strides = {1, 2},
                            .output_padding = Sizes<2>{0, 1},
                            .data_format = "channels_first"},
            {kImageFirst})}},
      {"Conv3DTranspose",
       {one(Conv3DTranspose{.filters = 2, .kernel_size = 2, .strides = 2}, {kVolume})}},
      {"DepthwiseConv1D", {one(DepthwiseConv1D{.kernel_size = 3, .padding = "same"}, {kSteps})}},
      {"DepthwiseConv2D",
       {one(
            DepthwiseConv2D{
                .kernel_size = 3, .strides = 2, .padding = "same", .depth_multiplier = 2},
            {kImage}),
        one(DepthwiseConv2D{.kernel_size = 2, .data_format = "channels_first"}, {kImageFirst})}},
      {"SeparableConv1D",
       {one(SeparableConv1D{.filters = 3, .kernel_size = 3, .padding = "same"}, {kSteps})}},
      {"SeparableConv2D",
       {one(
           SeparableConv2D{
               .filters = 3, .kernel_size = 3, .padding = "same", .depth_multiplier = 2},
           {kImage})}},
  };
}

inline LayerCases pooling_cases() {
  return {
      {"MaxPooling1D", {one(MaxPooling1D{}, {kSteps})}},
      {"MaxPooling2D",
       {one(MaxPooling2D{.pool_size = 3, .strides = Sizes<2>(2), .padding = "same"}, {kImage}),
        one(MaxPooling2D{.data_format = "channels_first"}, {kImageFirst})}},
      {"MaxPooling3D", {one(MaxPooling3D{}, {kVolume})}},
      {"AveragePooling1D",
       {one(AveragePooling1D{.pool_size = 3, .strides = Sizes<1>(1), .padding = "same"},
            {kSteps})}},
      {"AveragePooling2D",
       {one(AveragePooling2D{}, {kImage}), one(AveragePooling2D{.pool_size = {3, 2},
                                                                .padding = "same",
                                                                .data_format = "channels_first"},
                                               {kImageFirst})}},
      {"AveragePooling3D", {one(AveragePooling3D{}, {kVolume})}},
      {"GlobalAveragePooling1D",
       {masking(one(GlobalAveragePooling1D{}, {kSteps}), false),
        one(GlobalAveragePooling1D{.keepdims = true}, {kSteps}),
        one(GlobalAveragePooling1D{.data_format = "channels_first"}, {kStepsFirst})}},
      {"GlobalAveragePooling2D",
       {one(GlobalAveragePooling2D{}, {kImage}),
        one(GlobalAveragePooling2D{.data_format = "channels_first", .keepdims = true},
            {kImageFirst})}},
      {"GlobalAveragePooling3D", {one(GlobalAveragePooling3D{}, {kVolume})}},
      {"GlobalMaxPooling1D",
       {masking(one(GlobalMaxPooling1D{}, {kSteps}), false),
        one(GlobalMaxPooling1D{.data_format = "channels_first", .keepdims = true}, {kStepsFirst})}},
      {"GlobalMaxPooling2D", {one(GlobalMaxPooling2D{.keepdims = true}, {kImage})}},
      {"GlobalMaxPooling3D", {one(GlobalMaxPooling3D{}, {kVolume})}},
      {"AdaptiveAveragePooling1D", {one(AdaptiveAveragePooling1D{.output_size = 3}, {kSteps})}},
      {"AdaptiveAveragePooling2D",
       {one(AdaptiveAveragePooling2D{.output_size = {2, 3}}, {kImage}),
        one(AdaptiveAveragePooling2D{.output_size = 2, .data_format = "channels_first"},
            {kImageFirst})}},
      {"AdaptiveAveragePooling3D", {one(AdaptiveAveragePooling3D{.output_size = 2}, {kVolume})}},
      {"AdaptiveMaxPooling1D", {one(AdaptiveMaxPooling1D{.output_size = 3}, {kSteps})}},
      {"AdaptiveMaxPooling2D", {one(AdaptiveMaxPooling2D{.output_size = {3, 2}}, {kImage})}},
      {"AdaptiveMaxPooling3D", {one(AdaptiveMaxPooling3D{.output_size = 2}, {kVolume})}},
      {"UpSampling1D", {one(UpSampling1D{.size = 3}, {kSteps})}},
      {"UpSampling2D",
       {one(UpSampling2D{}, {kImage}),
        one(UpSampling2D{.size = {1, 3}, .interpolation = "bilinear"}, {kImage}),
        one(UpSampling2D{.size = 2, .data_format = "channels_first"}, {kImageFirst})}},
      {"UpSampling3D",
       {one(UpSampling3D{}, {kVolume}),
        one(UpSampling3D{.size = {1, 3, 2}, .data_format = "channels_first"}, {kVolumeFirst})}},
      {"ZeroPadding1D", {one(ZeroPadding1D{.padding = {1, 2}}, {kSteps})}},
      {"ZeroPadding2D",
       {one(ZeroPadding2D{.padding = {{1, 0}, {2, 1}}}, {kImage}),
        one(ZeroPadding2D{.padding = {2, 1}, .data_format = "channels_first"}, {kImageFirst})}},
      {"ZeroPadding3D", {one(ZeroPadding3D{}, {kVolume})}},
      {"Cropping1D", {one(Cropping1D{.cropping = {1, 2}}, {kSteps})}},
      {"Cropping2D", {one(Cropping2D{.cropping = {{1, 0}, {2, 1}}}, {kImage})}},
      {"Cropping3D", {one(Cropping3D{}, {{{any, 4, 3, any, 2}}})}},
  };
}

inline LayerCases normalization_cases() {
  return {
      {"BatchNormalization",
       {random_one(one(BatchNormalization{}, {kImage})),
        random_one(
            one(BatchNormalization{.axis = 1, .center = false, .scale = false}, {kImageFirst})),
        random_one(
            masking(one(BatchNormalization{.gamma_initializer = "he_normal"}, {kSteps}), true))}},
      {"GroupNormalization",
       {one(GroupNormalization{.groups = 2}, {kImage}),
        one(GroupNormalization{.groups = -1, .axis = 1}, {kImageFirst})}},
      {"RMSNormalization",
       {one(RMSNormalization{}, {{{any, 5}}}), one(RMSNormalization{.axis = {1}}, {kImageFirst})}},
      {"ReLU",
       {one(ReLU{.max_value = 2.0f, .negative_slope = 0.1f, .threshold = 0.4f}, {{{any, 5}}})}},
      {"LeakyReLU", {masking(one(LeakyReLU{}, {kSteps}), true)}},
      {"ELU", {one(ELU{.alpha = 0.5f}, {kImage})}},
      {"PReLU",
       {one(PReLU{.alpha_initializer = "he_normal"}, {{{any, 5}}}),
        one(PReLU{.alpha_initializer = "ones", .shared_axes = {1, 2}}, {kImage})}},
      {"Softmax",
       {one(Softmax{}, {{{any, 5}}}), one(Softmax{.axis = {1}}, {kImageFirst}),
        one(Softmax{.axis = {-1, 1}}, {kImageFirst})}},
      {"SpatialDropout1D",
       {random_one(masking(one(SpatialDropout1D{.rate = 0.5f}, {kSteps}), true))}},
      {"SpatialDropout2D",
       {random_one(
           one(SpatialDropout2D{.rate = 0.5f, .data_format = "channels_first"}, {kImageFirst}))}},
      {"SpatialDropout3D", {random_one(one(SpatialDropout3D{.rate = 0.5f}, {kVolume}))}},
  };
}

inline LayerCases simple_cases() {
  return {
      {"ActivityRegularization",
       {masking(one(ActivityRegularization{.l1 = 0.1f, .l2 = 0.2f}, {kSteps}), true)}},
      {"AlphaDropout",
       {random_one(masking(one(AlphaDropout{.rate = 0.4f}, {kSteps}), true)),
        random_one(one(AlphaDropout{.rate = 0.5f, .noise_shape = Shape{any, 1, 4}, .seed = 3},
                       {kSteps}))}},
      {"Dot",
       {one(Dot{}, {{{any, 5}}, {{any, 5}}}),
        masking(one(Dot{.normalize = true}, {kSteps, kSteps}), false),
        one(Dot{.axes = {1, 2}}, {{{any, 3, 4}}, {{any, any, 3}}})}},
      {"GaussianDropout",
       {random_one(masking(one(GaussianDropout{.rate = 0.4f}, {kSteps}), true))}},
      {"GaussianNoise",
       {one(GaussianNoise{}, {kSteps}),
        random_one(masking(one(GaussianNoise{.stddev = 0.5f, .seed = 7}, {kSteps}), true))}},
      {"Identity", {masking(one(Identity{}, {kSteps}), true)}},
      {"LayerNormalization",
       {one(LayerNormalization{}, {{{any, 5}}}),
        masking(one(LayerNormalization{.gamma_initializer = "he_normal"}, {kSteps}), true),
        one(LayerNormalization{.axis = {1, 3}, .center = false}, {{{any, 4, any, 5}}}),
        one(LayerNormalization{.rms_scaling = true}, {kImage})}},
      {"Masking", {making_mask(one(Masking{.mask_value = 0.5f}, {kSteps}))}},
      {"Permute",
       {masking(one(Permute{{2, 1}}, {kSteps}), false), one(Permute{{3, 1, 2}}, {kImage})}},
      {"RepeatVector", {one(RepeatVector{3}, {{{any, 5}}})}},
      {"UnitNormalization",
       {masking(one(UnitNormalization{}, {kSteps}), true),
        one(UnitNormalization{.axis = {1, -1}}, {kImage})}},
  };
}

inline LayerCases category_cases() {
  const LayerInput ids{{any, any}, 9}, column{{any, 1}, 9};
  return {
      {"CategoryEncoding",
       {one(CategoryEncoding{.num_tokens = 7}, {ids}),
        one(CategoryEncoding{.num_tokens = 9, .output_mode = "one_hot"}, {{{any, 3}, 9}}),
        one(CategoryEncoding{.num_tokens = 9, .output_mode = "count"}, {ids, {{any, any}}})}},
      {"Discretization",
       {one(Discretization{.bin_boundaries = {-1, 0, 1.2f}, .output_mode = "count"},
            {{{any, 5}}})}},
      {"HashedCrossing",
       {one(HashedCrossing{.num_bins = 5, .output_mode = "one_hot"}, {column, column})}},
      {"Hashing",
       {one(Hashing{.num_bins = 4, .mask_value = 3, .output_mode = "multi_hot"}, {ids})}},
      {"IntegerLookup",
       {one(IntegerLookup{.vocabulary = {4, 0, 7}, .output_mode = "count"}, {ids}),
        one(IntegerLookup{.num_oov_indices = 2,
                          .mask_token = 3,
                          .vocabulary = {4, 0, 7},
                          .idf_weights = {1, 2, 3},
                          .output_mode = "tf_idf",
                          .oov_method = "farmhash",
                          .salt = 5},
            {ids})}},
      {"StringLookup", {}},
  };
}

inline LayerCases augmentation_cases() {
  const std::vector<float> wide{-9, 9};  // nothing is cut off
  return {
      {"CutMix",
       {random_one(one(CutMix{.factor = {0.5, 1}, .seed = 3}, {kImage})),
        random_one(one(CutMix{.data_format = "channels_first"}, {kImageFirst}))}},
      {"MixUp", {random_one(one(MixUp{.alpha = 1}, {kImage}))}},
      {"RandomBrightness",
       {one(RandomBrightness{.value_range = wide}, {kImage}),
        random_one(one(RandomBrightness{.factor = {-0.1, 0.2}, .value_range = wide}, {kImage}))}},
      {"RandomContrast",
       {random_one(one(RandomContrast{.factor = 0.5, .value_range = wide}, {kImage})),
        random_one(one(
            RandomContrast{
                .factor = {0.2, 0.7}, .value_range = wide, .data_format = "channels_first"},
            {kImageFirst}))}},
      {"RandomCrop",
       {random_one(one(RandomCrop{.height = 3, .width = 2}, {kImage})),
        one(RandomCrop{.height = 6, .width = 2}, {kImage}),
        random_one(one(RandomCrop{.height = 2, .width = 4, .data_format = "channels_first"},
                       {kImageFirst}))}},
      {"RandomFlip",
       {random_one(one(RandomFlip{}, {kImage})),
        random_one(one(RandomFlip{.mode = "vertical", .seed = 2}, {kImage})),
        random_one(one(RandomFlip{.mode = "horizontal", .data_format = "channels_first"},
                       {kImageFirst}))}},
      {"RandomRotation",
       {random_one(one(RandomRotation{.factor = 0.2}, {kImage})),
        random_one(one(RandomRotation{.factor = {0.1, 0.3}, .fill_mode = "wrap"}, {kImage}))}},
      {"RandomTranslation",
       {random_one(one(RandomTranslation{.height_factor = 0.3, .width_factor = 0.4}, {kImage})),
        random_one(one(RandomTranslation{.height_factor = {0.3, 0.5},
                                         .fill_mode = "constant",
                                         .fill_value = 2,
                                         .data_format = "channels_first"},
                       {kImageFirst}))}},
      {"RandomZoom",
       {random_one(one(RandomZoom{.height_factor = 0.3, .fill_mode = "nearest"}, {kImage})),
        random_one(one(RandomZoom{.height_factor = {0.2, 0.4},
                                  .width_factor = FactorRange(-0.5, -0.2),
                                  .interpolation = "nearest"},
                       {kImage}))}},
  };
}

}  // namespace linnet::test
