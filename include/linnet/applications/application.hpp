// What the ready-made image networks share.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/model/model.hpp>
#include <linnet/ops/activation.hpp>
#include <string>

namespace linnet::inline v0 {

namespace detail {
struct TopPoolings {
  static constexpr std::string_view kName = "pooling";
  static constexpr std::string_view kWords[] = {"avg", "max", "none"};
};
}  // namespace detail

namespace applications {

/// Without the top: "avg", "max", or "none", which gives the feature map.
using TopPooling = Choice<linnet::detail::TopPoolings>;

/// As the arguments of Keras's applications.
struct ApplicationOptions {
  bool include_top = true;  ///< the classifier at the end
  /// "imagenet": Keras's own file, looked for in $LINNET_HOME and $KERAS_HOME/models (or
  /// ~/.keras/models); "none": random first values; else the path of a weight file.
  std::string weights = "imagenet";
  /// (height, width, channels); empty: the network's own with the top, and without it any height
  /// and width with 3 channels.
  Shape input_shape = {};
  TopPooling pooling = "none";  ///< of a network without its top
  Index classes = 1000;
  ActivationFunction classifier_activation = "softmax";  ///< "linear": the logits
  std::string name = {};                                 ///< empty: the network's own
};

}  // namespace applications
}  // namespace linnet::inline v0
