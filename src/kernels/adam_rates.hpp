// The numbers of one Adam step that all elements share.
#pragma once

#include <cmath>
#include <linnet/ops/update.hpp>

namespace linnet::inline v0 {

/// In float32 and in Keras's order, so that equal weights stay equal.
struct AdamRates {
  float rate;   ///< lr sqrt(1 - b2^t) / (1 - b1^t), t = iteration + 1
  float decay;  ///< weight_decay
  float lr;     ///< learning rate
  float new_m;  ///< 1 - b1
  float new_v;  ///< 1 - b2
  float epsilon;

  AdamRates(const ops::AdamUpdate& op, float learning_rate, std::int64_t iteration)
      : decay(op.weight_decay),
        lr(learning_rate),
        new_m(static_cast<float>(1 - op.beta_1)),
        new_v(static_cast<float>(1 - op.beta_2)),
        epsilon(static_cast<float>(op.epsilon)) {
    const auto step = static_cast<float>(iteration + 1);
    const float power_1 = std::pow(static_cast<float>(op.beta_1), step);
    const float power_2 = std::pow(static_cast<float>(op.beta_2), step);
    rate = lr * std::sqrt(1 - power_2) / (1 - power_1);
  }
};

}  // namespace linnet::inline v0
