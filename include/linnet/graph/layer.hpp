// Layer: the concept that a struct fulfils to be a layer, and the handle that holds any.
#pragma once

#include <concepts>
#include <linnet/graph/scope.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0 {

/// What a layer is called with. Masks travel on the inputs: call.inputs[0].mask().
struct Call {
  Values inputs;

  /// The only input. Error: there are several.
  LINNET_API const Value& input() const;
};

/// What happens to the mask of a layer's only input if emit() does not set one itself.
enum class MaskRule : std::uint8_t {
  drop,  ///< the output has none (the default)
  pass,  ///< the output has the input's
};

/// A layer is an aggregate with the fields `name` and `trainable`, its Keras class name kName,
/// a list of its fields, and emit(), which builds ops and returns a Value or Values.
/// Optional:
///   static constexpr MaskRule kMask;
///   static constexpr DType kInput = DType::int32;  what it wants, if not float32
///   std::variant<Tensor, Ragged> transform(const Tensor& strings) const;
///     for a layer that stands in front and turns strings into numbers; emit() then only checks
template <class L>
concept LayerType = requires(const L& layer, L& fresh, Scope& scope, const Call& call,
                             FieldVisitor& field) {
  { L::kName } -> std::convertible_to<std::string_view>;
  { fresh.name } -> std::same_as<std::string&>;
  { fresh.trainable } -> std::same_as<bool&>;
  L::fields(fresh, field);
  layer.emit(scope, call);
};

namespace detail {

/// One layer of a model: what it is, and what it owns.
struct LINNET_API LayerInstance {
  virtual ~LayerInstance() = default;
  virtual std::string_view class_name() const = 0;
  virtual Config config() const = 0;
  virtual MaskRule mask_rule() const = 0;
  virtual DType input_dtype() const = 0;
  virtual Values emit(Scope& scope, const Call& call) const = 0;
  virtual std::optional<std::variant<Tensor, Ragged>> transform(const Tensor& strings) const = 0;
  virtual const void* address() const = 0;
  /// The layers of a model that is used as a layer.
  virtual std::vector<std::shared_ptr<LayerInstance>> sublayers() const { return {}; }

  std::string name;  ///< empty until given or numbered
  bool trainable = true;
  std::vector<std::shared_ptr<Parameter>> parameters;
};

template <LayerType L>
struct LayerHolder final : LayerInstance {
  explicit LayerHolder(L layer) : held(std::move(layer)) {
    name = held.name;
    trainable = held.trainable;
  }
  std::string_view class_name() const override { return L::kName; }
  Config config() const override {
    L copy = held;
    copy.name = name;
    copy.trainable = trainable;
    return config_of(std::move(copy));
  }
  MaskRule mask_rule() const override {
    if constexpr (requires { L::kMask; }) return L::kMask;
    return MaskRule::drop;
  }
  DType input_dtype() const override {
    if constexpr (requires { L::kInput; }) return L::kInput;
    return DType::float32;
  }
  std::optional<std::variant<Tensor, Ragged>> transform(const Tensor& strings) const override {
    if constexpr (requires { held.transform(strings); }) {
      return held.transform(strings);
    } else {
      return std::nullopt;
    }
  }
  Values emit(Scope& scope, const Call& call) const override {
    if constexpr (requires {
                    { held.emit(scope, call) } -> std::same_as<Value>;
                  }) {
      return {held.emit(scope, call)};
    } else {
      return held.emit(scope, call);
    }
  }
  const void* address() const override { return &held; }
  L held;
};

}  // namespace detail

/// The `trainable` flag of a layer or model: reads and writes the one that all handles share.
class TrainableFlag {
 public:
  explicit TrainableFlag(std::shared_ptr<detail::LayerInstance> instance)
      : instance_(std::move(instance)) {}
  TrainableFlag& operator=(bool trainable) {
    instance_->trainable = trainable;
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
