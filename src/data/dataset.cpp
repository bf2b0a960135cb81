#include <algorithm>
#include <limits>
#include <linnet/data/dataset.hpp>
#include <utility>

#include "data/buckets.hpp"
#include "data/chain.hpp"
#include "data/memory.hpp"
#include "data/prefetch.hpp"
#include "data/row_buffer.hpp"
#include "data/stream.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::DataNode;
using detail::fail;
using detail::MemoryNode;
using detail::OrderStep;

namespace detail {

namespace {

void check_rows(const Columns& columns, const char* kind, Index rows, const char* where) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Index found = rows_of(columns[i]);
    if (found == rows) continue;
    fail(ErrorCode::shape_mismatch,
         cat(where, ": x[0] has ", rows, " rows, ", kind, "[", std::uint64_t{i}, "] has ", found));
  }
}

}  // namespace

void measure(Batch& batch, const char* where) {
  if (batch.x.empty()) {
    fail(ErrorCode::invalid_argument, cat(where, ": x has no columns"));
  }
  const Index rows = rows_of(batch.x[0]);
  check_rows(batch.x, "x", rows, where);
  check_rows(batch.y, "y", rows, where);
  const Tensor& weight = batch.sample_weight;
  if (!weight.empty()) {
    if (weight.dtype() != DType::float32) {
      fail(ErrorCode::dtype_mismatch,
           cat(where, ": sample_weight: expected float32, got ", weight.dtype()));
    }
    if (weight.shape().rank() == 0 || weight.shape()[0] != rows) {
      fail(ErrorCode::shape_mismatch,
           cat(where, ": sample_weight: expected ", rows, " rows, got shape ", weight.shape()));
    }
  }
  batch.size = rows;
}

}  // namespace detail

Index rows_of(const Column& column) {
  if (const auto* ragged = std::get_if<Ragged>(&column)) return ragged->rows();
  const Shape& shape = std::get<Tensor>(column).shape();
  if (shape.rank() == 0) {
    fail(ErrorCode::shape_mismatch, "Dataset: a column needs an axis of rows, got a scalar");
  }
  return shape[0];
}

DatasetIterator::DatasetIterator(std::shared_ptr<const DataNode> node, DataPosition position)
    : node_(std::move(node)), cursor_(node_->open({.from = position})), position_(position) {}

DatasetIterator::DatasetIterator(DatasetIterator&&) noexcept = default;

DatasetIterator& DatasetIterator::operator=(DatasetIterator&& other) noexcept {
  cursor_ = std::move(other.cursor_);  // before its node goes
  node_ = std::move(other.node_);
  position_ = other.position_;
  return *this;
}

DatasetIterator::~DatasetIterator() = default;

bool DatasetIterator::next(Batch& batch) {
  if (!cursor_->next(batch)) return false;
  position_.element += node_->batched() ? 1 : batch.size;
  return true;
}

Dataset::Dataset(std::shared_ptr<const DataNode> node) : node_(std::move(node)) {}

Dataset Dataset::from(Columns x, Columns y, Tensor sample_weight) {
  auto arrays =
      std::make_shared<Batch>(Batch{std::move(x), std::move(y), std::move(sample_weight), 0});
  detail::measure(*arrays, "Dataset::from");
  if (arrays->size == 0) {
    fail(ErrorCode::invalid_argument, "Dataset::from: the data set is empty (0 rows)");
  }
  for (const Columns* columns : {&arrays->x, &arrays->y}) {
    for (const Column& column : *columns) {
      if (const auto* ragged = std::get_if<Ragged>(&column)) ragged->check();
    }
  }
  return Dataset(std::make_shared<MemoryNode>(std::move(arrays)));
}

Dataset Dataset::stream(std::function<Generator(Index epoch)> open, Index rows) {
  if (!open) fail(ErrorCode::invalid_argument, "Dataset::stream: the function is empty");
  return Dataset(std::make_shared<detail::StreamNode>(std::move(open), rows));
}

namespace {

const MemoryNode* memory_of(const DataNode& node) {
  return node.batched() ? nullptr : dynamic_cast<const MemoryNode*>(&node);
}

void check_count(const char* where, Index count, Index least) {
  if (count >= least) return;
  fail(ErrorCode::invalid_argument, cat(where, ": expected at least ", least, ", got ", count));
}

void check_rows_still(const char* where, const DataNode& node) {
  if (!node.batched()) return;
  fail(ErrorCode::bad_state,
       cat(where, ": the rows are in batches already; call it before batch()"));
}

}  // namespace

Dataset Dataset::shuffle(std::uint64_t seed, Index buffer, bool each_epoch) const {
  check_count("Dataset::shuffle", buffer, 1);
  check_rows_still("Dataset::shuffle", *node_);
  if (const MemoryNode* memory = memory_of(*node_)) {
    return Dataset(
        memory->with({.kind = OrderStep::Kind::shuffle, .seed = seed, .each_epoch = each_epoch}));
  }
  return Dataset(std::make_shared<detail::ShuffleNode>(node_, seed, buffer, each_epoch));
}

