// From a rule of an optimizer to its Math.
#pragma once

#include "kernels/adam_math.hpp"
#include "kernels/gradient_math.hpp"

namespace linnet::inline v0 {

/// Calls f.template operator()<Math>(rule) with the Math of a rule.
template <class F>
auto with_math(const ops::StepRule& step_rule, F&& f) {
  struct Choice {
    F& f;
    auto operator()(const ops::SgdRule& rule) {
      return rule.momentum != 0 ? f.template operator()<MomentumMath>(rule)
                                : f.template operator()<SgdMath>(rule);
    }
    auto operator()(const ops::AdamRule& rule) {
      return rule.amsgrad ? f.template operator()<AmsgradMath>(rule)
                          : f.template operator()<AdamMath>(rule);
    }
    auto operator()(const ops::NadamRule& rule) { return f.template operator()<NadamMath>(rule); }
    auto operator()(const ops::AdamaxRule& rule) { return f.template operator()<AdamaxMath>(rule); }
    auto operator()(const ops::RmspropRule& rule) {
      if (rule.momentum == 0) {
        return rule.centered ? f.template operator()<RmspropMath<true>>(rule)
                             : f.template operator()<RmspropMath<false>>(rule);
      }
      return rule.centered ? f.template operator()<RmspropMomentumMath<true>>(rule)
                           : f.template operator()<RmspropMomentumMath<false>>(rule);
    }
    auto operator()(const ops::AdagradRule& rule) {
      return f.template operator()<AdagradMath>(rule);
    }
    auto operator()(const ops::AdadeltaRule& rule) {
      return f.template operator()<AdadeltaMath>(rule);
    }
    auto operator()(const ops::FtrlRule& rule) {
      return rule.power == 0.5 ? f.template operator()<FtrlMath<true>>(rule)
                               : f.template operator()<FtrlMath<false>>(rule);
    }
    auto operator()(const ops::LionRule& rule) { return f.template operator()<LionMath>(rule); }
  };
  return std::visit(Choice{f}, step_rule);
}

}  // namespace linnet::inline v0
