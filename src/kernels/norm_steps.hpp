// The numbers of one Lamb or Adafactor step that all elements share, in float32 as in Keras.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <linnet/ops/norm_update.hpp>

namespace linnet::inline v0 {

struct LambStep {
  float lr, decay, new_m, new_v, epsilon, bias_m, bias_v;

  LambStep(const ops::LambUpdate& op, float learning_rate, std::int64_t iteration)
      : lr(learning_rate),
        decay(op.weight_decay),
        new_m(static_cast<float>(1 - op.beta_1)),
        new_v(static_cast<float>(1 - op.beta_2)),
        epsilon(static_cast<float>(op.epsilon)) {
    const auto t = static_cast<float>(iteration + 1);
    bias_m = 1 - std::pow(static_cast<float>(op.beta_1), t);
    bias_v = 1 - std::pow(static_cast<float>(op.beta_2), t);
  }
  [[gnu::always_inline]] float direction(float m, float v) const {
    return m / bias_m / (std::sqrt(v / bias_v) + epsilon);
  }
  /// The learning rate times |p| / |s|, of the sums of squares.
  float length(double p, double s) const {
    const bool both = p > 0 && s > 0;
    return both ? static_cast<float>(std::sqrt(p) / std::sqrt(s)) * lr : lr;
  }
};

struct AdafactorStep {
  float lr, decay, keep, fresh, epsilon_1, epsilon_2, threshold, rate;

  AdafactorStep(const ops::AdafactorUpdate& op, float learning_rate, std::int64_t iteration)
      : lr(learning_rate),
        decay(op.weight_decay),
        epsilon_1(static_cast<float>(op.epsilon_1)),
        epsilon_2(static_cast<float>(op.epsilon_2)),
        threshold(static_cast<float>(op.clip_threshold)) {
    const auto t = static_cast<float>(iteration + 1);
    keep = 1 - std::pow(t, static_cast<float>(op.beta_2_decay));
    fresh = 1 - keep;
    rate = std::min(lr, 1 / std::sqrt(t));
  }
  [[gnu::always_inline]] static float direction(float g, float v) {
    const float s = g / std::sqrt(v);
    return g == 0 ? 0.0f : s;
  }
  /// What a direction is multiplied by, of the means of squares.
  float length(double p, double s) const {
    const float size = std::max(epsilon_2, static_cast<float>(std::sqrt(p)));
    return size * rate / std::max(1.0f, static_cast<float>(std::sqrt(s)) / threshold);
  }
};

/// p as matrices: `lead` of n rows and w columns. What has one axis is a row.
struct MatrixSizes {
  Index lead = 1, n = 1, w = 1;
  explicit MatrixSizes(const Shape& p) {
    const auto rank = static_cast<int>(p.rank());
    if (rank > 0) w = p[rank - 1];
    if (rank > 1) n = p[rank - 2];
    for (int i = 0; i + 2 < rank; ++i) lead *= p[i];
  }
};

}  // namespace linnet::inline v0
