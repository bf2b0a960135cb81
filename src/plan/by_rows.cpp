// Which nodes keep the rows of a batch apart.
#include <algorithm>
#include <array>
#include <linnet/ops/einsum.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/recurrence.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <set>

#include "plan/graph.hpp"

namespace linnet::inline v0 {

namespace {

/// Ops whose first input may be data and whose first axis is left alone.
const std::set<std::string_view> kFirstIsData{
    "activate",        "affine",       "cast",        "convolution",   "convolution_input",
    "dropout",         "pool",         "reshape",     "resize",        "scale_offset",
    "softmax",         "unary",        "log_softmax", "sequence_mask", "sparsemax",
    "broadcast_to",    "discretize",   "hash_bucket", "lookup",        "reverse_time",
    "layer_normalize", "stop_gradient"};
/// Ops all of whose inputs may be data.
const std::set<std::string_view> kAllAreData{"binary", "compare", "select", "masked_mean",
                                             "remainder"};

bool leaves_first_axis(const Node& node) {
  const int rank = node.inputs[0].shape().rank();
  const auto is_first = [rank](Index axis) { return axis == 0 || axis == -rank; };
  if (const auto* op = node.op.as<ops::Reduce>()) {
    return !op->axes.empty() && std::ranges::none_of(op->axes, is_first);
  }
  if (node.op.as<ops::ArgMax>() != nullptr) return rank > 1;
  if (const auto* op = node.op.as<ops::Transpose>()) return op->perm[0] == 0;
  if (const auto* op = node.op.as<ops::Concatenate>()) return !is_first(op->axis);
  if (const auto* op = node.op.as<ops::Slice>()) return !is_first(op->axis);
  if (const auto* op = node.op.as<ops::Pad>()) return !is_first(op->axis);
  return false;
}

/// The rows' letter comes first in what is data, and nowhere else.
bool leaves_first_letter(const ops::Einsum& op, const std::vector<bool>& data) {
  const auto terms = detail::EinsumTerms::of(op.equation);
  const std::array<std::string_view, 2> inputs{terms.a, terms.b};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::size_t at = inputs[i].find(terms.y.front());
    if (data[i] ? at != 0 : at != inputs[i].npos) return false;
  }
  return true;
}

bool only_data(const std::vector<bool>& data, std::size_t input) {
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i] && i != input) return false;
  }
  return true;
}

}  // namespace

bool by_rows(const Node& node, const std::vector<bool>& data, Index rows) {
  const auto first_is_rows = [rows](const TensorType& type) {
    return type.shape.rank() > 0 && type.shape[0] == rows;
  };
  if (!std::ranges::all_of(node.types, first_is_rows)) return false;
  const int rank = node.types[0].shape.rank();
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i] && !first_is_rows(node.inputs[i].type())) return false;
  }
  const std::string_view name = node.op.name();
  if (kAllAreData.contains(name) || name == "broadcast_to") {  // no axis may have moved
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (data[i] && name != "masked_mean" && node.inputs[i].shape().rank() != rank) return false;
    }
  }
  if (kAllAreData.contains(name)) return true;
  if (kFirstIsData.contains(name)) {
    const bool last_axis = name == "softmax" || name == "log_softmax" || name == "sparsemax" ||
                           name == "layer_normalize";
    return only_data(data, 0) && (!last_axis || rank > 1);
  }
  if (const auto* product = node.op.as<ops::MatMul>()) {
    return only_data(data, 0) && !product->transpose_a;
  }
  if (const auto* einsum = node.op.as<ops::Einsum>()) {
    return rank > 0 && leaves_first_letter(*einsum, data);
  }
  if (const auto* recurrence = node.op.as<ops::Recurrence>()) {
    return !data[1] && !(recurrence->has_bias && data[2]);
  }
  if (node.op.as<ops::Gather>() != nullptr) return only_data(data, 1);
  if (node.op.as<ops::EmbeddingBag>() != nullptr) return !data[0] && data[1];
  return leaves_first_axis(node);
}

}  // namespace linnet::inline v0
