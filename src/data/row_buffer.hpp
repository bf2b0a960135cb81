// RowBuffer: rows of a data set copied together, in memory that is used again.
#pragma once

#include <linnet/data/dataset.hpp>
#include <span>
#include <vector>

namespace linnet::inline v0 {
namespace detail {

/// The rows of one column.
class ColumnBuffer {
 public:
  void clear() { rows_ = values_ = 0; }
  /// Adds rows [begin, end) of `from`. Error: shape_mismatch: rows of another kind, dtype or shape
  /// than those that are there.
  void append(const Column& from, Index begin, Index end);
  /// Adds the rows of these numbers.
  void gather(const Column& from, std::span<const Index> rows);
  /// A view of all rows, put into `column` without an allocation.
  void show(Column& column) const;

 private:
  void fit(const Column& from);
  void reserve_rows(Index rows);
  void reserve_values(Index values);

  Tensor data_;    ///< (capacity, ...): the rows, or a ragged column's values
  Tensor splits_;  ///< ragged: int64 (capacity + 1)
  bool ragged_ = false;
  Index rows_ = 0;
  Index values_ = 0;  ///< ragged: values in use
};

/// The rows of all columns.
class RowBuffer {
 public:
  Index size() const { return size_; }
  void clear();
  void append(const Batch& from, Index begin, Index end);
  void gather(const Batch& from, std::span<const Index> rows);
  /// Fills `batch` with views of all rows.
  void show(Batch& batch) const;

 private:
  template <class Add>
  void each_column(const Batch& from, Add add);

  std::vector<ColumnBuffer> x_, y_;
  ColumnBuffer weight_;
  bool weighted_ = false;
  Index size_ = 0;
};

/// `count` buffers that take turns.
class BufferRing {
 public:
  explicit BufferRing(Index count) : buffers_(static_cast<std::size_t>(count)) {}
  /// The one that was used longest ago, cleared.
  RowBuffer& next() {
    RowBuffer& buffer = buffers_[turn_];
    turn_ = (turn_ + 1) % buffers_.size();
    buffer.clear();
    return buffer;
  }

 private:
  std::vector<RowBuffer> buffers_;
  std::size_t turn_ = 0;
};

}  // namespace detail
}  // namespace linnet::inline v0
