// Masks that Keras stored as nodes, though they come with the value by themselves.
#pragma once

#include <functional>

#include "keras/call_data.hpp"
#include "keras/model_reader.hpp"

namespace linnet::inline v0::detail::keras {

/// What made a tensor: a use of an entry of "layers". `layer` is null for a function.
struct Producer {
  const Entry* entry = nullptr;
  const Layer* layer = nullptr;
  const CallData* call = nullptr;
};
using FindProducer = std::function<Producer(const TensorRef&)>;

/// True if `mask` is what `x` carries as its mask without being told: that of an Embedding or a
/// Masking, passed on by layers.
bool comes_with(const TensorRef& mask, const TensorRef& x, const FindProducer& find);

}  // namespace linnet::inline v0::detail::keras
