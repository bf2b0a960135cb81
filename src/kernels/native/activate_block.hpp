// activate_block: an activation function over a block of numbers, for kernels that end with one.
#pragma once

#include <linnet/ops/activation.hpp>

namespace linnet::inline v0 {

/// y = f(x) for n numbers; x may be y. Null if no native kernel knows f.
using ActivateBlock = bool (*)(const ops::Activate& f, const float* x, float* y, Index n);
ActivateBlock activate_block(const ops::Activate& f);

/// dx = dy f'(x), told from y = f(x), for n numbers; dx may be dy. Null if no native kernel can.
using SlopeBlock = bool (*)(const ops::Activate& f, const float* y, const float* dy, float* dx,
                            Index n);
SlopeBlock slope_block(const ops::Activate& f);

}  // namespace linnet::inline v0
