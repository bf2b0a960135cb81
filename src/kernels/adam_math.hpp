// Adam and its kin as code; see kernels/missed.hpp for what a Math is.
#pragma once

#include "kernels/missed.hpp"

namespace linnet::inline v0 {

/// p - S m / (sqrt(v) + e), with decay.
[[gnu::always_inline]] inline float idle_quotient(float p, float m, float root, const Missed& by) {
  return by.shrink * p - by.shift * m / (root + by.epsilon);
}

struct AdamMath {
  using Rule = ops::AdamRule;
  static constexpr int kSlots = 2;
  static constexpr bool kMoves = true;
  float rate, new_m, new_v, epsilon, epsilon_growth = 1;

  AdamMath(const Rule& rule, float lr, std::int64_t iteration)
      : new_m(static_cast<float>(1 - rule.beta_1)),
        new_v(static_cast<float>(1 - rule.beta_2)),
        epsilon(static_cast<float>(rule.epsilon)) {
    const auto t = static_cast<float>(iteration + 1);
    const float power_1 = std::pow(static_cast<float>(rule.beta_1), t);
    const float power_2 = std::pow(static_cast<float>(rule.beta_2), t);
    rate = lr * std::sqrt(1 - power_2) / (1 - power_1);
  }
  [[gnu::always_inline]] void step(float& p, float& m, float& v, float g) const {
    m += (g - m) * new_m;
    v += (g * g - v) * new_v;
    p -= m * rate / (std::sqrt(v) + epsilon);
  }
  [[gnu::always_inline]] static float idle(float p, float m, float v, const Missed& by) {
    return idle_quotient(p, m, std::sqrt(v), by);
  }
};

struct AmsgradMath : AdamMath {
  static constexpr int kSlots = 3;
  using AdamMath::AdamMath;
  [[gnu::always_inline]] void step(float& p, float& m, float& v, float& largest, float g) const {
    m += (g - m) * new_m;
    v += (g * g - v) * new_v;
    largest = largest < v ? v : largest;
    p -= m * rate / (std::sqrt(largest) + epsilon);
  }
  [[gnu::always_inline]] static float idle(float p, float m, float, float largest,
                                           const Missed& by) {
    return idle_quotient(p, m, std::sqrt(largest), by);
  }
};

struct NadamMath {
  using Rule = ops::NadamRule;
  static constexpr int kSlots = 2;
  static constexpr bool kMoves = true;
  float lr, new_m, new_v, epsilon, take_m, take_g, bias, rate, epsilon_growth;

  NadamMath(const Rule& rule, float learning_rate, std::int64_t iteration)
      : lr(learning_rate),
        new_m(static_cast<float>(1 - rule.beta_1)),
        new_v(static_cast<float>(1 - rule.beta_2)),
        epsilon(static_cast<float>(rule.epsilon)) {
    const auto u = [&](double power) { return rule.beta_1 * (1 - 0.5 * power); };
    constexpr double kDecay = 0.96, kNothing = 1e-10;
    double product = 1;  // u_1 u_2 ... u_t; what is left of it far out is nothing beside 1
    double power = kDecay;
    for (std::int64_t s = 0; s <= iteration && product > kNothing; ++s) {
      product *= u(power);
      power *= kDecay;
    }
    const auto t = static_cast<double>(iteration + 1);
    const double now = u(std::pow(kDecay, t)), next = u(std::pow(kDecay, t + 1));
    take_m = static_cast<float>(next / (1 - product * next));
    take_g = static_cast<float>((1 - now) / (1 - product));
    bias = 1 - std::pow(static_cast<float>(rule.beta_2), static_cast<float>(t));
    epsilon_growth = std::sqrt(bias);
    rate = lr * take_m * epsilon_growth;
  }
  [[gnu::always_inline]] void step(float& p, float& m, float& v, float g) const {
    m += (g - m) * new_m;
    v += (g * g - v) * new_v;
    p -= (take_m * m + take_g * g) * lr / (std::sqrt(v / bias) + epsilon);
  }
  [[gnu::always_inline]] static float idle(float p, float m, float v, const Missed& by) {
    return idle_quotient(p, m, std::sqrt(v), by);
  }
};

struct AdamaxMath {
  using Rule = ops::AdamaxRule;
  static constexpr int kSlots = 2;
  static constexpr bool kMoves = true;
  float lr, new_m, beta_2, epsilon, bias, rate, epsilon_growth = 1;

  AdamaxMath(const Rule& rule, float learning_rate, std::int64_t iteration)
      : lr(learning_rate),
        new_m(static_cast<float>(1 - rule.beta_1)),
        beta_2(static_cast<float>(rule.beta_2)),
        epsilon(static_cast<float>(rule.epsilon)),
        bias(1 - std::pow(static_cast<float>(rule.beta_1), static_cast<float>(iteration + 1))),
        rate(lr / bias) {}
  [[gnu::always_inline]] void step(float& p, float& m, float& u, float g) const {
    m += (g - m) * new_m;
    const float old = beta_2 * u, size = std::fabs(g);
    u = old < size ? size : old;
    p -= lr * m / (bias * (u + epsilon));
  }
  [[gnu::always_inline]] static float idle(float p, float m, float u, const Missed& by) {
    return idle_quotient(p, m, u, by);
  }
};

}  // namespace linnet::inline v0
