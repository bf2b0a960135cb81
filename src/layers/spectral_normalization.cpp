#include <linnet/initializers.hpp>
#include <linnet/layers/spectral_normalization.hpp>
#include <linnet/ops/spectral_normalize.hpp>
#include <map>

#include "core/require.hpp"

namespace linnet::inline v0 {

namespace {

std::shared_ptr<Parameter> kernel_of(const detail::LayerInstance& layer) {
  for (const char* name : {"kernel", "embeddings"}) {
    for (const auto& parameter : layer.parameters) {
      if (parameter->name == name) return parameter;
    }
  }
  detail::fail(ErrorCode::invalid_argument, detail::cat("the layer inside, ", layer.class_name(),
                                                        ", has neither a kernel nor embeddings"));
}

/// Values with another value in the place of a parameter: what depends on it is built again.
class Replacement {
 public:
  Replacement(const Parameter& parameter, Value value)
      : parameter_(parameter), value_(std::move(value)) {}

  Value operator()(const Value& root) {
    for (const auto& node : topological_order({&root, 1})) visit(node);
    return now(root).with_mask(root.mask());
  }

 private:
  Value now(const Value& value) const {
    const auto known = done_.find(&value.node());
    return known == done_.end() ? value : known->second[static_cast<std::size_t>(value.index())];
  }

  void visit(const std::shared_ptr<const Node>& node) {
    if (done_.contains(node.get())) return;
    const auto* source = node->op.as<ops::ParameterSource>();
    if (source != nullptr && source->slot.empty() && source->parameter.get() == &parameter_) {
      done_[node.get()] = {value_};
      return;
    }
    Values inputs;
    bool changed = false;
    for (const Value& input : node->inputs) {
      inputs.push_back(now(input));
      changed = changed || !(inputs.back() == input);
    }
    if (changed) done_[node.get()] = apply_all(node->op, inputs);
  }

  const Parameter& parameter_;
  Value value_;
  std::map<const Node*, Values> done_;  ///< of the nodes that are not as they were
};

}  // namespace

std::vector<std::shared_ptr<detail::LayerInstance>> SpectralNormalization::sublayers() const {
  if (!layer) return {};
  return {layer.instance()};
}

Values SpectralNormalization::emit(Scope& scope, const Call& call) const {
  detail::require({}, "power_iterations", power_iterations, detail::kPositive);
  if (!layer) detail::fail(ErrorCode::invalid_argument, "needs a layer, got none");
  detail::Emission& emission = scope.emission();
  const std::size_t losses = emission.losses.size(), updates = emission.updates.size();
  Values outputs = detail::expand_layer(layer.instance(), emission, scope.path(), scope.trainable(),
                                        call.inputs);
  const auto kernel = kernel_of(*layer.instance());
  const Value vector = scope.state("vector_u", {1, kernel->type.shape[-1]},
                                   Initializer(initializers::TruncatedNormal{.stddev = 0.02f}));
  if (!scope.training() || !scope.trainable() || !layer.instance()->trainable) return outputs;
  Replacement replaced(*kernel, linnet::apply(ops::SpectralNormalize{power_iterations},
                                              {ops::parameter(kernel), vector}));
  for (Value& output : outputs) output = replaced(output);
  for (std::size_t i = losses; i < emission.losses.size(); ++i) {
    emission.losses[i] = replaced(emission.losses[i]);
  }
  for (std::size_t i = updates; i < emission.updates.size(); ++i) {
    emission.updates[i].second = replaced(emission.updates[i].second);
  }
  return outputs;
}

}  // namespace linnet::inline v0
