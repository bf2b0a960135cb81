// All layers, and the list that the registry, the tests and the documentation are made from.
#pragma once

#include <linnet/layers/activation.hpp>
#include <linnet/layers/activations.hpp>
#include <linnet/layers/activity_regularization.hpp>
#include <linnet/layers/adaptive_pooling.hpp>
#include <linnet/layers/attention.hpp>
#include <linnet/layers/batch_normalization.hpp>
#include <linnet/layers/bidirectional.hpp>
#include <linnet/layers/category_encoding.hpp>
#include <linnet/layers/conv_lstm.hpp>
#include <linnet/layers/convolution.hpp>
#include <linnet/layers/convolution_transpose.hpp>
#include <linnet/layers/data_normalization.hpp>
#include <linnet/layers/dense.hpp>
#include <linnet/layers/depthwise_convolution.hpp>
#include <linnet/layers/discretization.hpp>
#include <linnet/layers/dot.hpp>
#include <linnet/layers/dropout.hpp>
#include <linnet/layers/einsum_dense.hpp>
#include <linnet/layers/embedding.hpp>
#include <linnet/layers/embedding_bag.hpp>
#include <linnet/layers/flatten.hpp>
#include <linnet/layers/global_pooling.hpp>
#include <linnet/layers/group_normalization.hpp>
#include <linnet/layers/group_query_attention.hpp>
#include <linnet/layers/gru.hpp>
#include <linnet/layers/hashing.hpp>
#include <linnet/layers/identity.hpp>
#include <linnet/layers/inner_layer.hpp>
#include <linnet/layers/integer_lookup.hpp>
#include <linnet/layers/layer_normalization.hpp>
#include <linnet/layers/lstm.hpp>
#include <linnet/layers/masking.hpp>
#include <linnet/layers/merging.hpp>
#include <linnet/layers/mixing.hpp>
#include <linnet/layers/multi_head_attention.hpp>
#include <linnet/layers/noise.hpp>
#include <linnet/layers/padding.hpp>
#include <linnet/layers/permute.hpp>
#include <linnet/layers/pooling.hpp>
#include <linnet/layers/prelu.hpp>
#include <linnet/layers/random_color.hpp>
#include <linnet/layers/random_crop.hpp>
#include <linnet/layers/random_transforms.hpp>
#include <linnet/layers/repeat_vector.hpp>
#include <linnet/layers/rescaling.hpp>
#include <linnet/layers/reshape.hpp>
#include <linnet/layers/residual_branch.hpp>
#include <linnet/layers/resizing.hpp>
#include <linnet/layers/rnn.hpp>
#include <linnet/layers/separable_convolution.hpp>
#include <linnet/layers/simple_rnn.hpp>
#include <linnet/layers/softmax.hpp>
#include <linnet/layers/spatial_dropout.hpp>
#include <linnet/layers/spectral_normalization.hpp>
#include <linnet/layers/string_lookup.hpp>
#include <linnet/layers/text_vectorization.hpp>
#include <linnet/layers/time_distributed.hpp>
#include <linnet/layers/unit_normalization.hpp>
#include <linnet/layers/up_sampling.hpp>

namespace linnet::inline v0 {

template <class... Ls>
struct LayerList {};

/// One line for each built-in layer.
using BuiltInLayers = LayerList<
    Activation, ActivityRegularization, AdaptiveAveragePooling1D, AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D, AdaptiveMaxPooling1D, AdaptiveMaxPooling2D, AdaptiveMaxPooling3D, Add,
    AdditiveAttention, AlphaDropout, Attention, Average, AveragePooling1D, AveragePooling2D,
    AveragePooling3D, BatchNormalization, Bidirectional, CategoryEncoding, CenterCrop, Concatenate,
    Conv1D, Conv1DTranspose, Conv2D, Conv2DTranspose, Conv3D, Conv3DTranspose, ConvLSTM1D,
    ConvLSTM2D, ConvLSTM3D, Cropping1D, Cropping2D, Cropping3D, CustomScaleLayer, CutMix, Dense,
    DepthwiseConv1D, DepthwiseConv2D, Discretization, Dot, Dropout, ELU, EinsumDense, Embedding,
    EmbeddingBag, Flatten, GRU, GRUCell, GaussianDropout, GaussianNoise, GlobalAveragePooling1D,
    GlobalAveragePooling2D, GlobalAveragePooling3D, GlobalMaxPooling1D, GlobalMaxPooling2D,
    GlobalMaxPooling3D, GroupNormalization, GroupQueryAttention, HashedCrossing, Hashing, Identity,
    IntegerLookup, LSTM, LSTMCell, LayerNormalization, LayerScale, LeakyReLU, Masking, MaxPooling1D,
    MaxPooling2D, MaxPooling3D, Maximum, Minimum, MixUp, MultiHeadAttention, Multiply,
    Normalization, PReLU, Permute, RMSNormalization, RNN, RandomBrightness, RandomContrast,
    RandomCrop, RandomFlip, RandomRotation, RandomTranslation, RandomZoom, ReLU, RepeatVector,
    Rescaling, Reshape, Resizing, SeparableConv1D, SeparableConv2D, SimpleRNN, SimpleRNNCell,
    Softmax, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D, SpectralNormalization,
    StackedRNNCells, StochasticDepth, StringLookup, Subtract, TextVectorization, TimeDistributed,
    UnitNormalization, UpSampling1D, UpSampling2D, UpSampling3D, ZeroPadding1D, ZeroPadding2D,
    ZeroPadding3D>;

/// A layer of that class with the fields of `config`. Error: not_found, naming the class or key
/// and listing what is known.
LINNET_API Layer layer_from_config(std::string_view class_name, const Config& config);

/// Makes L known to layer_from_config, and so to Model::load. A second call does nothing.
template <LayerType L>
void register_layer();

namespace detail {
using LayerMaker = Layer (*)(const Config& config);
/// The model that a Sequential's or Functional's config describes, as a layer.
LINNET_API Layer model_layer(const Config& config);
LINNET_API void register_layer_maker(std::string_view class_name, LayerMaker maker);
template <LayerType L>
Layer make_layer(const Config& config) {
  return Layer(from_fields<L>(config, L::kName));
}
}  // namespace detail

template <LayerType L>
void register_layer() {
  detail::register_layer_maker(L::kName, &detail::make_layer<L>);
}

}  // namespace linnet::inline v0
