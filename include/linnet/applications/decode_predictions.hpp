// decode_predictions: the names of the most likely classes.
#pragma once

#include <linnet/core/tensor.hpp>
#include <string>
#include <vector>

namespace linnet::inline v0::applications {

/// One class that a network found likely.
struct DecodedPrediction {
  std::string class_name;         ///< WordNet's number, "n02504458"; of own labels the label
  std::string class_description;  ///< "African_elephant"; of own labels the label
  float score = 0;
};

struct DecodeOptions {
  Index top = 5;  ///< at most so many for each row
  /// The classes in the order of the outputs. Empty: ImageNet's, from Keras's file
  /// imagenet_class_index.json, which is looked for where the weights are (ApplicationOptions).
  std::vector<std::string> labels = {};
};

/// For each row of the predictions, float32 (rows, classes), the classes with the highest scores,
/// best first; of equals the one with the smaller number.
///   for (const auto& each : decode_predictions(model.predict(x), {.top = 3})[0]) ...
/// Error: shape_mismatch: not as many classes as labels (1000 without); not_found: the file is not
/// there, with its name, the folders that were searched and how to get it; corrupt_file: it does
/// not hold the 1000 classes.
LINNET_API std::vector<std::vector<DecodedPrediction>> decode_predictions(
    const Tensor& predictions, const DecodeOptions& options = {});

}  // namespace linnet::inline v0::applications
