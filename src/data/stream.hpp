// StreamNode, RegroupNode, ShuffleNode: rows from a function, put into batches and shuffled.
#pragma once

#include <functional>
#include <utility>

#include "data/node.hpp"

namespace linnet::inline v0 {
namespace detail {

class StreamNode final : public DataNode {
 public:
  using Open = std::function<Dataset::Generator(Index epoch)>;
  StreamNode(Open open, Index rows) : open_(std::move(open)), rows_(rows) {}

  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;
  Index size() const override { return rows_; }
  bool batched() const override { return false; }
  bool reorders() const override { return false; }
  bool endless() const override { return false; }  // as far as one can know
  bool from_memory() const override { return false; }

 private:
  Open open_;
  Index rows_;
};

/// Rows, however many come at a time, in batches of `batch`.
class RegroupNode final : public DataNode {
 public:
  RegroupNode(NodePtr rows, Index batch, bool drop_remainder)
      : rows_(std::move(rows)), batch_(batch), drop_remainder_(drop_remainder) {}

  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;
  Index size() const override;
  bool batched() const override { return true; }
  bool reorders() const override { return rows_->reorders(); }
  bool endless() const override { return rows_->endless(); }
  bool from_memory() const override { return rows_->from_memory(); }
  const Batch* arrays() const override { return rows_->arrays(); }
  NodePtr over(std::shared_ptr<const Replacement> rows) const override {
    NodePtr made = rows_->over(std::move(rows));
    return made == nullptr
               ? made
               : std::make_shared<RegroupNode>(std::move(made), batch_, drop_remainder_);
  }
  void read(std::span<const Index> rows, RowBuffer& memory, Batch& batch) const override {
    rows_->read(rows, memory, batch);
  }

 private:
  NodePtr rows_;
  Index batch_;
  bool drop_remainder_;
};

/// Rows shuffled in a pool of `pool` rows: half of it is handed out, then it is filled again.
class ShuffleNode final : public DataNode {
 public:
  ShuffleNode(NodePtr rows, std::uint64_t seed, Index pool, bool each_epoch)
      : rows_(std::move(rows)), seed_(seed), pool_(pool), each_epoch_(each_epoch) {}

  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;
  Index size() const override { return rows_->size(); }
  bool batched() const override { return false; }
  bool reorders() const override { return each_epoch_ || rows_->reorders(); }
  bool endless() const override { return rows_->endless(); }
  bool from_memory() const override { return rows_->from_memory(); }

 private:
  NodePtr rows_;
  std::uint64_t seed_;
  Index pool_;
  bool each_epoch_;
};

}  // namespace detail
}  // namespace linnet::inline v0
