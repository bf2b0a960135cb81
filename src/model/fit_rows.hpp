// FitRows: the batches of a fit(), as they come or as kept features.
#pragma once

#include <functional>

#include "model/features.hpp"

namespace linnet::inline v0::detail {

class FitRows {
 public:
  /// `weigh`, if given, sets the weights of each batch, kept or not.
  FitRows(Dataset batches, std::function<void(Batch&)> weigh = {});

  const Dataset& batches() const { return batches_; }
  /// Of all rows, in the order in which they lie in memory; empty: they come from elsewhere.
  const std::string& checksum() const;
  /// Before a pass: computes features, unless they are there already or there are none to keep.
  void prepare(ModelState& model, const FeatureRequest& request);
  std::size_t memory() const { return features_ ? features_->memory() : 0; }

  /// One pass, which goes on with the rows themselves if the features no longer hold.
  class Pass {
   public:
    Pass(FitRows& rows, const ModelState& model, DataPosition from);
    bool next(Batch& batch);
    /// The same batch once more, if the features no longer hold since next() gave it.
    void renew(Batch& batch);
    /// What the batch's x are made of; null: they are the model's inputs.
    const FeatureInputs* inputs() const {
      return rows_.features_ ? &rows_.features_->inputs() : nullptr;
    }

   private:
    bool leave_features();

    FitRows& rows_;
    const ModelState& model_;
    DatasetIterator iterator_;
    DataPosition at_;  ///< of the batch that was read last
  };

 private:
  Dataset weighed(const Dataset& batches) const;

  Dataset rows_, batches_;  ///< without and with the weights
  std::function<void(Batch&)> weigh_;
  std::optional<Features> features_;
  bool tried_ = false;
  mutable std::optional<std::string> checksum_;  ///< once it was asked for
};

}  // namespace linnet::inline v0::detail
