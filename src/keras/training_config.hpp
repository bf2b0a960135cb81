// What a model was compiled with, as Keras writes it, and the state of its optimizer.
#pragma once

#include <string>
#include <vector>

#include "keras/weight_plan.hpp"

namespace linnet::inline v0::detail::keras {

/// compile_config of a `.keras` file or training_config of an `.h5`, as training_config() of
/// model_file.hpp writes it; null if the model was not compiled. Error: unsupported.
Config training_settings(const ModelState& model, const Config& compiled);

/// The datasets of an optimizer, in its order.
struct OptimizerVariables {
  std::vector<std::string> datasets;
  /// Older versions: one kind of slot of all weights, then the next one. Else all slots of a
  /// weight, then the next weight.
  bool by_slot = false;
};

/// Where an optimizer keeps a slot of a weight that is trained.
struct SlotPlace {
  std::string path;  ///< of the weight
  std::shared_ptr<Parameter> parameter;
  std::string slot;  ///< empty: a variable of Keras's that linnet does without, a scalar

  Shape shape() const;
};

/// The variables of an optimizer behind the count of updates and the learning rate, in Keras's
/// order.
std::vector<SlotPlace> slot_places(const ModelState& model, const Optimizer& optimizer,
                                   const LayerOrder& order, bool by_slot = false);

/// Compiles the model and gives the optimizer its state: the count of updates, and slots. If the
/// file holds another number of variables than the optimizer has, it begins anew and the log says
/// so, as in Keras. Error: corrupt_file: a variable of another shape.
void restore_compiled(ModelState& model, Config settings, WeightStore& file,
                      const LayerOrder& order, const OptimizerVariables& variables);

}  // namespace linnet::inline v0::detail::keras
