// Sequential: a model that is a list of layers.
#pragma once

#include <linnet/model/model.hpp>

namespace linnet::inline v0 {

/// The shape and type of a Sequential's input, as its first entry; optional. With it each layer is
/// connected as it is added: one that the shapes do not fit is refused there, and the model is
/// built at once.
struct Input {
  Shape shape = {};  ///< without the batch axis
  DType dtype = DType::float32;
  std::string name = {};
};

/// Layers one after the other. Builds itself at the first fit, predict or build(shape), or, if it
/// begins with an Input, as layers are added; takes models as layers.
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

  /// One entry of a list: a layer, a model, or at first an Input.
  class Entry {
   public:
    template <LayerType L>
    Entry(L layer) : entry_(Layer(std::move(layer))) {}
    Entry(Layer layer) : entry_(std::move(layer)) {}
    Entry(const Model& model) : entry_(Layer(model)) {}
    Entry(Input input) : entry_(std::move(input)) {}

   private:
    friend class Sequential;
    std::variant<Layer, Input> entry_;
  };
  /// Keras's Sequential(layers, name=...).
  Sequential(std::initializer_list<Entry> layers, std::string name);

  /// Appends a layer. Error: two layers of one name; the shapes do not fit, where these are known
  /// from an Input; without one, the model is built already; with one, it is part of another model
  /// that is; it would contain itself; models more than 50 deep inside one another.
  void add(Layer layer);
  void add(Input input);
  void add(const Model& model) { add(Layer(model)); }
  template <LayerType L>
  void add(L layer) {
    add(Layer(std::move(layer)));
  }

  /// Makes the weights for inputs of this shape, batch axis included: build({any, 64}). From then
  /// on other sizes are refused, while a model that was built by its first data takes whatever its
  /// layers take. Error: bad_state: built already (with an Input it does nothing); shape_mismatch:
  /// not what the Input says.
  void build(const Shape& shape);
};

}  // namespace linnet::inline v0
