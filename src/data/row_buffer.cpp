#include "data/row_buffer.hpp"

#include <cstring>

namespace linnet::inline v0 {
namespace detail {

namespace {

const Tensor& data_of(const Column& column) {
  if (const auto* ragged = std::get_if<Ragged>(&column)) return ragged->values;
  return std::get<Tensor>(column);
}

/// Elements of one step along the first axis.
Index stride_of(const Tensor& tensor) { return tensor.shape().elements(1, tensor.shape().rank()); }

/// Copies `count` steps of the first axis.
void copy_steps(const Tensor& from, Index from_step, Tensor& to, Index to_step, Index count,
                Index stride) {
  if (count == 0 || stride == 0) return;
  if (from.dtype() == DType::string) {
    const auto source = from.data<std::string>().subspan(
        static_cast<std::size_t>(from_step * stride), static_cast<std::size_t>(count * stride));
    std::copy(source.begin(), source.end(), to.data<std::string>().begin() + to_step * stride);
    return;
  }
  const auto bytes = static_cast<std::size_t>(stride) * size_of(from.dtype());
  std::memcpy(static_cast<char*>(to.raw()) + static_cast<std::size_t>(to_step) * bytes,
              static_cast<const char*>(from.raw()) + static_cast<std::size_t>(from_step) * bytes,
              static_cast<std::size_t>(count) * bytes);
}

/// A tensor with room for `steps` steps, which begins with the first `used` of `old`.
Tensor grown(const Tensor& old, Index steps, Index used) {
  Tensor tensor(old.dtype(), old.shape().with(0, steps));
  copy_steps(old, 0, tensor, 0, used, stride_of(old));
  return tensor;
}

}  // namespace

void ColumnBuffer::fit(const Column& from) {
  const Tensor& data = data_of(from);
  const bool ragged = std::holds_alternative<Ragged>(from);
  const bool same = ragged == ragged_ && data.dtype() == data_.dtype() &&
                    data.shape().with(0, 0) == data_.shape().with(0, 0);
  if (same) return;
  if (rows_ > 0) {
    fail(ErrorCode::shape_mismatch,
         cat("Dataset: rows of one column differ: ", ragged_ ? "ragged " : "", data_.dtype(), " ",
             data_.shape().with(0, any), " and ", ragged ? "ragged " : "", data.dtype(), " ",
             data.shape().with(0, any)));
  }
  ragged_ = ragged;
  data_ = Tensor(data.dtype(), data.shape().with(0, 0));
}

void ColumnBuffer::reserve_rows(Index rows) {
  Tensor& tensor = ragged_ ? splits_ : data_;
  const Index wanted = rows + (ragged_ ? 1 : 0);
  if (ragged_ && splits_.dtype() != DType::int64) splits_ = Tensor(DType::int64, {1});
  const Index room = tensor.shape()[0];
  if (wanted <= room) return;
  tensor =
      grown(tensor, rows_ == 0 ? wanted : std::max(wanted, 2 * room), ragged_ ? rows_ + 1 : rows_);
}

void ColumnBuffer::reserve_values(Index values) {
  const Index room = data_.shape()[0];
  if (values > room) data_ = grown(data_, std::max(values, 2 * room), values_);
}

void ColumnBuffer::append(const Column& from, Index begin, Index end) {
  fit(from);
  reserve_rows(rows_ + end - begin);
  const Tensor& data = data_of(from);
  if (!ragged_) {
    copy_steps(data, begin, data_, rows_, end - begin, stride_of(data));
    rows_ += end - begin;
    return;
  }
  const auto splits = std::get<Ragged>(from).splits.data<std::int64_t>();
  const Index first = splits[static_cast<std::size_t>(begin)];
  const Index count = splits[static_cast<std::size_t>(end)] - first;
  reserve_values(values_ + count);
  copy_steps(data, first, data_, values_, count, stride_of(data));
  const auto ends = splits_.data<std::int64_t>();
  for (Index row = begin; row < end; ++row) {
    ends[static_cast<std::size_t>(++rows_)] =
        values_ + splits[static_cast<std::size_t>(row) + 1] - first;
  }
  values_ += count;
}

void ColumnBuffer::gather(const Column& from, std::span<const Index> rows) {
  fit(from);
  reserve_rows(rows_ + static_cast<Index>(rows.size()));
  const Tensor& data = data_of(from);
  const Index stride = stride_of(data);
  if (!ragged_) {
    for (const Index row : rows) copy_steps(data, row, data_, rows_++, 1, stride);
    return;
  }
  const auto splits = std::get<Ragged>(from).splits.data<std::int64_t>();
  Index total = values_;
  for (const Index row : rows) {
    total += splits[static_cast<std::size_t>(row) + 1] - splits[static_cast<std::size_t>(row)];
  }
  reserve_values(total);
  const auto ends = splits_.data<std::int64_t>();
  for (const Index row : rows) {
    const Index first = splits[static_cast<std::size_t>(row)];
    const Index count = splits[static_cast<std::size_t>(row) + 1] - first;
    copy_steps(data, first, data_, values_, count, stride);
    values_ += count;
    ends[static_cast<std::size_t>(++rows_)] = values_;
  }
}

void ColumnBuffer::show(Column& column) const {
  if (ragged_) {
    column = Ragged{data_.rows(0, values_), splits_.rows(0, rows_ + 1)};
  } else {
    column = data_.rows(0, rows_);
  }
}

void RowBuffer::clear() {
  for (ColumnBuffer& column : x_) column.clear();
  for (ColumnBuffer& column : y_) column.clear();
  weight_.clear();
  size_ = 0;
}

template <class Add>
void RowBuffer::each_column(const Batch& from, Add add) {
  const bool weighted = !from.sample_weight.empty();
  if (size_ == 0) {
    x_.resize(from.x.size());
    y_.resize(from.y.size());
    weighted_ = weighted;
  }
  if (x_.size() != from.x.size() || y_.size() != from.y.size() || weighted_ != weighted) {
    fail(ErrorCode::shape_mismatch,
         "Dataset: batches differ in their number of columns, or only some have sample weights");
  }
  for (std::size_t i = 0; i < x_.size(); ++i) add(x_[i], from.x[i]);
  for (std::size_t i = 0; i < y_.size(); ++i) add(y_[i], from.y[i]);
  if (weighted) add(weight_, Column(from.sample_weight));
}

void RowBuffer::append(const Batch& from, Index begin, Index end) {
  if (begin == end) return;
  each_column(from, [&](ColumnBuffer& to, const Column& c) { to.append(c, begin, end); });
  size_ += end - begin;
}

void RowBuffer::gather(const Batch& from, std::span<const Index> rows) {
  if (rows.empty()) return;
  each_column(from, [&](ColumnBuffer& to, const Column& c) { to.gather(c, rows); });
  size_ += static_cast<Index>(rows.size());
}

void RowBuffer::show(Batch& batch) const {
  batch.x.resize(x_.size());
  batch.y.resize(y_.size());
  for (std::size_t i = 0; i < x_.size(); ++i) x_[i].show(batch.x[i]);
  for (std::size_t i = 0; i < y_.size(); ++i) y_[i].show(batch.y[i]);
  if (weighted_) {
    Column weight;
    weight_.show(weight);
    batch.sample_weight = std::get<Tensor>(weight);
  } else {
    batch.sample_weight = Tensor();
  }
  batch.size = size_;
}

}  // namespace detail
}  // namespace linnet::inline v0
