#include <algorithm>
#include <cmath>
#include <linnet/ops/step_rule.hpp>

namespace linnet::inline v0::ops {

namespace {

constexpr const char* kMomentum = "momentum";
constexpr const char* kVelocity = "velocity";

std::vector<StepSlot> slots(const SgdRule& rule) {
  if (rule.momentum == 0) return {};
  return {{kMomentum, 0, static_cast<double>(rule.momentum)}};
}
std::vector<StepSlot> slots(const AdamRule& rule) {
  std::vector<StepSlot> all{{kMomentum, 0, rule.beta_1}, {kVelocity, 0, rule.beta_2}};
  if (rule.amsgrad) all.push_back({"velocity_hat"});
  return all;
}
std::vector<StepSlot> slots(const NadamRule& rule) {
  return {{kMomentum, 0, rule.beta_1}, {kVelocity, 0, rule.beta_2}};
}
std::vector<StepSlot> slots(const AdamaxRule& rule) {
  return {{kMomentum, 0, rule.beta_1}, {"norm", 0, rule.beta_2}};
}
std::vector<StepSlot> slots(const RmspropRule& rule) {
  std::vector<StepSlot> all;
  if (rule.momentum != 0) all.push_back({kMomentum, 0, rule.momentum});
  all.push_back({kVelocity, 0, rule.rho});
  if (rule.centered) all.push_back({"average_gradient", 0, rule.rho});
  return all;
}
std::vector<StepSlot> slots(const AdagradRule& rule) { return {{"accumulator", rule.initial}}; }
std::vector<StepSlot> slots(const AdadeltaRule& rule) {
  return {{"accumulated_grad", 0, rule.rho}, {"accumulated_delta_var", 0, rule.rho}};
}
std::vector<StepSlot> slots(const FtrlRule& rule) {
  return {{"accumulator", rule.initial}, {"linear"}};
}
std::vector<StepSlot> slots(const LionRule& rule) { return {{kMomentum, 0, rule.beta_2}}; }

/// A direction m / (w + e), where m falls by b and w by c at each step. The sums of the ratios
/// must not grow with the number of steps.
IdleSteps quotient(double b, double c) { return {c > 0 && b <= c * c, b / c, b / (c * c)}; }

IdleSteps idle(const SgdRule& rule) { return {.ratio = static_cast<double>(rule.momentum)}; }
IdleSteps idle(const AdamRule& rule) {
  if (rule.amsgrad) return {.ratio = rule.beta_1, .epsilon_ratio = rule.beta_1};
  return quotient(rule.beta_1, std::sqrt(rule.beta_2));
}
IdleSteps idle(const NadamRule& rule) { return quotient(rule.beta_1, std::sqrt(rule.beta_2)); }
IdleSteps idle(const AdamaxRule& rule) { return quotient(rule.beta_1, rule.beta_2); }
IdleSteps idle(const RmspropRule& rule) { return {.ratio = rule.momentum}; }
IdleSteps idle(const AdagradRule&) { return {}; }
IdleSteps idle(const AdadeltaRule&) { return {}; }
IdleSteps idle(const FtrlRule& rule) {
  return {.closed = rule.shrinkage == 0, .ratio = 1, .last_rate = true};
}
IdleSteps idle(const LionRule&) { return {.ratio = 1}; }

}  // namespace

std::vector<StepSlot> slots_of(const StepRule& rule) {
  return std::visit([](const auto& each) { return slots(each); }, rule);
}

IdleSteps idle_steps(const StepRule& rule) {
  return std::visit([](const auto& each) { return idle(each); }, rule);
}

bool changes_idle(const StepRule& rule, double weight_decay) {
  const auto all = slots_of(rule);
  const bool keeps = std::ranges::all_of(all, [](const StepSlot& slot) { return slot.keep == 1; });
  return !keeps || idle_steps(rule).ratio != 0 || weight_decay != 0;
}

}  // namespace linnet::inline v0::ops
