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

namespace detail {

/// Where a network's weights are found.
struct WeightFile {
  std::string name;         ///< with the top: "resnet50_weights_tf_dim_ordering_tf_kernels.h5"
  std::string name_no_top;  ///< without
};

/// The input of a network. Error: an input_shape that is not (height, width, channels), or smaller
/// than `smallest`.
Value image_input(const ApplicationOptions& options, Index own_size, Index smallest);
/// The classifier or the pooling behind the last feature map.
Value image_top(const Value& features, const ApplicationOptions& options);
/// The model with its weights. Error: not_found: no such file, with its name, the folders that were
/// searched and how to get it; weights of another network.
Model finish(const Value& input, const Value& output, const ApplicationOptions& options,
             const std::string& own_name, const WeightFile& file);

}  // namespace detail
}  // namespace linnet::inline v0::applications
