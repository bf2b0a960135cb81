// LayerType: the concept that a struct fulfils to be a layer, and how a model holds one.
#pragma once

#include <concepts>
#include <linnet/graph/scope.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
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

/// Named tensors that a layer keeps beside its fields, such as a vocabulary.
using LayerAssets = std::vector<std::pair<std::string, Tensor>>;

/// A layer is an aggregate with the fields `name` and `trainable`, its Keras class name kName,
/// a list of its fields, and emit(), which builds ops and returns a Value or Values.
/// Optional:
///   static constexpr MaskRule kMask;
///   static constexpr DType kInput = DType::int32;  what it wants, if not float32
///   std::variant<Tensor, Ragged> transform(const Tensor& strings) const;
///     for a layer that stands in front and turns strings into numbers; emit() then only checks
///   void prepare();  called once when the layer becomes part of a model
///   LayerAssets assets() const;  what it learnt outside training, saved beside its config
///   void set_assets(const LayerAssets& assets);  called after loading with what was saved
///   std::vector<std::shared_ptr<detail::LayerInstance>> sublayers() const;  the layers inside it
///   std::vector<Index> state_sizes() const;  for a cell of RNN: the widths of its states
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
  virtual LayerAssets assets() const { return {}; }
  /// Error: corrupt_file: the layer has no assets, but some are given.
  virtual void set_assets(const LayerAssets& assets);
  /// The layers inside this one: of a model that is used as a layer, of a wrapper.
  virtual std::vector<std::shared_ptr<LayerInstance>> sublayers() const { return {}; }
  /// Of a cell: the widths of its states. Empty: it is no cell.
  virtual std::vector<Index> state_sizes() const { return {}; }

  std::string name;  ///< empty until given or numbered
  bool trainable = true;
  std::vector<std::shared_ptr<Parameter>> parameters;
};

template <LayerType L>
struct LayerHolder final : LayerInstance {
  explicit LayerHolder(L layer) : held(std::move(layer)) {
    name = held.name;
    trainable = held.trainable;
    if constexpr (requires { held.prepare(); }) held.prepare();
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
  LayerAssets assets() const override {
    if constexpr (requires { held.assets(); }) return held.assets();
    return {};
  }
  void set_assets(const LayerAssets& assets) override {
    if constexpr (requires { held.set_assets(assets); }) {
      held.set_assets(assets);
    } else {
      LayerInstance::set_assets(assets);
    }
  }
  std::vector<std::shared_ptr<LayerInstance>> sublayers() const override {
    if constexpr (requires { held.sublayers(); }) return held.sublayers();
    return {};
  }
  std::vector<Index> state_sizes() const override {
    if constexpr (requires { held.state_sizes(); }) return held.state_sizes();
    return {};
  }
  L held;
};

}  // namespace detail
}  // namespace linnet::inline v0
