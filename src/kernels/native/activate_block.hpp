// activate_block: an activation function over a block of numbers, for kernels that end with one.
#pragma once

#include <linnet/ops/activation.hpp>

namespace linnet::inline v0 {

/// y = f(x) for n numbers; x may be y. Null if no native kernel knows f.
using ActivateBlock = bool (*)(const ops::Activate& f, const float* x, float* y, Index n);
ActivateBlock activate_block(const ops::Activate& f);

}  // namespace linnet::inline v0
