#include "data/buckets.hpp"

#include <algorithm>

#include "data/chain.hpp"
#include "data/row_buffer.hpp"

namespace linnet::inline v0 {
namespace detail {

namespace {

const Ragged* first_ragged(const Batch& batch) {
  for (const Column& column : batch.x) {
    if (const auto* ragged = std::get_if<Ragged>(&column)) return ragged;
  }
  return nullptr;
}

/// The length of a row by its first ragged column.
Index ragged_length(const Batch& batch, Index row) {
  const Ragged* ragged = first_ragged(batch);
  if (ragged == nullptr) {
    fail(ErrorCode::invalid_argument,
         "Dataset::bucket_by_sequence_length: x has no ragged column, whose rows have lengths; "
         "give an element_length_func");
  }
  const auto splits = ragged->splits.data<std::int64_t>();
  const auto i = static_cast<std::size_t>(row);
  return splits[i + 1] - splits[i];
}

class BucketCursor final : public DataCursor {
 public:
  BucketCursor(std::unique_ptr<DataCursor> rows, const BucketOptions& options, Index ring)
      : rows_(std::move(rows)),
        options_(&options),
        ring_(ring),
        buckets_(options.bucket_batch_sizes.size()) {}

  bool next(Batch& batch) override {
    while (next_row()) {
      const std::size_t i = bucket_of(used_);
      buckets_[i].append(source_, used_, used_ + 1);
      ++used_;
      if (buckets_[i].size() == options_->bucket_batch_sizes[i]) return hand_out(i, batch);
    }
    if (options_->drop_remainder) return false;
    while (flushed_ < buckets_.size()) {
      const std::size_t i = flushed_++;
      if (buckets_[i].size() > 0) return hand_out(i, batch);
    }
    return false;
  }

 private:
  /// False at the end of the rows.
  bool next_row() {
    if (used_ < source_.size) return true;
    used_ = source_.size = 0;
    if (!ended_) ended_ = !rows_->next(source_);
    if (ended_) source_.size = 0;  // what a generator wrote before it said no does not count
    return !ended_;
  }

  std::size_t bucket_of(Index row) const {
    const auto& length_of = options_->element_length_func;
    const Index length = length_of ? length_of(source_, row) : ragged_length(source_, row);
    const auto& boundaries = options_->bucket_boundaries;
    return static_cast<std::size_t>(std::ranges::upper_bound(boundaries, length) -
                                    boundaries.begin());
  }

  bool hand_out(std::size_t bucket, Batch& batch) {
    RowBuffer& rows = ring_.next();
    std::swap(rows, buckets_[bucket]);
    rows.show(batch);
    return true;
  }

  std::unique_ptr<DataCursor> rows_;
  const BucketOptions* options_;
  BufferRing ring_;
  std::vector<RowBuffer> buckets_;
  Batch source_;  ///< rows that came last, of which `used_` are in buckets
  Index used_ = 0;
  bool ended_ = false;
  std::size_t flushed_ = 0;  ///< buckets whose last rows are handed out
};

}  // namespace

void check_buckets(const char* where, const BucketOptions& options, const Batch* arrays) {
  const auto& boundaries = options.bucket_boundaries;
  const auto count = static_cast<Index>(boundaries.size());
  const auto sizes = static_cast<Index>(options.bucket_batch_sizes.size());
  if (count == 0) fail(ErrorCode::invalid_argument, cat(where, ": there are no bucket_boundaries"));
  if (sizes != count + 1) {
    fail(ErrorCode::invalid_argument,
         cat(where, ": expected ", count + 1, " bucket_batch_sizes for ", count,
             " boundaries, got ", sizes));
  }
  for (std::size_t i = 1; i < boundaries.size(); ++i) {
    if (boundaries[i] > boundaries[i - 1]) continue;
    fail(ErrorCode::invalid_argument, cat(where, ": bucket_boundaries must grow, got ",
                                          boundaries[i], " after ", boundaries[i - 1]));
  }
  for (const Index size : options.bucket_batch_sizes) {
    if (size >= 1) continue;
    fail(ErrorCode::invalid_argument,
         cat(where, ": bucket_batch_sizes must be positive, got ", size));
  }
  if (arrays != nullptr && !options.element_length_func) ragged_length(*arrays, 0);
}

std::unique_ptr<DataCursor> BucketNode::open(const DataRequest& request) const {
  DataRequest rows = request;
  rows.from.element = 0;
  rows.ring = 1;
  rows.rows = 256;
  auto cursor = std::make_unique<BucketCursor>(rows_->open(rows), options_, request.ring);
  return without_first(std::move(cursor), request.from.element, false);
}

}  // namespace detail
}  // namespace linnet::inline v0
