#include "model/fit_rows.hpp"

#include <linnet/core/log.hpp>

namespace linnet::inline v0::detail {

FitRows::FitRows(Dataset batches, std::function<void(Batch&)> weigh)
    : rows_(std::move(batches)), batches_(rows_), weigh_(std::move(weigh)) {
  batches_ = weighed(rows_);
}

Dataset FitRows::weighed(const Dataset& batches) const {
  return weigh_ ? batches.map(weigh_) : batches;
}

void FitRows::prepare(ModelState& model, const FeatureRequest& request) {
  if (features_ && !features_->hold(model)) {
    features_.reset();
    tried_ = false;
  }
  if (tried_ || request.epochs - request.first_epoch < 2) return;
  tried_ = true;
  try {
    features_ = Features::of(model, rows_, request);
    if (features_) features_->set_batches(weighed(features_->batches()));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io) throw;
    log(LogLevel::warning, cat("fit: features are not kept: ", error.what()));
  }
}

FitRows::Pass::Pass(FitRows& rows, const ModelState& model, DataPosition from)
    : rows_(rows),
      model_(model),
      iterator_((rows.features_ ? rows.features_->batches() : rows.batches_).iterate(from)) {}

bool FitRows::Pass::next(Batch& batch) {
  at_ = iterator_.position();
  leave_features();
  return iterator_.next(batch);
}

void FitRows::Pass::renew(Batch& batch) {
  if (leave_features()) iterator_.next(batch);
}

/// False if there are none, or they hold.
bool FitRows::Pass::leave_features() {
  if (!rows_.features_ || rows_.features_->hold(model_)) return false;
  iterator_ = rows_.batches_.iterate(at_);
  rows_.features_.reset();
  rows_.tried_ = false;
  return true;
}

}  // namespace linnet::inline v0::detail
