// From what the user connected to ops: layer calls are replaced by what their layers emit.
#include "layers/operation.hpp"
#include "model/first_data.hpp"

namespace linnet::inline v0::detail {

namespace {

/// True if a layer's call was said to run as in predict().
bool is_inference(const Node& call) {
  for (const Value& input : call.inputs) {
    const auto* before = input.node().op.as<ops::LayerCall>();
    const auto* operation = before != nullptr ? before->layer.as<Operation>() : nullptr;
    if (operation != nullptr && operation->function == Operation::kInference) return true;
  }
  return false;
}

}  // namespace

Values expand(const Values& roots, const Given& given, Emission& emission, const std::string& path,
              bool trainable) {
  Given done = given;
  auto mapped = [&](const Values& values) {
    Values result;
    for (const Value& value : values) {
      const auto known = done.find(&value.node());
      if (known == done.end()) {
        fail(ErrorCode::invalid_argument,
             "model: an output depends on an input that is not one of the model's");
      }
      result.push_back(known->second[static_cast<std::size_t>(value.index())]);
    }
    return result;
  };
  for (const auto& node : topological_order(roots)) {
    if (done.contains(node.get()) || node->op.as<ops::Input>() != nullptr) continue;
    // What only feeds a given node is not needed.
    bool reached = true;
    for (const Value& input : node->inputs) reached = reached && done.contains(&input.node());
    if (!reached) continue;
    const Values inputs = mapped(node->inputs);
    const auto* call = node->op.as<ops::LayerCall>();
    if (call == nullptr) {
      done[node.get()] = apply_all(node->op, inputs);
      continue;
    }
    const bool training = emission.training;
    emission.training = training && !is_inference(*node);
    done[node.get()] = expand_layer(call->layer.instance(), emission, path, trainable, inputs);
    emission.training = training;
  }
  return mapped(roots);
}

Values ModelState::emit(Scope& scope, const Call& call) const {
  inside = true;
  if (!ready(*this)) {  // a Sequential takes its shapes from its first use
    build_sequential(const_cast<ModelState&>(*this), call.input().type());
  }
  if (call.inputs.size() != inputs.size()) {
    fail(ErrorCode::invalid_argument, cat("takes ", static_cast<Index>(inputs.size()),
                                          " inputs, got ", static_cast<Index>(call.inputs.size())));
  }
  Given given;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    // Texts that the model around this one has turned into numbers go past the layer in front.
    const auto& front = fronts[i];
    const bool numbers = front && call.inputs[i].dtype() != DType::string;
    const Shape& wanted = (numbers ? front->output : inputs[i]).shape();
    if (call.inputs[i].shape().rank() != wanted.rank()) {
      fail(ErrorCode::shape_mismatch,
           cat("expected an input of shape ", wanted, ", got ", call.inputs[i].shape()));
    }
    given[&(numbers && !front->inside ? front->output : inputs[i]).node()] = {call.inputs[i]};
  }
  return expand(outputs, given, scope.emission(), scope.path(), scope.trainable());
}

}  // namespace linnet::inline v0::detail
