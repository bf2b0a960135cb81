// DataNode and DataCursor: one stage of a Dataset, and one pass over it.
#pragma once

#include <linnet/data/dataset.hpp>
#include <memory>
#include <span>
#include <vector>

namespace linnet::inline v0 {
namespace detail {

class RowBuffer;

/// Rows that take the place of others: row i is now row position[i] of `arrays`.
struct Replacement {
  Batch arrays;
  std::vector<Index> position;
};

/// One pass. A call of next() fills the batch with an element, or before batch() with one or more
/// rows, and sets its size.
class DataCursor {
 public:
  virtual ~DataCursor() = default;
  virtual bool next(Batch& batch) = 0;
};

/// How a pass is to be handed out.
struct DataRequest {
  DataPosition from = {};
  /// So many batches have memory of their own: the memory of a batch is used again `ring` batches
  /// later.
  Index ring = 1;
  Index rows = 1;  ///< before batch(): so many rows at a time, if that is possible
};

/// A stage; never changed once it is made.
class DataNode {
 public:
  virtual ~DataNode() = default;
  virtual std::unique_ptr<DataCursor> open(const DataRequest& request) const = 0;
  /// Elements of a pass, or any.
  virtual Index size() const = 0;
  virtual bool batched() const = 0;
  virtual bool reorders() const = 0;
  /// True if a pass never ends.
  virtual bool endless() const = 0;
  /// True if all rows come from arrays in memory, so that a pass may be read twice.
  virtual bool from_memory() const = 0;

  /// The arrays in memory whose rows all that is handed out comes from, if a row is the same each
  /// time; else null.
  virtual const Batch* arrays() const { return nullptr; }
  /// The same batches of other rows in the place of those, without the stages that fetch; null
  /// where arrays() is.
  virtual std::shared_ptr<const DataNode> over(std::shared_ptr<const Replacement>) const {
    return {};
  }
  /// The rows of these numbers of arrays(), through the stages that fetch, in `memory` or their
  /// own.
  virtual void read(std::span<const Index>, RowBuffer& /*memory*/, Batch&) const {}
};

using NodePtr = std::shared_ptr<const DataNode>;

/// Sets the size of a batch. Error: shape_mismatch: columns or weights of different length;
/// invalid_argument: no column. `where` begins the message.
void measure(Batch& batch, const char* where);

}  // namespace detail
}  // namespace linnet::inline v0
