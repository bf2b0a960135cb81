// Layer: the handle that holds any layer, and how layers are called.
#pragma once

#include <linnet/graph/layer_type.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0 {

namespace detail {
/// Grows whenever a `trainable` flag is set; plans made under an older number are checked again.
LINNET_API std::uint64_t flags_version();
LINNET_API void flags_changed();
}  // namespace detail

/// The `trainable` flag of a layer or model: reads and writes the one that all handles share.
class TrainableFlag {
 public:
  explicit TrainableFlag(std::shared_ptr<detail::LayerInstance> instance)
      : instance_(std::move(instance)) {}
  TrainableFlag& operator=(bool trainable) {
    instance_->trainable = trainable;
    detail::flags_changed();
    return *this;
  }
  operator bool() const { return instance_->trainable; }

 private:
  std::shared_ptr<detail::LayerInstance> instance_;
};

/// A handle to one layer; copies are the same layer and share its weights. A bare aggregate
/// becomes a fresh Layer wherever one is wanted. Keep a Layer to use it more than once:
///   ln::Shared encode{ln::Dense{.units = 8}};  auto a = x | encode;  auto b = y | encode;
class LINNET_API Layer {
 public:
  template <LayerType L>
  Layer(L layer) : Layer(std::make_shared<detail::LayerHolder<L>>(std::move(layer))) {}
  explicit Layer(std::shared_ptr<detail::LayerInstance> instance)
      : trainable(instance), instance_(std::move(instance)) {}

  /// layer.trainable = false freezes the layer, at once and wherever it is used.
  TrainableFlag trainable;

  std::string_view class_name() const { return instance_->class_name(); }
  /// The name within its model; empty before the layer is part of one, unless it was given.
  const std::string& name() const { return instance_->name; }
  Config config() const { return instance_->config(); }
  const std::vector<std::shared_ptr<Parameter>>& parameters() const {
    return instance_->parameters;
  }
  /// The aggregate if the layer is an L, else null.
  template <LayerType L>
  const L* as() const {
    return class_name() == L::kName ? static_cast<const L*>(instance_->address()) : nullptr;
  }

  const std::shared_ptr<detail::LayerInstance>& instance() const { return instance_; }

 private:
  std::shared_ptr<detail::LayerInstance> instance_;
};

using Shared = Layer;

namespace ops {

/// A layer used on some inputs, before it is expanded into its ops.
struct LayerCall {
  static constexpr const char* kName = "layer";
  Layer layer;
  static void fields(auto& self, FieldVisitor& field) {
    std::string name = self.layer.name();
    field("name", name);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace ops

/// Uses a layer on several inputs. Shapes are checked here, at the line that the user wrote.
LINNET_API Values call_all(const Layer& layer, Values inputs);
LINNET_API Value call(const Layer& layer, Values inputs);

/// x | Dense{.units = 10}: the layer's output for x.
LINNET_API Value operator|(const Value& x, const Layer& layer);
template <LayerType L>
Value operator|(const Value& x, L layer) {
  return x | Layer(std::move(layer));
}

namespace detail {

/// Expands one layer call: runs emit() in a sub-scope, applies the mask rule, names the nodes.
/// Errors get the layer's name and class in front.
LINNET_API Values expand_layer(const std::shared_ptr<LayerInstance>& instance, Emission& emission,
                               const std::string& parent_path, bool parent_trainable,
                               const Values& inputs);

}  // namespace detail
}  // namespace linnet::inline v0
