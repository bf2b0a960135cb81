// All layers, and the list that the registry, the tests and the documentation are made from.
#pragma once

#include <linnet/layers/activation.hpp>
#include <linnet/layers/dense.hpp>
#include <linnet/layers/dropout.hpp>
#include <linnet/layers/embedding.hpp>
#include <linnet/layers/embedding_bag.hpp>
#include <linnet/layers/flatten.hpp>
#include <linnet/layers/global_pooling1d.hpp>
#include <linnet/layers/merging.hpp>
#include <linnet/layers/reshape.hpp>
#include <linnet/layers/text_vectorization.hpp>

namespace linnet::inline v0 {

template <class... Ls>
struct LayerList {};

/// One line for each built-in layer.
using BuiltInLayers =
    LayerList<Activation, Add, Concatenate, Dense, Dropout, Embedding, EmbeddingBag, Flatten,
              GlobalAveragePooling1D, GlobalMaxPooling1D, Reshape, TextVectorization>;

/// A layer of that class with the fields of `config`. Error: not_found, naming the class or key
/// and listing what is known.
LINNET_API Layer layer_from_config(std::string_view class_name, const Config& config);

/// Makes L known to layer_from_config, and so to Model::load. A second call does nothing.
template <LayerType L>
void register_layer();

namespace detail {
using LayerMaker = Layer (*)(const Config& config);
LINNET_API void register_layer_maker(std::string_view class_name, LayerMaker maker);
template <LayerType L>
Layer make_layer(const Config& config) {
  return Layer(from_fields<L>(config, L::kName));
}
}  // namespace detail

template <LayerType L>
void register_layer() {
  detail::register_layer_maker(L::kName, &detail::make_layer<L>);
}

}  // namespace linnet::inline v0
