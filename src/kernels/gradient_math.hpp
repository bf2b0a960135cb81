// The rules that are not kin of Adam as code; see kernels/missed.hpp for what a Math is.
#pragma once

#include <algorithm>
#include <tuple>

#include "kernels/missed.hpp"

namespace linnet::inline v0 {

struct SgdMath {
  using Rule = ops::SgdRule;
  static constexpr int kSlots = 0;
  static constexpr bool kMoves = false;
  float lr;

  SgdMath(const Rule&, float learning_rate, std::int64_t) : lr(learning_rate) {}
  [[gnu::always_inline]] void step(float& p, float g) const { p -= g * lr; }
};

struct MomentumMath {
  using Rule = ops::SgdRule;
  static constexpr int kSlots = 1;
  static constexpr bool kMoves = true;
  float lr, momentum, rate, epsilon_growth = 1;
  bool nesterov;

  MomentumMath(const Rule& rule, float learning_rate, std::int64_t)
      : lr(learning_rate),
        momentum(rule.momentum),
        rate(rule.nesterov ? -rule.momentum : -1.0f),
        nesterov(rule.nesterov) {}
  [[gnu::always_inline]] void step(float& p, float& m, float g) const {
    const float down = g * lr;
    m = m * momentum - down;
    p += nesterov ? m * momentum - down : m;
  }
  [[gnu::always_inline]] static float idle(float p, float m, const Missed& by) {
    return by.shrink * p - by.shift * m;
  }
};

/// Slots: v, and a if centered.
template <bool kCentered>
struct RmspropMath {
  using Rule = ops::RmspropRule;
  static constexpr int kSlots = kCentered ? 2 : 1;
  static constexpr bool kMoves = false;
  float lr, rho, fresh, epsilon;

  RmspropMath(const Rule& rule, float learning_rate, std::int64_t)
      : lr(learning_rate),
        rho(static_cast<float>(rule.rho)),
        fresh(static_cast<float>(1 - rule.rho)),
        epsilon(static_cast<float>(rule.epsilon)) {}
  [[gnu::always_inline]] float scaled(float& v, float g) const {
    v = rho * v + fresh * (g * g);
    return lr * g / std::sqrt(v + epsilon);
  }
  [[gnu::always_inline]] float scaled(float& v, float& a, float g) const {
    v = rho * v + fresh * (g * g);
    a = rho * a + fresh * g;
    return lr * g / std::sqrt(v - a * a + epsilon);
  }
  [[gnu::always_inline]] void step(float& p, auto&&... rest) const { p -= scaled(rest...); }
};

/// Slots: m, and those of RMSprop without momentum.
template <bool kCentered>
struct RmspropMomentumMath : RmspropMath<kCentered> {
  static constexpr int kSlots = RmspropMath<kCentered>::kSlots + 1;
  static constexpr bool kMoves = true;
  float momentum, rate = 1, epsilon_growth = 1;

  RmspropMomentumMath(const ops::RmspropRule& rule, float learning_rate, std::int64_t iteration)
      : RmspropMath<kCentered>(rule, learning_rate, iteration),
        momentum(static_cast<float>(rule.momentum)) {}
  [[gnu::always_inline]] void step(float& p, float& m, auto&&... rest) const {
    m = momentum * m + this->scaled(rest...);
    p -= m;
  }
  [[gnu::always_inline]] static float idle(float p, float m, auto&&... rest) {
    const Missed& by = std::get<sizeof...(rest) - 1>(std::tie(rest...));
    return by.shrink * p - by.shift * m;
  }
};

struct AdagradMath {
  using Rule = ops::AdagradRule;
  static constexpr int kSlots = 1;
  static constexpr bool kMoves = false;
  float lr, epsilon;

  AdagradMath(const Rule& rule, float learning_rate, std::int64_t)
      : lr(learning_rate), epsilon(static_cast<float>(rule.epsilon)) {}
  [[gnu::always_inline]] void step(float& p, float& a, float g) const {
    a += g * g;
    p -= lr * g / std::sqrt(a + epsilon);
  }
};

struct AdadeltaMath {
  using Rule = ops::AdadeltaRule;
  static constexpr int kSlots = 2;
  static constexpr bool kMoves = false;
  float lr, rho, fresh, epsilon;

  AdadeltaMath(const Rule& rule, float learning_rate, std::int64_t)
      : lr(learning_rate),
        rho(static_cast<float>(rule.rho)),
        fresh(static_cast<float>(1 - rule.rho)),
        epsilon(static_cast<float>(rule.epsilon)) {}
  [[gnu::always_inline]] void step(float& p, float& a, float& x, float g) const {
    a = rho * a + fresh * (g * g);
    const float d = std::sqrt(x + epsilon) * g / std::sqrt(a + epsilon);
    x = rho * x + fresh * (d * d);
    p -= lr * d;
  }
};

/// With kRoot the power is a half, which is quicker.
template <bool kRoot>
struct FtrlMath {
  using Rule = ops::FtrlRule;
  static constexpr int kSlots = 2;
  static constexpr bool kMoves = true;
  float power, l1, l2, shrinkage, beta, rate, epsilon_growth = 1;

  FtrlMath(const Rule& rule, float lr, std::int64_t)
      : power(static_cast<float>(rule.power)),
        l1(static_cast<float>(rule.l1)),
        l2(static_cast<float>(2 * rule.l2)),
        shrinkage(static_cast<float>(2 * rule.shrinkage)),
        beta(static_cast<float>(rule.beta)),
        rate(lr) {}
  [[gnu::always_inline]] float raised(float a) const {
    return kRoot ? std::sqrt(a) : std::pow(a, power);
  }
  /// p as a function of the slots, of which the first is raised. A rate of 0 leaves p.
  [[gnu::always_inline]] float solved(float p, float high, float l, float lr) const {
    const float clipped = std::min(std::max(l, -l1), l1);
    const float quotient = (clipped - l) / (high / lr + (l2 + beta / lr));
    return lr > 0 ? quotient : p;
  }
  [[gnu::always_inline]] void step(float& p, float& a, float& l, float g) const {
    const float grown = a + g * g, high = raised(grown);
    const float pull = (high - raised(a)) / rate * p;
    l += g + shrinkage * p - (rate > 0 ? pull : 0.0f);
    a = grown;
    p = solved(p, high, l, rate);
  }
  [[gnu::always_inline]] float idle(float p, float a, float l, const Missed& by) const {
    return solved(p, raised(a), l, by.shift);
  }
};

struct LionMath {
  using Rule = ops::LionRule;
  static constexpr int kSlots = 1;
  static constexpr bool kMoves = true;
  float beta_1, beta_2, new_1, new_2, rate, epsilon_growth = 1;

  LionMath(const Rule& rule, float lr, std::int64_t)
      : beta_1(static_cast<float>(rule.beta_1)),
        beta_2(static_cast<float>(rule.beta_2)),
        new_1(1 - beta_1),
        new_2(1 - beta_2),
        rate(lr) {}
  [[gnu::always_inline]] static float sign(float x) {
    return static_cast<float>((x > 0) - (x < 0));
  }
  [[gnu::always_inline]] void step(float& p, float& m, float g) const {
    p -= rate * sign(m * beta_1 + g * new_1);
    m = m * beta_2 + g * new_2;
  }
  [[gnu::always_inline]] static float idle(float p, float m, const Missed& by) {
    return by.shrink * p - by.shift * sign(m);
  }
};

}  // namespace linnet::inline v0
