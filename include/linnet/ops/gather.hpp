// Rows of a table by id: gather, the fused mean over gathered rows, and the index of used rows.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// y[..., :] = table[ids[...], :]. table (rows, width), ids int32 of any shape.
/// Error at run: an id outside [0, rows), named with its row and position.
struct Gather {
  static constexpr const char* kName = "gather";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// How a bag's rows become one: with the weights w of its ids (1 if none are given)
///   sum: sum of w x;  mean: sum of w x / sum of w;  sqrtn: sum of w x / sqrt(sum of w^2)
enum class Combiner : std::uint8_t { sum, mean, sqrtn };

/// The combined rows of the table that a row of ids names, without making the gathered tensor.
/// Inputs: table (rows, width), ids int32 (b, t), then, as the flags say, lengths int32 (b): only
/// t < lengths[b] count, and row_weights float32 (rows). With skip_zero, ids that are 0 do not
/// count. Outputs: y (b, width), and the factor (b, 1) that the weighted sum was multiplied by.
/// Rows in which nothing counts give 0. Error at run: an id outside the table.
struct EmbeddingBag {
  static constexpr const char* kName = "embedding_bag";
  Combiner combiner = Combiner::mean;
  bool skip_zero = false;
  bool has_lengths = false;
  bool has_weights = false;
  static void fields(auto& self, FieldVisitor& field) {
    int combiner = static_cast<int>(self.combiner);
    field("combiner", combiner);
    self.combiner = static_cast<Combiner>(combiner);
    field("skip_zero", self.skip_zero);
    field("has_lengths", self.has_lengths);
    field("has_weights", self.has_weights);
  }
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
/// Inputs: ids int32 (b, t), then, as the flags say, lengths int32 (b) and row_weights float32.
/// The used rows fall into parts by id, so that threads can build and use them apart. Layout:
///   [0] = parts, then for each part the place of its data and n, its number of ids;
///   a part's data: u, its number of rows, rows[n], starts[n + 1], entries[n], weights[n] (float):
/// row rows[i] is named by the entries starts[i] .. starts[i + 1], entry e being batch row
/// entries[e], in which it occurs with the weight weights[e].
struct RowsIndex {
  static constexpr const char* kName = "rows_index";
  static constexpr Index kMostParts = 8;
  Index table_rows = 0;
  bool skip_zero = false;
  bool has_lengths = false;
  bool has_weights = false;
  static void fields(auto& self, FieldVisitor& field) {
    field("table_rows", self.table_rows);
    field("skip_zero", self.skip_zero);
    field("has_lengths", self.has_lengths);
    field("has_weights", self.has_weights);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

LINNET_API Value gather(const Value& table, const Value& ids);
LINNET_API Value embedding_bag(const Value& table, const Value& ids, Combiner combiner,
                               const Value& lengths = {}, bool skip_zero = false,
                               const Value& row_weights = {});
LINNET_API Value rows_index(const RowsGradient& gradient, Index table_rows);

}  // namespace linnet::inline v0::ops
