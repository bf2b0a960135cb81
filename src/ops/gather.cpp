#include <linnet/ops/gather.hpp>

#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

void check_table(std::span<const TensorType> inputs, std::string_view op) {
  if (inputs[0].dtype != DType::float32 || inputs[0].shape.rank() != 2) {
    fail(ErrorCode::shape_mismatch,
         cat(op, ": expected a float32 table of rank 2, got ", inputs[0]));
  }
}

void check_ids(const TensorType& ids, std::string_view op) {
  if (ids.dtype != DType::int32) {
    fail(ErrorCode::dtype_mismatch, cat(op, ": expected int32 ids, got ", ids.dtype));
  }
}

}  // namespace

Types Gather::infer(std::span<const TensorType> inputs) const {
  check_table(inputs, kName);
  check_ids(inputs[1], kName);
  return {{DType::float32, inputs[1].shape.joined({inputs[0].shape[1]})}};
}

std::vector<Gradient> Gather::grad(const GradCall& call) const {
  const Index width = call.x(0).shape()[1];
  const Index count = call.x(1).shape().elements();
  return {RowsGradient{.ids = reshape(call.x(1), {count, 1}),
                       .values = reshape(call.dy(), {count, width})},
          {}};
}

Types EmbeddingBag::infer(std::span<const TensorType> inputs) const {
  check_table(inputs, kName);
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
                    .lengths = call.inputs.size() > 2 ? call.x(2) : Value(),
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
  return {{DType::int32, {2 + n + (n + 1) + n + n}}};
}

Value gather(const Value& table, const Value& ids) { return apply(Gather{}, {table, ids}); }

Values embedding_bag(const Value& table, const Value& ids, const Value& lengths, bool skip_zero) {
  Values inputs{table, ids};
  if (lengths) inputs.push_back(lengths);
  return apply_all(EmbeddingBag{skip_zero}, std::move(inputs));
}

Value rows_index(const RowsGradient& gradient, Index table_rows) {
  Values inputs{gradient.ids};
  if (gradient.lengths) inputs.push_back(gradient.lengths);
  return linnet::apply(RowsIndex{gradient.skip_zero, table_rows}, std::move(inputs));
}

}  // namespace linnet::inline v0::ops
