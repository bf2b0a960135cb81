// MapNode, FetchNode, TakeNode, SkipNode, RepeatNode: stages that hand on what another stage makes.
#pragma once

#include <functional>
#include <utility>

#include "data/node.hpp"

namespace linnet::inline v0 {
namespace detail {

/// `cursor` without its first `count` elements (rows if `by_rows`).
std::unique_ptr<DataCursor> without_first(std::unique_ptr<DataCursor> cursor, Index count,
                                          bool by_rows);

/// A stage that keeps what its source says of itself.
class ChainNode : public DataNode {
 public:
  explicit ChainNode(NodePtr source) : source_(std::move(source)) {}
  Index size() const override { return source_->size(); }
  bool batched() const override { return source_->batched(); }
  bool reorders() const override { return source_->reorders(); }
  bool endless() const override { return source_->endless(); }
  bool from_memory() const override { return source_->from_memory(); }
  const Batch* arrays() const override { return source_->arrays(); }
  NodePtr over(std::shared_ptr<const Replacement> rows) const override {
    NodePtr made = source_->over(std::move(rows));
    return made == nullptr ? made : around(std::move(made));
  }
  void read(std::span<const Index> rows, RowBuffer& memory, Batch& batch) const override {
    source_->read(rows, memory, batch);
  }

 protected:
  const DataNode& source() const { return *source_; }
  /// This stage around another source, for over(): that source itself if the stage adds nothing.
  virtual NodePtr around(NodePtr source) const { return source; }

 private:
  NodePtr source_;
};

class MapNode : public ChainNode {
 public:
  MapNode(NodePtr source, std::function<void(Batch&, DataPosition)> f)
      : ChainNode(std::move(source)), f_(std::move(f)) {}
  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;
  const Batch* arrays() const override { return nullptr; }  // who knows what a function does
  NodePtr over(std::shared_ptr<const Replacement>) const override { return {}; }

 protected:
  /// Changes a batch. Error: shape_mismatch: to one of another number of rows.
  void call(Batch& batch, DataPosition at) const;

 private:
  std::function<void(Batch&, DataPosition)> f_;
};

/// A map() whose rows come from elsewhere.
class FetchNode final : public MapNode {
 public:
  using MapNode::MapNode;
  bool from_memory() const override { return false; }
  const Batch* arrays() const override { return ChainNode::arrays(); }
  NodePtr over(std::shared_ptr<const Replacement> rows) const override {
    return ChainNode::over(std::move(rows));
  }
  void read(std::span<const Index> rows, RowBuffer& memory, Batch& batch) const override {
    ChainNode::read(rows, memory, batch);
    call(batch, {});  // what fetches does not ask where
  }
};

class TakeNode final : public ChainNode {
 public:
  TakeNode(NodePtr source, Index count) : ChainNode(std::move(source)), count_(count) {}
  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;
  Index size() const override;
  bool endless() const override { return false; }

 protected:
  NodePtr around(NodePtr source) const override {
    return std::make_shared<TakeNode>(std::move(source), count_);
  }

 private:
  Index count_;
};

class SkipNode final : public ChainNode {
 public:
  SkipNode(NodePtr source, Index count) : ChainNode(std::move(source)), count_(count) {}
  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;
  Index size() const override;

 protected:
  NodePtr around(NodePtr source) const override {
    return std::make_shared<SkipNode>(std::move(source), count_);
  }

 private:
  Index count_;
};

/// `count` passes of the source, or any: without end.
class RepeatNode final : public ChainNode {
 public:
  RepeatNode(NodePtr source, Index count) : ChainNode(std::move(source)), count_(count) {}
  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;
  Index size() const override;
  bool endless() const override {
    return (count_ == any && source().size() != 0) || source().endless();
  }

  const DataNode& pass() const { return source(); }
  Index count() const { return count_; }

 protected:
  NodePtr around(NodePtr source) const override {
    return std::make_shared<RepeatNode>(std::move(source), count_);
  }

 private:
  Index count_;
};

}  // namespace detail
}  // namespace linnet::inline v0
