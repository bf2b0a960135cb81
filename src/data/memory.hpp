// MemoryNode: rows of arrays in memory, in an order of their own for each epoch.
#pragma once

#include <vector>

#include "data/node.hpp"

namespace linnet::inline v0 {
namespace detail {

/// One change of the order of rows.
struct OrderStep {
  enum class Kind : std::uint8_t { shuffle, take, skip, repeat };
  Kind kind;
  Index count = 0;         ///< of take, skip, repeat
  std::uint64_t seed = 0;  ///< of shuffle
  bool each_epoch = true;  ///< of shuffle
};

class MemoryNode final : public DataNode {
 public:
  explicit MemoryNode(std::shared_ptr<const Batch> arrays) : arrays_(std::move(arrays)) {}

  std::shared_ptr<const MemoryNode> with(OrderStep step) const;
  std::shared_ptr<const MemoryNode> in_batches(Index size, bool drop_remainder) const;

  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;
  Index size() const override;
  bool batched() const override { return batch_ > 0; }
  bool reorders() const override;
  bool endless() const override { return false; }
  bool from_memory() const override { return true; }
  const Batch* arrays() const override { return arrays_.get(); }
  NodePtr over(std::shared_ptr<const Replacement> rows) const override;
  void read(std::span<const Index> rows, RowBuffer& memory, Batch& batch) const override;

 private:
  /// The rows after the first `steps` steps, before batches.
  Index rows(std::size_t steps) const;
  /// Their numbers in the arrays.
  std::vector<Index> order(Index epoch, std::size_t steps) const;

  std::shared_ptr<const Batch> arrays_;
  std::shared_ptr<const Replacement> replacement_;  ///< what is read instead, if anything
  std::vector<OrderStep> steps_;
  Index batch_ = 0;
  bool drop_remainder_ = false;
};

/// Puts `rows` in the random order number `block` of the seed.
void permute(std::vector<Index>& rows, std::uint64_t seed, std::uint64_t block);

}  // namespace detail
}  // namespace linnet::inline v0
