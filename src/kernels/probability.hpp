// Keras's bounds of a probability in a crossentropy.
#pragma once

namespace linnet::inline v0 {

inline constexpr float kLow = 1e-7f, kHigh = 1 - 1e-7f;

}  // namespace linnet::inline v0
