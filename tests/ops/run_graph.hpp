// run_op, run_graph: kernels and graphs run one by one on tensors, for tests.
#pragma once

#include <cstddef>
#include <linnet/graph/parameter.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/table.hpp"

namespace linnet::test {

using Tensors = std::vector<Tensor>;

inline Types types_of(const Tensors& tensors) {
  Types types;
  for (const Tensor& t : tensors) types.push_back({t.dtype(), t.shape()});
  return types;
}

/// Runs a kernel on inputs and outputs that are there already.
inline void run_kernel(const Kernel& kernel, Tensors& inputs, Tensors& outputs) {
  std::vector<void*> operands;
  for (Tensor& t : inputs) operands.push_back(t.raw());
  for (Tensor& t : outputs) operands.push_back(t.raw());
  const auto bytes = static_cast<Index>(kernel.scratch_bytes());
  Tensor scratch(DType::uint8, {bytes});
  kernel.run(
      {operands.data(), static_cast<int>(inputs.size()), static_cast<std::byte*>(scratch.raw())});
}

/// The outputs of an op, by the kernel of this factory (the table's first one without); none if
/// the factory does not accept.
inline std::optional<Tensors> run_op(const Op& op, Tensors inputs, int threads = 1,
                                     KernelFactory factory = find_kernel) {
  const Types in = types_of(inputs);
  const Types out = op.infer(in);
  const auto kernel = factory({op, in, out, threads});
  if (!kernel) return std::nullopt;
  Tensors outputs;
  for (const TensorType& type : out) outputs.emplace_back(type.dtype, type.shape);
  run_kernel(*kernel, inputs, outputs);
  return outputs;
}

/// The tensors of the roots, given those of the graph's inputs by name.
inline Tensors run_graph(std::span<const Value> roots, const std::map<std::string, Tensor>& given) {
  std::map<const Node*, Tensors> done;
  for (const auto& node : topological_order(roots)) {
    if (const auto* input = node->op.as<ops::Input>()) {
      done[node.get()] = {given.at(input->name)};
    } else if (const auto* constant = node->op.as<ops::Constant>()) {
      done[node.get()] = {constant->value};
    } else if (const auto* source = node->op.as<ops::ParameterSource>()) {
      Parameter& p = *source->parameter;
      done[node.get()] = {source->slot.empty() ? p.value
                                               : p.slot(source->slot, source->type, source->first)};
    } else {
      Tensors inputs;
      for (const Value& x : node->inputs) {
        inputs.push_back(done.at(&x.node())[static_cast<std::size_t>(x.index())]);
      }
      done[node.get()] = *run_op(node->op, inputs);
    }
  }
  Tensors results;
  for (const Value& root : roots) {
    results.push_back(done.at(&root.node())[static_cast<std::size_t>(root.index())]);
  }
  return results;
}

inline Tensor run_graph(const Value& root, const std::map<std::string, Tensor>& given = {}) {
  return run_graph(std::span(&root, 1), given).front();
}

}  // namespace linnet::test