Dataset Dataset::batch(Index size, bool drop_remainder) const {
  check_count("Dataset::batch", size, 1);
  check_rows_still("Dataset::batch", *node_);
  if (const MemoryNode* memory = memory_of(*node_)) {
    return Dataset(memory->in_batches(size, drop_remainder));
  }
  return Dataset(std::make_shared<detail::RegroupNode>(node_, size, drop_remainder));
}

Dataset Dataset::bucket_by_sequence_length(const BucketOptions& options) const {
  constexpr const char* kWhere = "Dataset::bucket_by_sequence_length";
  check_rows_still(kWhere, *node_);
  detail::check_buckets(kWhere, options, node_->arrays());
  return Dataset(std::make_shared<detail::BucketNode>(node_, options));
}

Dataset Dataset::map(std::function<void(Batch&)> f) const {
  if (!f) fail(ErrorCode::invalid_argument, "Dataset::map: the function is empty");
  return Dataset(std::make_shared<detail::MapNode>(
      node_, [f = std::move(f)](Batch& batch, DataPosition) { f(batch); }));
}

Dataset Dataset::map_by_position(std::function<void(Batch&, DataPosition)> f) const {
  if (!node_->batched()) {
    fail(ErrorCode::bad_state,
         "Dataset::map: rows that are not in batches have no position; call batch() before");
  }
  return Dataset(std::make_shared<detail::MapNode>(node_, std::move(f)));
}

Dataset Dataset::fetch(std::function<void(Batch&)> f) const {
  if (!f) fail(ErrorCode::invalid_argument, "Dataset::fetch: the function is empty");
  return Dataset(std::make_shared<detail::FetchNode>(
      node_, [f = std::move(f)](Batch& batch, DataPosition) { f(batch); }));
}

Dataset Dataset::take(Index count) const {
  check_count("Dataset::take", count, 0);
  if (const MemoryNode* memory = memory_of(*node_)) {
    return Dataset(memory->with({.kind = OrderStep::Kind::take, .count = count}));
  }
  return Dataset(std::make_shared<detail::TakeNode>(node_, count));
}

Dataset Dataset::skip(Index count) const {
  check_count("Dataset::skip", count, 0);
  if (const MemoryNode* memory = memory_of(*node_)) {
    return Dataset(memory->with({.kind = OrderStep::Kind::skip, .count = count}));
  }
  return Dataset(std::make_shared<detail::SkipNode>(node_, count));
}

Dataset Dataset::repeat(Index count) const {
  constexpr Index kMostInOrder = Index{1} << 26;  // rows whose order is kept in memory
  if (count != any) check_count("Dataset::repeat", count, 1);
  const MemoryNode* memory = memory_of(*node_);
  const Index size = std::max(node_->size(), Index{1});
  if (count != any && count > std::numeric_limits<Index>::max() / size) {
    fail(ErrorCode::out_of_range,
         cat("Dataset::repeat: ", count, " passes of ", size, " elements are too many to count"));
  }
  if (memory != nullptr && count != any && count <= kMostInOrder / size) {
    return Dataset(memory->with({.kind = OrderStep::Kind::repeat, .count = count}));
  }
  return Dataset(std::make_shared<detail::RepeatNode>(node_, count));
}

Dataset Dataset::prefetch(Index count) const {
  check_count("Dataset::prefetch", count, 1);
  constexpr Index kMost = 65536;
  if (count > kMost) {
    fail(ErrorCode::invalid_argument,
         cat("Dataset::prefetch: expected at most ", kMost, ", got ", count));
  }
  return Dataset(std::make_shared<detail::PrefetchNode>(node_, count));
}

Index Dataset::size() const { return node_->size(); }

bool Dataset::batched() const { return node_->batched(); }

bool Dataset::in_memory() const { return memory_of(*node_) != nullptr; }

bool Dataset::from_memory() const { return node_->from_memory(); }

bool Dataset::endless() const { return node_->endless(); }

bool Dataset::reorders() const { return node_->reorders(); }

DatasetIterator Dataset::iterate(Index epoch) const {
  return iterate(DataPosition{.epoch = epoch, .element = 0});
}

DatasetIterator Dataset::iterate(DataPosition position) const {
  check_count("Dataset::iterate: epoch", position.epoch, 0);
  check_count("Dataset::iterate: element", position.element, 0);
  return DatasetIterator(node_, position);
}

Batch Dataset::all(Index epoch) const {
  constexpr Index kMost = Index{1} << 31;
  check_count("Dataset::all: epoch", epoch, 0);
  if (endless()) {
    fail(ErrorCode::bad_state, "Dataset::all: a pass never ends, since it repeats; take() part");
  }
  if (size() > kMost) {
    fail(ErrorCode::out_of_range,
         cat("Dataset::all: expected at most ", kMost, " elements, got ", size(), "; take() part"));
  }
  const auto cursor = node_->open({.from = {.epoch = epoch, .element = 0}, .rows = 1024});
  detail::RowBuffer rows;
  Batch batch;
  while (cursor->next(batch)) rows.append(batch, 0, batch.size);
  rows.show(batch);
  return batch;
}

}  // namespace linnet::inline v0
