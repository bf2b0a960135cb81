#include "model/fit_rows.hpp"

#include <linnet/core/log.hpp>
#include <linnet/io/checksum.hpp>

#include "data/node.hpp"

namespace linnet::inline v0::detail {

namespace {

void add(Xxh64& sum, const Tensor& tensor) {
  const std::string type = cat(tensor.dtype(), " ", tensor.shape(), "\n");
  sum.update(std::as_bytes(std::span(type)));
  if (tensor.dtype() != DType::string) {
    const auto* bytes = static_cast<const std::byte*>(tensor.raw());
    return sum.update({bytes, static_cast<std::size_t>(tensor.size()) * size_of(tensor.dtype())});
  }
  for (const std::string& text : tensor.data<std::string>()) {
    sum.update(std::as_bytes(std::span(text.c_str(), text.size() + 1)));  // up to its end
  }
}

void add(Xxh64& sum, const Column& column) {
  if (const auto* tensor = std::get_if<Tensor>(&column)) return add(sum, *tensor);
  const auto& ragged = std::get<Ragged>(column);
  add(sum, ragged.values);
  add(sum, ragged.splits);
}

}  // namespace

FitRows::FitRows(Dataset batches, std::function<void(Batch&)> weigh)
    : rows_(std::move(batches)), batches_(rows_), weigh_(std::move(weigh)) {
  batches_ = weighed(rows_);
}

const std::string& FitRows::checksum() const {
  if (checksum_) return *checksum_;
  const Batch* arrays = rows_.node()->arrays();
  if (arrays == nullptr) return checksum_.emplace();
  Xxh64 sum;
  for (const Column& column : arrays->x) add(sum, column);
  for (const Column& column : arrays->y) add(sum, column);
  add(sum, arrays->sample_weight);
  return checksum_.emplace(hex(sum.digest()));
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
