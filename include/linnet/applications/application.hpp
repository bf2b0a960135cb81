// What the ready-made image networks share.
#pragma once

#include <linnet/model/model.hpp>
#include <string>

namespace linnet::inline v0::applications {

/// As the arguments of Keras's applications.
struct ApplicationOptions {
  bool include_top = true;  ///< the classifier at the end
  /// "imagenet": Keras's own file, looked for in $LINNET_HOME and $KERAS_HOME/models (or
  /// ~/.keras/models); "none": random first values; else the path of a weight file.
  std::string weights = "imagenet";
  /// (height, width, channels); empty: the network's own with the top, and without it any height
  /// and width with 3 channels.
  Shape input_shape = {};
  std::string pooling = "none";  ///< without the top: "avg", "max", or "none": the feature map
  Index classes = 1000;
  std::string classifier_activation = "softmax";  ///< "none": the logits
  std::string name = {};                          ///< empty: the network's own
};

}  // namespace linnet::inline v0::applications
