// inspect_model: the layers of a model file, and which of them linnet can load.
#pragma once

#include <linnet/model/options.hpp>
#include <string>
#include <vector>

namespace linnet::inline v0 {

/// A layer as a file describes it.
struct InspectedLayer {
  std::string path;        ///< the names from the outer model on: "encoder/dense"
  std::string class_name;  ///< in the file's words
  std::string problem;     ///< why it cannot be loaded, in one line; empty: it can
};

struct Inspection {
  std::string format;                  ///< "keras", "h5", "json" or "linnet"
  std::vector<InspectedLayer> layers;  ///< also those in models inside; in the file's order
  std::string problem;           ///< why the model cannot be loaded, if it is no layer's fault
  std::string training_problem;  ///< why it can be loaded with .compile = false alone

  /// True if Model::load takes the model, as far as its weights are what they should be.
  LINNET_API bool supported() const;
};

/// What Model::load would say of each layer, not only of the first that it refuses. Weights are not
/// read. Error: what cannot be listed: io, corrupt_file, unsupported: weights alone; out_of_range.
LINNET_API Inspection inspect_model(const std::string& path, const LoadLimits& limits = {});

}  // namespace linnet::inline v0
