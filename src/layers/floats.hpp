// floats: inputs of layers that compute with float32.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/ops/elementwise.hpp>

namespace linnet::inline v0::detail {

/// The input as float32. As in Keras, whole numbers and truth values are numbers too.
inline Value floats(const Call& call) { return ops::cast(call.input(), DType::float32); }

}  // namespace linnet::inline v0::detail
