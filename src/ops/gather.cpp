#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

void check_table(std::span<const TensorType> inputs, std::string_view op, bool any_numbers) {
  const DType dtype = inputs[0].dtype;
  const bool fits = any_numbers ? dtype != DType::string : dtype == DType::float32;
  if (fits && inputs[0].shape.rank() == 2) return;
  fail(ErrorCode::shape_mismatch,
       cat(op, ": expected a ", any_numbers ? "" : "float32 ", "table of rank 2, got ", inputs[0]));
}

void check_ids(const TensorType& ids, std::string_view op) {
  if (ids.dtype != DType::int32) {
    fail(ErrorCode::dtype_mismatch, cat(op, ": expected int32 ids, got ", ids.dtype));
  }
}

}  // namespace

Types Gather::infer(std::span<const TensorType> inputs) const {
  check_table(inputs, kName, true);
  check_ids(inputs[1], kName);
  return {{inputs[0].dtype, inputs[1].shape.joined({inputs[0].shape[1]})}};
}

std::vector<Gradient> Gather::grad(const GradCall& call) const {
  if (!is_floating(call.y().dtype())) return {Gradient(), Gradient()};
  const Index width = call.x(0).shape()[1];
  const Index count = call.x(1).shape().elements();
  return {RowsGradient{.ids = reshape(call.x(1), {count, 1}),
                       .values = reshape(call.dy(), {count, width})},
          {}};
}

Types EmbeddingBag::infer(std::span<const TensorType> inputs) const {
  check_table(inputs, kName, false);
  check_ids(inputs[1], kName);
  if (inputs[1].shape.rank() != 2) {
    fail(ErrorCode::shape_mismatch, cat(kName, ": expected ids (batch, time), got ", inputs[1]));
  }
  const Index batch = inputs[1].shape[0];
  return {{DType::float32, {batch, inputs[0].shape[1]}}, {DType::float32, {batch, 1}}};
}

std::vector<Gradient> EmbeddingBag::grad(const GradCall& call) const {
  RowsGradient rows{.ids = call.x(1),
                    .values = multiply(call.dy(), call.y(1)),
                    .lengths = has_lengths ? call.x(2) : Value(),
                    .row_weights = has_weights ? call.inputs.back() : Value(),
                    .skip_zero = skip_zero};
  std::vector<Gradient> gradients(call.inputs.size());
  gradients[0] = std::move(rows);
  return gradients;
}

Types CheckIds::infer(std::span<const TensorType> inputs) const {
  check_ids(inputs[0], kName);
  return {{DType::uint8, {0}}};
}

Types RowsIndex::infer(std::span<const TensorType> inputs) const {
  check_ids(inputs[0], kName);
  const Index n = inputs[0].shape.elements();
  return {{DType::int32, {1 + kMostParts * 2 + kMostParts * 2 + 4 * n}}};
}

namespace {

/// ids, then lengths and weights where they are given.
Values ids_and_more(Values inputs, const Value& lengths, const Value& row_weights) {
  if (lengths) inputs.push_back(lengths);
  if (row_weights) inputs.push_back(row_weights);
  return inputs;
}

}  // namespace

Value gather(const Value& table, const Value& ids) { return apply(Gather{}, {table, ids}); }

Value embedding_bag(const Value& table, const Value& ids, Combiner combiner, const Value& lengths,
                    bool skip_zero, const Value& row_weights) {
  const EmbeddingBag op{combiner, skip_zero, static_cast<bool>(lengths),
                        static_cast<bool>(row_weights)};
  return apply_all(op, ids_and_more({table, ids}, lengths, row_weights)).front();
}

Value rows_index(const RowsGradient& gradient, Index table_rows) {
  const RowsIndex op{table_rows, gradient.skip_zero, static_cast<bool>(gradient.lengths),
                     static_cast<bool>(gradient.row_weights)};
  return linnet::apply(op, ids_and_more({gradient.ids}, gradient.lengths, gradient.row_weights));
}

}  // namespace linnet::inline v0::ops
