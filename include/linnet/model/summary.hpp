// ModelSummary: what Model::summary() tells, as values.
#pragma once

#include <linnet/model/model.hpp>
#include <string>
#include <vector>

namespace linnet::inline v0 {

/// One layer of a model, or of a model inside it.
struct LayerSummary {
  std::string name = {};
  std::string path = {};                  ///< the names from the outer model on: "encoder/dense"
  std::string class_name = {};            ///< "Dense"; "InputLayer" for an input
  std::vector<Shape> output_shapes = {};  ///< unknown sizes are `any`; of a layer that is used
                                          ///< several times, each shape once
  Index parameters = 0;                   ///< numbers in its parameters and those of its layers
  bool trainable = true;                  ///< false: it, or a model that it is in, is frozen
  std::size_t depth = 0;                  ///< how many models inside the outer one it is in
  std::vector<std::string> inputs = {};   ///< names of what it takes; empty in a Sequential
  bool built = true;                      ///< false: it has no shapes and weights yet
};

/// A model's layers in the order in which they run.
struct ModelSummary {
  std::string name = {};
  std::vector<LayerSummary> layers = {};
  Index trainable_parameters = 0;
  Index non_trainable_parameters = 0;
  bool built = true;  ///< false: a Sequential that has no shapes yet
  Index parameters() const { return trainable_parameters + non_trainable_parameters; }
};

/// With expand_nested the layers of an inner model follow it. All counts are the same without.
LINNET_API ModelSummary summarize(const Model& model, const SummaryOptions& options = {});

}  // namespace linnet::inline v0
