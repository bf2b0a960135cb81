// What the builders of the ready-made image networks share.
#pragma once

#include <linnet/applications/application.hpp>
#include <linnet/layers.hpp>

namespace linnet::inline v0::applications::detail {

using linnet::detail::cat;
using linnet::detail::fail;

/// A network before it is a model: layers that are connected and have no weights yet.
struct Network {
  Value input, output;
  std::string name;             ///< unless the options give one
  std::string file;             ///< Keras's name for the weight file: "vgg16_weights_..._notop.h5"
  std::string preprocess = {};  ///< preprocess_input's mode, where pixels tell that it was left out
};

/// The fields that the options of all networks have, of those of one network.
template <class Options>
ApplicationOptions common_options(const Options& o) {
  return {.include_top = o.include_top,
          .weights = o.weights,
          .input_shape = o.input_shape,
          .pooling = o.pooling,
          .classes = o.classes,
          .classifier_activation = o.classifier_activation,
          .name = o.name};
}

/// A network's options with these and its own defaults.
template <class Options>
Options with_defaults(const ApplicationOptions& o) {
  Options options;
  options.include_top = o.include_top;
  options.weights = o.weights;
  options.input_shape = o.input_shape;
  options.pooling = o.pooling;
  options.classes = o.classes;
  options.classifier_activation = o.classifier_activation;
  options.name = o.name;
  return options;
}

/// The input of a network; `own_size` may be `any`. Error: an input_shape that is not (height,
/// width, channels), or smaller than `smallest`; not 3 channels for the imagenet weights.
Value image_input(const ApplicationOptions& options, Index own_size, Index smallest);

/// Whether the layers at the end have a name of their own or one that is made from their class.
enum class PoolingNames : std::uint8_t { own, generated };

/// The end of a network without its top: pooling, or the feature map itself.
Value pooled(const Value& features, const ApplicationOptions& options, PoolingNames names);
/// Global average pooling and a Dense layer, or without the top pooled().
Value image_top(const Value& features, const ApplicationOptions& options,
                PoolingNames names = PoolingNames::own);
/// The last layer of the top. Error: weights that it does not fit.
Dense predictions(const ApplicationOptions& options);
/// classifier_activation. Error: an unknown name; with ready weights one that is neither "softmax"
/// nor "none"; with the imagenet weights another number of classes than theirs.
ActivationFunction activation_of(const ApplicationOptions& options);

/// "vgg16_weights_tf_dim_ordering_tf_kernels.h5", the usual form of Keras's file names.
std::string tf_kernels(const ApplicationOptions& options, const std::string& name);

/// The padding before a convolution of this size with stride 2 that makes its outputs lie as "same"
/// would for an odd height and width.
Margins<2> correct_pad(const Value& x, Index kernel_size);
/// The multiple of 8 that is nearest to v, at least 8 and more than 0.9 v.
Index make_divisible(double v);

/// The numbers in its parameters.
Index count_params(const Network& network);
/// The model with its weights. Error: not_found: no such file, with its name, the folders that were
/// searched and how to get it; weights of another network.
Model finish(const Network& network, const ApplicationOptions& options);

}  // namespace linnet::inline v0::applications::detail
