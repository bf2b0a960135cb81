#include "data/chain.hpp"

#include <algorithm>

#include "data/row_buffer.hpp"

namespace linnet::inline v0 {
namespace detail {

namespace {

class SkipCursor final : public DataCursor {
 public:
  SkipCursor(std::unique_ptr<DataCursor> source, Index count, bool by_rows)
      : source_(std::move(source)), left_(count), by_rows_(by_rows) {}

  bool next(Batch& batch) override {
    while (left_ > 0) {
      if (!source_->next(batch)) return false;
      const Index step = by_rows_ ? batch.size : 1;
      if (left_ < step) {
        kept_.append(batch, left_, batch.size);
        kept_.show(batch);
        left_ = 0;
        return true;
      }
      left_ -= step;
    }
    return source_->next(batch);
  }

 private:
  std::unique_ptr<DataCursor> source_;
  Index left_;
  bool by_rows_;
  RowBuffer kept_;  ///< the rows behind the skipped ones of one batch
};

class MapCursor final : public DataCursor {
 public:
  MapCursor(std::unique_ptr<DataCursor> source, DataPosition from,
            std::function<void(Batch&, DataPosition)> call)
      : source_(std::move(source)), at_(from), call_(std::move(call)) {}

  bool next(Batch& batch) override {
    if (!source_->next(batch)) return false;
    call_(batch, at_);
    ++at_.element;
    return true;
  }

 private:
  std::unique_ptr<DataCursor> source_;
  DataPosition at_;  ///< of the next element, in batches
  std::function<void(Batch&, DataPosition)> call_;
};

class TakeCursor final : public DataCursor {
 public:
  TakeCursor(std::unique_ptr<DataCursor> source, Index count, bool by_rows)
      : source_(std::move(source)), left_(count), by_rows_(by_rows) {}

  bool next(Batch& batch) override {
    if (left_ <= 0 || !source_->next(batch)) return false;
    const Index step = by_rows_ ? batch.size : 1;
    if (step > left_) {
      kept_.append(batch, 0, left_);
      kept_.show(batch);
    }
    left_ -= step;
    return true;
  }

 private:
  std::unique_ptr<DataCursor> source_;
  Index left_;
  bool by_rows_;
  RowBuffer kept_;  ///< the rows of the last batch that are still taken
};

class RepeatCursor final : public DataCursor {
 public:
  RepeatCursor(const RepeatNode& node, DataRequest request)
      : node_(&node), request_(request), epoch_(request.from.epoch) {
    const Index size = node.pass().size();
    if (size > 0) {
      pass_ = request.from.element / size;
      request_.from.element %= size;
    }
  }

  bool next(Batch& batch) override {
    while (node_->count() == any || pass_ < node_->count()) {
      if (source_ == nullptr) start();
      if (source_->next(batch)) {
        empty_ = false;
        return true;
      }
      source_.reset();
      ++pass_;
      request_.from.element = 0;
      if (empty_) return false;
      empty_ = true;
    }
    return false;
  }

 private:
  /// Each pass has an epoch of its own, so that it is shuffled on its own.
  void start() {
    // Of 64 bits, which may wrap: an epoch's number only seeds its order.
    const auto epoch = static_cast<std::uint64_t>(epoch_), pass = static_cast<std::uint64_t>(pass_);
    const bool few = 0 < node_->count() && node_->count() < (Index{1} << 31);
    const auto stride = few ? static_cast<std::uint64_t>(node_->count()) : std::uint64_t{1} << 32;
    request_.from.epoch = static_cast<Index>((epoch * stride + pass) & (~std::uint64_t{0} >> 1));
    source_ = node_->pass().open(request_);
  }

  const RepeatNode* node_;
  DataRequest request_;
  Index epoch_;
  Index pass_ = 0;
  bool empty_ = true;  ///< the current pass has given nothing yet
  std::unique_ptr<DataCursor> source_;
};

/// The same request for an element further on.
DataRequest moved(DataRequest request, Index count) {
  request.from.element += count;
  return request;
}

}  // namespace

std::unique_ptr<DataCursor> without_first(std::unique_ptr<DataCursor> cursor, Index count,
                                          bool by_rows) {
  if (count == 0) return cursor;
  return std::make_unique<SkipCursor>(std::move(cursor), count, by_rows);
}

std::unique_ptr<DataCursor> MapNode::open(const DataRequest& request) const {
  return std::make_unique<MapCursor>(source().open(request), request.from,
                                     [this](Batch& batch, DataPosition at) { call(batch, at); });
}

void MapNode::call(Batch& batch, DataPosition at) const {
  const Index size = batch.size;
  f_(batch, at);
  measure(batch, "Dataset::map");
  if (batch.size == size) return;
  fail(ErrorCode::shape_mismatch,
       cat("Dataset::map: the function made ", batch.size, " rows of ", size));
}

std::unique_ptr<DataCursor> TakeNode::open(const DataRequest& request) const {
  return std::make_unique<TakeCursor>(source().open(request), count_ - request.from.element,
                                      !batched());
}

Index TakeNode::size() const {
  const Index size = source().size();
  return size == any ? any : std::min(size, count_);
}

std::unique_ptr<DataCursor> SkipNode::open(const DataRequest& request) const {
  return source().open(moved(request, count_));
}

Index SkipNode::size() const {
  const Index size = source().size();
  return size == any ? any : std::max(size - count_, Index{0});
}

std::unique_ptr<DataCursor> RepeatNode::open(const DataRequest& request) const {
  if (source().size() != any) return std::make_unique<RepeatCursor>(*this, request);
  DataRequest start = request;
  start.from.element = 0;
  return without_first(std::make_unique<RepeatCursor>(*this, start), request.from.element,
                       !batched());
}

Index RepeatNode::size() const {
  const Index size = source().size();
  return size == any || count_ == any ? any : size * count_;
}

}  // namespace detail
}  // namespace linnet::inline v0
