#include "layers/operation.hpp"

#include "core/is_one_of.hpp"
#include "operations/operations.hpp"

namespace linnet::inline v0 {

namespace {

void require_inputs(const Call& call, std::size_t count) {
  if (call.inputs.size() == count) return;
  detail::fail(ErrorCode::invalid_argument,
               detail::cat("takes ", std::uint64_t{count}, " inputs, got ",
                           std::uint64_t{call.inputs.size()}));
}

}  // namespace

const Operation* detail::function_of(const LayerInstance& layer) {
  if (layer.class_name() != Operation::kName) return nullptr;
  return static_cast<const Operation*>(layer.address());
}

const Operation* detail::marker_of(const LayerInstance* layer) {
  const Operation* function = layer == nullptr ? nullptr : function_of(*layer);
  const bool own =
      function != nullptr &&
      detail::is_one_of(function->function, {Operation::kInference, Operation::kMasked,
                                             Operation::kMaskOf, Operation::kUnmasked});
  return own ? function : nullptr;
}

const Config* detail::array_of(const LayerInstance* layer) {
  const Operation* function = layer == nullptr ? nullptr : function_of(*layer);
  if (function == nullptr || function->function != Operation::kConstant) return nullptr;
  return &function->arguments.given.at("value");
}

Values Operation::emit(Scope&, const Call& call) const {
  if (function == kConstant) {
    require_inputs(call, 0);
    return {detail::Arguments(arguments.given, {}).value("value")};
  }
  if (function == kInference) {
    require_inputs(call, 1);
    return call.inputs;
  }
  if (function == kUnmasked) {
    require_inputs(call, 1);
    return {call.inputs[0].with_mask({})};
  }
  if (function == kMaskOf) {
    require_inputs(call, 2);
    return {call.inputs[0].with_mask(call.inputs[1].mask())};
  }
  if (function == kMasked) {
    require_inputs(call, 2);
    if (call.inputs[1].dtype() != DType::boolean) {
      detail::fail(ErrorCode::dtype_mismatch,
                   detail::cat("mask: expected bool, got ", call.inputs[1].dtype()));
    }
    return {call.inputs[0].with_mask(call.inputs[1])};
  }
  const detail::OperationInfo* info = detail::find_operation(function);
  if (info == nullptr) {
    detail::fail(ErrorCode::unsupported, detail::cat("the function '", function, "' is not known"));
  }
  try {
    const detail::Arguments given(arguments.given, call.inputs);
    Values outputs = info->run(given);
    given.finish();
    for (Value& output : outputs) output = output.with_mask({});
    return outputs;
  } catch (const Error& error) {
    throw error.within(function);
  }
}

}  // namespace linnet::inline v0
