// Dataset: rows of inputs and targets, handed out in batches.
#pragma once

#include <concepts>
#include <functional>
#include <linnet/core/tensor.hpp>
#include <memory>
#include <variant>
#include <vector>

namespace linnet::inline v0 {

/// One input or target of every row: a Tensor (rows, ...) or rows of different lengths.
using Column = std::variant<Tensor, Ragged>;

/// The number of rows. Error: shape_mismatch: a tensor of rank 0.
LINNET_API Index rows_of(const Column& column);

/// The columns of a model with several inputs or outputs; one Tensor or Ragged is one column.
struct Columns : std::vector<Column> {
  using std::vector<Column>::vector;
  Columns() = default;
  Columns(Tensor column) { push_back(std::move(column)); }
  Columns(Ragged column) { push_back(std::move(column)); }
};

/// Some rows of a data set.
struct Batch {
  Columns x = {};
  Columns y = {};             ///< empty: there are no targets
  Tensor sample_weight = {};  ///< float32 (size) or (size, steps); empty: all weigh the same
  Index size = 0;             ///< rows
};

/// Where an iteration stands: so many elements of pass `epoch` have been handed out.
struct DataPosition {
  Index epoch = 0;
  Index element = 0;
  friend bool operator==(const DataPosition&, const DataPosition&) = default;
};

namespace detail {
class DataNode;
class DataCursor;
}  // namespace detail

struct Data;

/// One pass over a Dataset. For one thread at a time.
class LINNET_API DatasetIterator {
 public:
  DatasetIterator(DatasetIterator&&) noexcept;
  DatasetIterator& operator=(DatasetIterator&&) noexcept;
  ~DatasetIterator();

  /// Fills `batch` with the next batch (before batch(): with the next rows, in memory one, from a
  /// stream as many as come), or returns false at the end. What it is filled with is memory of the
  /// iterator: it holds until the next call, and clone() keeps it longer.
  /// Error: what a generator or a map() throws, also from a prefetch thread.
  bool next(Batch& batch);
  /// For Dataset::iterate: continues with the element after the last that next() gave.
  DataPosition position() const { return position_; }

 private:
  friend class Dataset;
  DatasetIterator(std::shared_ptr<const detail::DataNode> node, DataPosition position);

  std::shared_ptr<const detail::DataNode> node_;
  std::unique_ptr<detail::DataCursor> cursor_;  ///< reads from node_
  DataPosition position_;
};

/// How Dataset::bucket_by_sequence_length() puts rows together.
struct BucketOptions {
  /// Rows shorter than the first boundary are the first bucket, those from the last one on the last
  /// bucket. Growing.
  std::vector<Index> bucket_boundaries = {};
  std::vector<Index> bucket_batch_sizes = {};  ///< rows of a batch, one number a bucket
  bool drop_remainder = false;                 ///< no batch that is smaller
  /// The length of row `row` of a batch; unset: of its first ragged column of x.
  std::function<Index(const Batch& batch, Index row)> element_length_func = {};
};

/// A recipe for batches; a value, cheap to copy, that holds no data of its own and never changes.
/// Its elements are rows until batch() makes them batches. The same data set, seed and epoch give
/// the same batches, whatever ran before.
///   auto train = Dataset::from(x, y).shuffle(1).batch(32).prefetch(2);
class LINNET_API Dataset {
 public:
  /// Fills a batch with the next rows (their number is up to it), or returns false at the end.
  using Generator = std::function<bool(Batch&)>;

  /// Arrays in memory, shared, not copied. Error: shape_mismatch: columns or weights of different
  /// length; invalid_argument: no column or no row; dtype_mismatch: weights are not float32.
  static Dataset from(Columns x, Columns y = {}, Tensor sample_weight = {});
  /// Rows from a function: `open` starts pass `epoch` and gives its Generator. `rows`: how many
  /// rows a pass has, if that is known.
  static Dataset stream(std::function<Generator(Index epoch)> open, Index rows = any);

  /// Rows in a new order in each epoch, or in the same one. In memory it is a permutation of all
  /// rows. A stream keeps `buffer` rows and hands out a random half of them before it reads on.
  /// Error: bad_state: after batch().
  Dataset shuffle(std::uint64_t seed, Index buffer = 10000, bool each_epoch = true) const;
  /// `size` rows an element; the last one may be shorter, or is dropped.
  Dataset batch(Index size, bool drop_remainder = false) const;
  /// Batches of rows of like length, so that little of them is padding: each row goes into the
  /// bucket of its length, and a bucket is a batch when it is full; what is left at the end follows
  /// by growing length. As tf.data's method of that name, but that ragged rows stay ragged.
  /// Error: invalid_argument: boundaries that do not grow, not one batch size more than there are
  /// boundaries, no ragged column; bad_state: after batch().
  Dataset bucket_by_sequence_length(const BucketOptions& options) const;
  /// Each batch changed by a function (before batch(): some rows at a time). It may overwrite the
  /// batch's tensors or put others with as many rows in their place.
  Dataset map(std::function<void(Batch&)> f) const;
  /// The same for a function that also gets where the batch stands, to draw random numbers by.
  /// Error: bad_state: before batch().
  template <class F>
  requires std::invocable<F&, Batch&, DataPosition> Dataset map(F f)
  const { return map_by_position(std::move(f)); }
  /// The same for a function that fetches what the rows name, from files or elsewhere: the data set
  /// is then not one from_memory(), and is read once an epoch.
  Dataset fetch(std::function<void(Batch&)> f) const;
  /// The first `count` elements: rows before batch(), batches after it.
  Dataset take(Index count) const;
  /// All but the first `count` elements.
  Dataset skip(Index count) const;
  /// `count` passes as one, each shuffled on its own; any: without end. Error: more elements than
  /// an Index can count.
  Dataset repeat(Index count = any) const;
  /// The elements are made by a background thread, at most `count` ahead. The thread lives as long
  /// as the iterator.
  Dataset prefetch(Index count = 2) const;

  /// The number of elements of a pass, or any if it is not known.
  Index size() const;
  bool batched() const;
  /// True if the rows come from arrays in memory and are not in batches yet.
  bool in_memory() const;
  /// True if all rows come from arrays in memory, in batches or not: reading them twice gives the
  /// same (but for what a map() does).
  bool from_memory() const;
  /// True if a pass never ends: repeat() without a count, and no take() behind it.
  bool endless() const;
  /// True if the order of the rows changes from epoch to epoch.
  bool reorders() const;

  /// A pass from its beginning.
  DatasetIterator iterate(Index epoch = 0) const;
  /// A pass from a saved position. In memory this costs no more than a new pass; a stream reads and
  /// drops what came before.
  DatasetIterator iterate(DataPosition position) const;
  /// All rows of a pass as one batch, in new memory. Error: bad_state: the pass never ends;
  /// out_of_range: it is known to have over 2^31 elements.
  Batch all(Index epoch = 0) const;

  /// As FitOptions::validation_data; defined in model/inputs.hpp.
  operator Data() const;

  explicit Dataset(std::shared_ptr<const detail::DataNode> node);
  const std::shared_ptr<const detail::DataNode>& node() const { return node_; }

 private:
  Dataset map_by_position(std::function<void(Batch&, DataPosition)> f) const;

  std::shared_ptr<const detail::DataNode> node_;
};

}  // namespace linnet::inline v0
