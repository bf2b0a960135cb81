#include <linnet/layers.hpp>
#include <linnet/layers/inner_layer.hpp>
#include <set>

#include "core/snake_case.hpp"

namespace linnet::inline v0 {

Config InnerLayer::to_config() const {
  if (instance_ == nullptr) return {};
  Config config = Config::object();
  config["class_name"] = Config(instance_->class_name());
  config["config"] = instance_->config();
  return config;
}

InnerLayer InnerLayer::from_config(const Config& config) {
  if (config.is_null()) return {};
  return layer_from_config(config.at("class_name").as_string(), config.at("config"));
}

void InnerLayer::prepare() {
  if (instance_ == nullptr) return;
  if (again_ != nullptr) {
    std::string name = instance_->name;
    instance_ = again_(*instance_);
    instance_->name = std::move(name);
  }
  if (instance_->name.empty()) instance_->name = detail::snake_case(instance_->class_name());
}

Config InnerLayers::to_config() const {
  Config list = Config::list();
  for (const InnerLayer& layer : layers_) list.push_back(layer.to_config());
  return list;
}

InnerLayers InnerLayers::from_config(const Config& config) {
  std::vector<InnerLayer> layers;
  for (const Config& item : config.items()) layers.push_back(InnerLayer::from_config(item));
  return layers;
}

void InnerLayers::prepare() {
  std::set<std::string> taken;
  for (InnerLayer& layer : layers_) {
    layer.prepare();
    if (!layer) continue;
    std::string& name = layer.instance()->name;
    const std::string base = name;
    for (Index n = 1; !taken.insert(name).second; ++n) name = detail::cat(base, "_", n);
  }
}

}  // namespace linnet::inline v0
