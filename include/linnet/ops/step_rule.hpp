// StepRule: the formula of an optimizer that treats every element of a parameter alike.
#pragma once

#include <linnet/core/fields.hpp>
#include <variant>

namespace linnet::inline v0::ops {

// Each rule changes an element p and its slots by the gradient g at update t (from 1) with the
// learning rate lr. All are Keras's, in Keras's order.

/// m = u m - g lr;  p += nesterov ? u m - g lr : m.  Slot: m, none if the momentum u is 0.
struct SgdRule {
  static constexpr const char* kName = "sgd";
  float momentum = 0;
  bool nesterov = false;
  static void fields(auto& self, FieldVisitor& field) {
    field("momentum", self.momentum);
    field("nesterov", self.nesterov);
  }
};

/// The fields of rules with running means of the gradient and its square.
void beta_fields(auto& self, FieldVisitor& field) {
  field("beta_1", self.beta_1);
  field("beta_2", self.beta_2);
  field("epsilon", self.epsilon);
}

/// a = lr sqrt(1 - b2^t) / (1 - b1^t);  m += (g - m) (1 - b1);  v += (g g - v) (1 - b2);
/// p -= m a / (sqrt(v) + e).  With amsgrad the largest v so far stands for v. Slots: m, v,
/// [largest].
struct AdamRule {
  static constexpr const char* kName = "adam";
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
  static void fields(auto& self, FieldVisitor& field) {
    beta_fields(self, field);
    field("amsgrad", self.amsgrad);
  }
};

/// u_t = b1 (1 - 0.96^t / 2);  U_t = u_1 u_2 ... u_t;  m and v as in Adam;
/// p -= lr (u_(t+1) m / (1 - U_(t+1)) + (1 - u_t) g / (1 - U_t)) / (sqrt(v / (1 - b2^t)) + e).
struct NadamRule {
  static constexpr const char* kName = "nadam";
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  static void fields(auto& self, FieldVisitor& field) { beta_fields(self, field); }
};

/// m as in Adam;  u = max(b2 u, |g|);  p -= lr m / ((1 - b1^t) (u + e)).  Slots: m, u.
struct AdamaxRule {
  static constexpr const char* kName = "adamax";
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  static void fields(auto& self, FieldVisitor& field) { beta_fields(self, field); }
};

/// v = r v + (1 - r) g g;  a = r a + (1 - r) g;  d = lr g / sqrt(v [- a a if centered] + e);
/// m = u m + d;  p -= m.  Slots: [m if the momentum u is not 0], v, [a if centered].
struct RmspropRule {
  static constexpr const char* kName = "rmsprop";
  double rho = 0.9, momentum = 0, epsilon = 1e-7;
  bool centered = false;
  static void fields(auto& self, FieldVisitor& field) {
    field("rho", self.rho);
    field("momentum", self.momentum);
    field("epsilon", self.epsilon);
    field("centered", self.centered);
  }
};

/// a += g g;  p -= lr g / sqrt(a + e).  Slot: a, at first `initial`.
struct AdagradRule {
  static constexpr const char* kName = "adagrad";
  double initial = 0.1, epsilon = 1e-7;
  static void fields(auto& self, FieldVisitor& field) {
    field("initial", self.initial);
    field("epsilon", self.epsilon);
  }
};

/// a = r a + (1 - r) g g;  d = g sqrt(x + e) / sqrt(a + e);  x = r x + (1 - r) d d;  p -= lr d.
/// Slots: a, x.
struct AdadeltaRule {
  static constexpr const char* kName = "adadelta";
  double rho = 0.95, epsilon = 1e-7;
  static void fields(auto& self, FieldVisitor& field) {
    field("rho", self.rho);
    field("epsilon", self.epsilon);
  }
};

/// With the power k = -learning_rate_power and b = a + g g:
///   l += g + 2 shrinkage p - (b^k - a^k) / lr p;   a = b;
///   p = (clip(l, -l1, l1) - l) / (b^k / lr + 2 l2 + beta / lr).
/// Slots: a, at first `initial`, and l.
struct FtrlRule {
  static constexpr const char* kName = "ftrl";
  double power = 0.5, initial = 0.1, l1 = 0, l2 = 0, shrinkage = 0, beta = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("power", self.power);
    field("initial", self.initial);
    field("l1", self.l1);
    field("l2", self.l2);
    field("shrinkage", self.shrinkage);
    field("beta", self.beta);
  }
};

/// p -= lr sign(b1 m + (1 - b1) g);  m = b2 m + (1 - b2) g.  Slot: m.
struct LionRule {
  static constexpr const char* kName = "lion";
  double beta_1 = 0.9, beta_2 = 0.99;
  static void fields(auto& self, FieldVisitor& field) {
    field("beta_1", self.beta_1);
    field("beta_2", self.beta_2);
  }
};

using StepRule = std::variant<SgdRule, AdamRule, NadamRule, AdamaxRule, RmspropRule, AdagradRule,
                              AdadeltaRule, FtrlRule, LionRule>;

/// For ops that hold a rule: its name and its numbers. Rules are only written, never read.
void rule_fields(auto& rule, FieldVisitor& field) {
  std::visit(
      [&](auto& each) {
        std::string name = each.kName;
        field("rule", name);
        each.fields(each, field);
      },
      rule);
}

/// A slot of a rule, and what steps without a gradient do to it: they multiply it by `keep`.
struct StepSlot {
  const char* name;  ///< Keras's
  double first = 0;
  double keep = 1;
};

/// What steps without a gradient do to an element. Step s, the j-th after the last gradient, takes
/// a_s ratio^j times a direction from p; the direction depends on the slots as the gradient left
/// them and on epsilon growing by epsilon_ratio^j / ratio^j.
struct IdleSteps {
  bool closed = true;        ///< false: there is no such form, and every step must be made
  double ratio = 0;          ///< 0: p stays
  double epsilon_ratio = 0;  ///< ratio times the growth of epsilon beside the slots
  bool last_rate = false;    ///< p is a function of the slots and of the last learning rate alone
};

LINNET_API std::vector<StepSlot> slots_of(const StepRule& rule);
LINNET_API IdleSteps idle_steps(const StepRule& rule);
/// True if steps without a gradient change the element or a slot.
LINNET_API bool changes_idle(const StepRule& rule, double weight_decay);

}  // namespace linnet::inline v0::ops
