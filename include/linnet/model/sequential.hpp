// Sequential: a model that is a list of layers.
#pragma once

#include <linnet/model/model.hpp>

namespace linnet::inline v0 {

/// The shape and type of a Sequential's input, as its first entry; optional.
struct Input {
  Shape shape = {};  ///< without the batch axis
  DType dtype = DType::float32;
  std::string name = {};
};

/// Layers one after the other. Builds itself at the first fit, predict or build(shape); takes
/// models as layers.
class LINNET_API Sequential : public Model {
 public:
  Sequential();
  template <class... Layers>
  requires(sizeof...(Layers) > 1 || (sizeof...(Layers) == 1 &&
                                     !(std::is_base_of_v<Sequential, std::remove_cvref_t<Layers>> &&
                                       ...))) explicit Sequential(Layers&&... layers)
      : Sequential() {
    (add(std::forward<Layers>(layers)), ...);
  }

  /// Appends a layer. Error: the model is built already.
  void add(Layer layer);
  void add(Input input);
  void add(const Model& model) { add(Layer(model)); }
  template <LayerType L>
  void add(L layer) {
    add(Layer(std::move(layer)));
  }

  /// Makes the weights for inputs of this shape, batch axis included: build({any, 64}).
  void build(const Shape& shape);
};

}  // namespace linnet::inline v0
