#include "data/stream.hpp"

#include <algorithm>
#include <numeric>

#include "data/chain.hpp"
#include "data/memory.hpp"
#include "data/row_buffer.hpp"

namespace linnet::inline v0 {
namespace detail {

namespace {

class StreamCursor final : public DataCursor {
 public:
  explicit StreamCursor(Dataset::Generator generator) : generator_(std::move(generator)) {
    if (!generator_) {
      fail(ErrorCode::invalid_argument, "Dataset::stream: the function gave an empty generator");
    }
  }

  bool next(Batch& batch) override {
    do {
      if (!generator_(batch)) return false;
      measure(batch, "Dataset::stream");
    } while (batch.size == 0);
    return true;
  }

 private:
  Dataset::Generator generator_;
};

class RegroupCursor final : public DataCursor {
 public:
  RegroupCursor(std::unique_ptr<DataCursor> rows, Index batch, bool drop_remainder, Index ring)
      : rows_(std::move(rows)), batch_(batch), drop_remainder_(drop_remainder), ring_(ring) {}

  bool next(Batch& batch) override {
    RowBuffer& buffer = ring_.next();
    while (buffer.size() < batch_) {
      if (used_ == source_.size) {
        used_ = source_.size = 0;
        if (ended_ || !rows_->next(source_)) {
          ended_ = true;
          source_.size = 0;  // what a generator wrote before it said no does not count
          break;
        }
      }
      const Index end = std::min(source_.size, used_ + batch_ - buffer.size());
      buffer.append(source_, used_, end);
      used_ = end;
    }
    if (buffer.size() == 0 || (drop_remainder_ && buffer.size() < batch_)) return false;
    buffer.show(batch);
    return true;
  }

 private:
  std::unique_ptr<DataCursor> rows_;
  Index batch_;
  bool drop_remainder_;
  BufferRing ring_;
  Batch source_;  ///< rows that came last, of which `used_` are in batches
  Index used_ = 0;
  bool ended_ = false;
};

class ShuffleCursor final : public DataCursor {
 public:
  ShuffleCursor(std::unique_ptr<DataCursor> rows, std::uint64_t seed, std::uint64_t epoch,
                Index pool, const DataRequest& request)
      : rows_(std::move(rows)),
        seed_(seed),
        block_(epoch << 32),
        pool_size_(pool),
        step_(static_cast<std::size_t>(request.rows)),
        ring_(request.ring) {}

  bool next(Batch& batch) override {
    if (next_ == until_ && !refill()) return false;
    const std::size_t count = std::min(step_, until_ - next_);
    RowBuffer& buffer = ring_.next();
    buffer.gather(pool_rows_, std::span(order_).subspan(next_, count));
    buffer.show(batch);
    next_ += count;
    return true;
  }

 private:
  /// Keeps the rows not handed out, reads on, and draws a new order. False: no rows are left.
  bool refill() {
    spare_.clear();
    if (until_ < order_.size()) spare_.gather(pool_rows_, std::span(order_).subspan(until_));
    std::swap(pool_, spare_);
    while (!ended_ && pool_.size() < pool_size_) {
      ended_ = !rows_->next(source_);
      if (!ended_) pool_.append(source_, 0, source_.size);
    }
    if (pool_.size() == 0) return false;
    pool_.show(pool_rows_);
    order_.resize(static_cast<std::size_t>(pool_.size()));
    std::iota(order_.begin(), order_.end(), Index{0});
    permute(order_, seed_, block_++);
    next_ = 0;
    until_ = ended_ ? order_.size() : (order_.size() + 1) / 2;
    return true;
  }

  std::unique_ptr<DataCursor> rows_;
  std::uint64_t seed_, block_;
  Index pool_size_;
  std::size_t step_;
  BufferRing ring_;
  RowBuffer pool_, spare_;
  Batch source_, pool_rows_;  ///< what rows_ gave last; views of pool_
  std::vector<Index> order_;
  std::size_t next_ = 0, until_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<DataCursor> StreamNode::open(const DataRequest& request) const {
  auto cursor = std::make_unique<StreamCursor>(open_(request.from.epoch));
  return without_first(std::move(cursor), request.from.element, true);
}

std::unique_ptr<DataCursor> RegroupNode::open(const DataRequest& request) const {
  DataRequest rows = request;
  rows.from.element *= batch_;
  rows.rows = batch_;
  rows.ring = 1;
  return std::make_unique<RegroupCursor>(rows_->open(rows), batch_, drop_remainder_, request.ring);
}

Index RegroupNode::size() const {
  const Index rows = rows_->size();
  if (rows == any) return any;
  return drop_remainder_ ? rows / batch_ : rows / batch_ + (rows % batch_ != 0 ? 1 : 0);
}

std::unique_ptr<DataCursor> ShuffleNode::open(const DataRequest& request) const {
  DataRequest rows = request;
  rows.from.element = 0;
  rows.ring = 1;
  rows.rows = std::max(request.rows, std::min(pool_, Index{256}));
  const auto epoch = each_epoch_ ? static_cast<std::uint64_t>(request.from.epoch) + 1 : 0;
  auto cursor = std::make_unique<ShuffleCursor>(rows_->open(rows), seed_, epoch, pool_, request);
  return without_first(std::move(cursor), request.from.element, true);
}

}  // namespace detail
}  // namespace linnet::inline v0
