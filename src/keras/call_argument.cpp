#include "keras/call_argument.hpp"

#include "layers/operation.hpp"

namespace linnet::inline v0::detail::keras {

CallArgument call_argument(const Value& value) {
  CallArgument argument{value, value};
  while (const Operation* marker = marker_of(layer_of(argument.value.node()))) {
    const Values inputs = argument.value.node().inputs;
    if (marker->function == Operation::kMasked) argument.mask = inputs[1];
    if (marker->function == Operation::kUnmasked) argument.unmasked = true;
    if (marker->function == Operation::kInference) argument.inference = true;
    argument.value = inputs[0];
  }
  return argument;
}

}  // namespace linnet::inline v0::detail::keras
