// The parts of a model file: its tensors while they are read, training state, self-test.
#pragma once

#include <linnet/io/safetensors.hpp>
#include <map>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// The tensors of a model file while it is read: each is taken once.
class TensorTable {
 public:
  explicit TensorTable(std::vector<NamedTensor> tensors);

  /// Error: corrupt_file: missing, or (with a type) of another type.
  Tensor take(const std::string& name);
  Tensor take(const std::string& name, const TensorType& type);
  bool has(const std::string& name) const { return tensors_.contains(name); }
  /// All whose name is `prefix` and a rest, by that rest; with `flat`, a rest without '/'.
  std::vector<NamedTensor> take_all(const std::string& prefix, bool flat);
  /// Error: corrupt_file: a tensor that nobody took.
  void check_empty() const;

 private:
  std::map<std::string, Tensor> tensors_;
};

/// Model::save as linnet's own file.
void save_own_file(const Model& model, const std::string& path, const SaveOptions& options);
/// Model::load of such a file.
Model load_own_file(const std::string& path, const LoadOptions& options);
/// The config of the model in such a file, as ModelState::config() wrote it.
Config own_config(const std::string& path, const LoadLimits& limits);

// training_file.cpp: what training needs to go on.
/// compile()'s settings, the count of updates and what else decides about the next step; null if
/// the model is not compiled.
Config training_config(const ModelState& model);
void add_training(const ModelState& model, std::vector<NamedTensor>& tensors);
/// Restores both. Error: not_found: a loss, metric or optimizer class that is not known.
void restore_training(ModelState& model, const Config& config, TensorTable& tensors);
/// The same for a model that is compiled already.
void restore_progress(ModelState& model, const Config& config, TensorTable& tensors);
/// Error (bad_state): the model is compiled in another way than the saved one.
void require_same_settings(const ModelState& model, const Config& config);

// self_test.cpp: a few rows and what the model makes of them.
void add_self_test(const Model& model, std::vector<NamedTensor>& tensors);
/// Error: corrupt_file: an output differs by more than rounding.
void run_self_test(const Model& model, TensorTable& tensors);

}  // namespace linnet::inline v0::detail
