// Features: what frozen layers make of the rows of a data set, computed once for all epochs.
#pragma once

#include <optional>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// How a frozen part sees a model's inputs: what a batch of its outputs stands for.
struct FeatureInputs {
  Types inputs;           ///< of the model; their axis of rows says nothing
  std::string signature;  ///< of the FrozenPart
};

/// The epochs for which features are wanted, and the room for them.
struct FeatureRequest {
  Mode mode = Mode::train;
  Index first_epoch = 0, epochs = 1;
  Index steps = 0;  ///< of an epoch; 0: until the data end
  std::size_t memory = 0;
};

/// Batches whose x are the outputs of the frozen part.
class Features {
 public:
  /// Nothing, if there is no frozen part worth it, or the rows may differ from epoch to epoch.
  /// Error: whatever the data or the checks of the model refuse.
  static std::optional<Features> of(ModelState& model, const Dataset& batches,
                                    const FeatureRequest& request);

  const Dataset& batches() const { return *batches_; }
  void set_batches(Dataset batches) { batches_ = std::move(batches); }
  const FeatureInputs& inputs() const { return inputs_; }
  /// Bytes that are not on disk.
  std::size_t memory() const { return memory_; }
  /// False once a layer was thawed or frozen, or a frozen weight was changed.
  bool hold(const ModelState& model) const;

 private:
  explicit Features(const ModelState& model);
  static std::uint64_t version_of(const std::vector<std::shared_ptr<Parameter>>& parameters);

  std::optional<Dataset> batches_;
  FeatureInputs inputs_;
  std::size_t memory_ = 0;
  std::vector<bool> flags_;
  mutable std::uint64_t flags_version_ = 0;
  std::vector<std::shared_ptr<Parameter>> frozen_;
  std::uint64_t version_ = 0;
};

}  // namespace linnet::inline v0::detail
