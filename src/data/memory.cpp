#include "data/memory.hpp"

#include <algorithm>
#include <linnet/core/random.hpp>
#include <numeric>

#include "data/row_buffer.hpp"

namespace linnet::inline v0 {
namespace detail {

namespace {

/// Copies batch after batch of rows together.
class GatherCursor final : public DataCursor {
 public:
  GatherCursor(std::shared_ptr<const Batch> arrays, std::vector<Index> order, Index first,
               Index batch, Index ring)
      : arrays_(std::move(arrays)),
        order_(std::move(order)),
        next_(static_cast<std::size_t>(first)),
        batch_(static_cast<std::size_t>(batch)),
        ring_(ring) {}

  bool next(Batch& batch) override {
    if (next_ >= order_.size()) return false;
    const std::size_t count = std::min(batch_, order_.size() - next_);
    RowBuffer& buffer = ring_.next();
    buffer.gather(*arrays_, std::span(order_).subspan(next_, count));
    buffer.show(batch);
    next_ += count;
    return true;
  }

 private:
  std::shared_ptr<const Batch> arrays_;
  std::vector<Index> order_;
  std::size_t next_, batch_;
  BufferRing ring_;
};

}  // namespace

void permute(std::vector<Index>& rows, std::uint64_t seed, std::uint64_t block) {
  const RandomStream stream(seed, "dataset/shuffle");
  for (std::size_t i = rows.size(); i > 1; --i) {
    std::swap(rows[i - 1], rows[stream.below(i, i, block)]);
  }
}

std::shared_ptr<const MemoryNode> MemoryNode::with(OrderStep step) const {
  auto node = std::make_shared<MemoryNode>(*this);
  node->steps_.push_back(step);
  return node;
}

std::shared_ptr<const MemoryNode> MemoryNode::in_batches(Index size, bool drop_remainder) const {
  auto node = std::make_shared<MemoryNode>(*this);
  node->batch_ = size;
  node->drop_remainder_ = drop_remainder;
  return node;
}

NodePtr MemoryNode::over(std::shared_ptr<const Replacement> rows) const {
  auto node = std::make_shared<MemoryNode>(*this);
  node->replacement_ = std::move(rows);
  return node;
}

void MemoryNode::read(std::span<const Index> rows, RowBuffer& memory, Batch& batch) const {
  memory.clear();
  memory.gather(*arrays_, rows);
  memory.show(batch);
}

Index MemoryNode::rows(std::size_t steps) const {
  Index rows = arrays_->size;
  for (std::size_t i = 0; i < steps; ++i) {
    const OrderStep& step = steps_[i];
    if (step.kind == OrderStep::Kind::take) rows = std::min(rows, step.count);
    if (step.kind == OrderStep::Kind::skip) rows = std::max(rows - step.count, Index{0});
    if (step.kind == OrderStep::Kind::repeat) rows *= step.count;
  }
  return rows;
}

std::vector<Index> MemoryNode::order(Index epoch, std::size_t steps) const {
  if (steps == 0) {
    std::vector<Index> rows(static_cast<std::size_t>(arrays_->size));
    std::iota(rows.begin(), rows.end(), Index{0});
    return rows;
  }
  const OrderStep& step = steps_[steps - 1];
  if (step.kind == OrderStep::Kind::repeat) {
    std::vector<Index> all;
    for (Index pass = 0; pass < step.count; ++pass) {
      const std::vector<Index> rows = order(epoch * step.count + pass, steps - 1);
      all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
  }
  std::vector<Index> rows = order(epoch, steps - 1);
  const auto count =
      static_cast<std::size_t>(std::min<Index>(step.count, static_cast<Index>(rows.size())));
  if (step.kind == OrderStep::Kind::shuffle) {
    permute(rows, step.seed, step.each_epoch ? static_cast<std::uint64_t>(epoch) + 1 : 0);
  } else if (step.kind == OrderStep::Kind::take) {
    rows.resize(count);
  } else {
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return rows;
}

std::unique_ptr<DataCursor> MemoryNode::open(const DataRequest& request) const {
  std::vector<Index> rows = order(request.from.epoch, steps_.size());
  if (batched())
    rows.resize(static_cast<std::size_t>(std::min(size() * batch_, this->rows(steps_.size()))));
  const Index batch = batched() ? batch_ : request.rows;
  const Index first = request.from.element * (batched() ? batch_ : 1);
  if (replacement_ == nullptr) {
    return std::make_unique<GatherCursor>(arrays_, std::move(rows), first, batch, request.ring);
  }
  for (Index& row : rows) row = replacement_->position[static_cast<std::size_t>(row)];
  const std::shared_ptr<const Batch> arrays(replacement_, &replacement_->arrays);
  return std::make_unique<GatherCursor>(arrays, std::move(rows), first, batch, request.ring);
}

Index MemoryNode::size() const {
  const Index rows = this->rows(steps_.size());
  if (!batched()) return rows;
  return drop_remainder_ ? rows / batch_ : rows / batch_ + (rows % batch_ != 0 ? 1 : 0);
}

bool MemoryNode::reorders() const {
  return std::any_of(steps_.begin(), steps_.end(), [](const OrderStep& step) {
    return step.kind == OrderStep::Kind::shuffle && step.each_epoch;
  });
}

}  // namespace detail
}  // namespace linnet::inline v0
