// Rows of a table by id: gather, the fused mean over gathered rows, and the index of used rows.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// y[..., :] = table[ids[...], :]. table float32 (rows, width), ids int32 of any shape.
/// Error at run: an id outside [0, rows), named with its row and position.
struct Gather {
  static constexpr const char* kName = "gather";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// The mean of the table's rows that a row of ids names, without making the gathered tensor.
/// table (rows, width), ids int32 (b, t), optionally lengths int32 (b): only t < lengths[b] count.
/// With skip_zero, ids that are 0 do not count. Outputs: y (b, width), and 1 / count (b, 1).
/// Rows in which nothing counts give 0. Error at run: an id outside the table.
struct EmbeddingBag {
  static constexpr const char* kName = "embedding_bag";
  bool skip_zero = false;
  static void fields(auto& self, FieldVisitor& field) { field("skip_zero", self.skip_zero); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Throws if an id lies outside [0, rows); passes nothing on. ids int32 (b, t) or (b); with
/// lengths int32 (b) only t < lengths[b] are looked at. Stands at the start of training plans.
struct CheckIds {
  static constexpr const char* kName = "check_ids";
  static constexpr bool kUpdates = true;
  Index rows = 0;
  static void fields(auto& self, FieldVisitor& field) { field("rows", self.rows); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Which table rows a batch uses, and where: int32, opaque, written and read by kernels only.
/// ids int32 (b, t), optionally lengths int32 (b). Layout (n = b t at most, u used rows):
///   [0] = u, [1] = number of entries, then rows[n], starts[n + 1], entries[n], counts[n]:
/// row rows[i] is named by the entries starts[i] .. starts[i + 1], entry e being batch row
/// entries[e], in which it occurs counts[e] times.
struct RowsIndex {
  static constexpr const char* kName = "rows_index";
  bool skip_zero = false;
  Index table_rows = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("skip_zero", self.skip_zero);
    field("table_rows", self.table_rows);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

LINNET_API Value gather(const Value& table, const Value& ids);
LINNET_API Values embedding_bag(const Value& table, const Value& ids, const Value& lengths,
                                bool skip_zero);
LINNET_API Value rows_index(const RowsGradient& gradient, Index table_rows);

}  // namespace linnet::inline v0::ops
