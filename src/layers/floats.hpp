// floats: inputs of layers that compute with float32.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/ops/elementwise.hpp>

namespace linnet::inline v0::detail {

/// The value as float32, with its mask. As in Keras, whole numbers and truth values are numbers
/// too.
inline Value floats(const Value& x) { return ops::cast(x, DType::float32).with_mask(x.mask()); }
/// The input, without its mask.
inline Value floats(const Call& call) { return ops::cast(call.input(), DType::float32); }

}  // namespace linnet::inline v0::detail
