// InnerLayer: the field of a layer that holds another layer.
#pragma once

#include <initializer_list>
#include <linnet/graph/layer.hpp>
#include <vector>

namespace linnet::inline v0 {

/// A layer inside another: an aggregate, of which each use of the outer layer has its own, or a
/// Layer or Model, which all uses share.
class LINNET_API InnerLayer {
 public:
  InnerLayer() = default;  ///< none
  template <LayerType L>
  InnerLayer(L layer) : instance_(Layer(std::move(layer)).instance()), again_(&again<L>) {}
  InnerLayer(const Layer& layer) : instance_(layer.instance()) {}
  template <class M>
  requires(!LayerType<M> && !std::is_same_v<M, Layer> && std::convertible_to<const M&, Layer>)
      InnerLayer(const M& model)
      : InnerLayer(Layer(model)) {}

  explicit operator bool() const { return instance_ != nullptr; }
  const std::shared_ptr<detail::LayerInstance>& instance() const { return instance_; }
  /// {"class_name": ..., "config": ...}, or null.
  Config to_config() const;
  static InnerLayer from_config(const Config& config);

  /// Called by the outer layer's prepare(): an aggregate becomes a layer of its own.
  void prepare();

 private:
  template <LayerType L>
  static std::shared_ptr<detail::LayerInstance> again(const detail::LayerInstance& layer) {
    return std::make_shared<detail::LayerHolder<L>>(*static_cast<const L*>(layer.address()));
  }

  std::shared_ptr<detail::LayerInstance> instance_;
  std::shared_ptr<detail::LayerInstance> (*again_)(const detail::LayerInstance&) = nullptr;
};

/// Several of them, in order.
class LINNET_API InnerLayers {
 public:
  InnerLayers() = default;
  InnerLayers(std::initializer_list<InnerLayer> layers) : layers_(layers) {}
  InnerLayers(std::vector<InnerLayer> layers) : layers_(std::move(layers)) {}

  const std::vector<InnerLayer>& layers() const { return layers_; }
  Config to_config() const;
  static InnerLayers from_config(const Config& config);
  /// Prepares each; those without a name get one, of their class and a number.
  void prepare();

 private:
  std::vector<InnerLayer> layers_;
};

}  // namespace linnet::inline v0
