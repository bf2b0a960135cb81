// BucketNode: rows of like length in batches.
#pragma once

#include <utility>

#include "data/node.hpp"

namespace linnet::inline v0 {
namespace detail {

/// Throws for options that make no sense; of rows that come from `arrays` (or null), also if they
/// have no length.
void check_buckets(const char* where, const BucketOptions& options, const Batch* arrays);

class BucketNode final : public DataNode {
 public:
  BucketNode(NodePtr rows, BucketOptions options)
      : rows_(std::move(rows)), options_(std::move(options)) {}

  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;
  Index size() const override { return rows_->size() == 0 ? 0 : any; }
  bool batched() const override { return true; }
  bool reorders() const override { return rows_->reorders(); }
  bool endless() const override { return rows_->endless(); }
  bool from_memory() const override { return rows_->from_memory(); }

 private:
  NodePtr rows_;
  BucketOptions options_;
};

}  // namespace detail
}  // namespace linnet::inline v0
