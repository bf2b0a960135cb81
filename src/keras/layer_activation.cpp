#include "keras/layer_activation.hpp"

#include <linnet/layers.hpp>
#include <set>

#include "core/config_access.hpp"
#include "core/is_one_of.hpp"
#include "keras/layer_config.hpp"
#include "model/uses.hpp"

namespace linnet::inline v0::detail::keras {

std::optional<Layer> take_activation(std::string_view class_name, Config& config) {
  const Config* given = config.find("activation");
  if (given == nullptr || !given->is_object()) return {};
  const std::string* name = string_at(*given, "class_name");
  const bool ends = is_one_of(class_name, {"Activation", "Dense", "EinsumDense"}) ||
                    class_name.find("Conv") != class_name.npos;
  if (name == nullptr || !ends || class_name.starts_with("ConvLSTM") ||
      !is_one_of(*name, {"Activation", "ELU", "LeakyReLU", "ReLU", "Softmax"})) {
    return {};
  }
  const Entry entry(*given);
  Config own = layer_config(*name, *entry.config);
  own["name"] = Config("");  // it gets one when the model is built
  Layer layer = layer_from_config(*name, own);
  config["activation"] = Config("linear");
  return layer;
}

std::optional<Layer> activation_around(std::string_view class_name, const Layer& inner) {
  if (class_name == SpectralNormalization::kName) return inner;
  if (class_name != TimeDistributed::kName) return {};
  Config inside = Config::object();
  inside["class_name"] = Config(inner.class_name());
  inside["config"] = inner.instance()->config();
  Config config = Config::object();
  config["layer"] = std::move(inside);
  return layer_from_config(class_name, config);
}

Value activated(const Value& y, const Layer& layer, const ReadContext& context) {
  const auto at = context.activations.find(layer.instance());
  return at == context.activations.end() ? y : y | at->second;
}

void name_activations(const ModelState& model, const ReadContext& context) {
  const auto order = context.orders.find(&model);
  if (context.activations.empty() || order == context.orders.end()) return;
  std::set<std::string> taken;
  for (const auto& node : topological_order(model.outputs)) {
    const auto* call = node->op.as<ops::LayerCall>();
    if (call != nullptr) taken.insert(call->layer.instance()->name);
  }
  for (const auto& layer : order->second) {
    const auto at = context.activations.find(layer);
    if (at == context.activations.end()) continue;
    std::string name = layer->name + "_activation";
    if (taken.insert(name).second) at->second.instance()->name = std::move(name);
  }
}

}  // namespace linnet::inline v0::detail::keras
