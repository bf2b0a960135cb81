#include <algorithm>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/rows_update.hpp>
#include <linnet/ops/update.hpp>
#include <linnet/optimizers/pending_rows.hpp>

#include "optimizers/emit_step.hpp"

namespace linnet::inline v0 {

namespace {

constexpr const char* kRowStep = "row_step";
constexpr const char* kRowSums = "row_sums";

TensorType step_type(const Shape& table) { return {DType::int32, {table[0]}}; }
TensorType sums_type() { return {DType::float32, {3, ops::RowsStep::kRing}}; }

/// The state that the ops of rows take first.
Values state_of(const Value& parameter, const ops::RowsStep& step) {
  const auto& table = parameter.node().op.as<ops::ParameterSource>()->parameter;
  Values state{parameter};
  const auto add = [&](const char* name, const TensorType& type, double first) {
    state.push_back(apply(ops::ParameterSource{table, name, type, first}, {}));
  };
  for (const ops::StepSlot& slot : ops::slots_of(step.rule)) {
    add(slot.name, table->type, slot.first);
  }
  if (!step.waits()) return state;
  add(kRowStep, step_type(table->type.shape), 0);
  add(kRowSums, sums_type(), 0);
  return state;
}

bool emit_rows(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
               const ops::RowsStep& step, const Value& learning_rate) {
  if (gradient.dense || gradient.rows.empty() || scope.needs_dense()) return false;
  // The gradients of a row in several parts may be taken one by one only where steps add up.
  const bool adds_up = ops::slots_of(step.rule).empty() && !step.waits();
  if (!ops::idle_steps(step.rule).closed || (gradient.rows.size() > 1 && !adds_up)) return false;
  const Values state = state_of(parameter, step);
  for (const RowsGradient& part : gradient.rows) {
    Values inputs = state;
    inputs.push_back(scope.iteration());
    inputs.push_back(ops::rows_index(part, parameter.shape()[0]));
    if (step.waits()) scope.before(linnet::apply(ops::RowsCatchUp{step}, inputs));
    inputs.push_back(part.values);
    inputs.push_back(learning_rate);
    scope.emit(linnet::apply(ops::RowsUpdate{step}, std::move(inputs)));
  }
  if (!step.waits()) return true;
  Parameter& table = *parameter.node().op.as<ops::ParameterSource>()->parameter;
  const auto made_up = [step](const Value& of, auto op) {
    Values inputs = state_of(of, step);
    inputs.push_back(ops::input("iteration", {DType::int64, {}}));
    return linnet::apply(op, std::move(inputs));
  };
  table.pending_read = [=](const Value& of) { return made_up(of, ops::RowsRead{step}); };
  table.pending_settle = [=](const Value& of) { return made_up(of, ops::RowsCatchUp{step}); };
  return true;
}

}  // namespace

void emit_step(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
               const ops::StepRule& rule, float decay, const Value& learning_rate) {
  const ops::RowsStep by_rows{rule, static_cast<double>(decay)};
  if (emit_rows(scope, parameter, gradient, by_rows, learning_rate)) return;
  Values inputs{parameter};
  for (const ops::StepSlot& slot : ops::slots_of(rule)) {
    inputs.push_back(scope.slot(slot.name, slot.first));
  }
  inputs.push_back(scope.dense(gradient));
  inputs.push_back(learning_rate);
  inputs.push_back(scope.iteration());
  scope.emit(linnet::apply(ops::StepUpdate{rule, decay}, std::move(inputs)));
}

void emit_step(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
               const ops::StepRule& rule) {
  emit_step(scope, parameter, gradient, rule, scope.weight_decay(), scope.learning_rate());
}

namespace detail {

void restore_rows(const Optimizer& optimizer, const std::shared_ptr<Parameter>& table) {
  const Shape& shape = table->type.shape;
  table->pending_read = table->pending_settle = {};
  if (shape.rank() == 2) {  // what a training plan would do, for the rules that it leaves behind
    const RowsGradient rows{.ids = ops::input("ids", {DType::int32, {1, 1}}),
                            .values = ops::input("values", {DType::float32, {1, shape[1]}})};
    Updates unused;
    const OptimizerSettings settings = optimizer.settings();
    UpdateScope scope(unused, settings, ops::parameter(table));
    optimizer.update(scope, ops::parameter(table), rows);
  }
  if (!table->pending_read) {
    fail(ErrorCode::corrupt_file,
         cat(table->path, ": rows wait for updates, but not under ", optimizer.class_name()));
  }
}

bool has_row_steps(const Parameter& parameter) { return parameter.find_slot(kRowStep) != nullptr; }

std::int64_t row_step(const Parameter& parameter, Index row) {
  const Tensor* steps = parameter.find_slot(kRowStep);
  return steps == nullptr || steps->empty()
             ? 0
             : steps->data<std::int32_t>()[static_cast<std::size_t>(row)];
}

void check_row_steps(const Parameter& parameter, std::int64_t now) {
  const Tensor* steps = parameter.find_slot(kRowStep);
  if (steps == nullptr) return;
  const bool typed = TensorType{steps->dtype(), steps->shape()} == step_type(parameter.type.shape);
  if (typed && std::ranges::all_of(steps->data<std::int32_t>(), [&](std::int32_t step) {
        return step >= 0 && step <= now && now - step <= ops::RowsStep::kRing;
      })) {
    return;
  }
  fail(ErrorCode::corrupt_file, cat(parameter.path, ": ", kRowStep, ": no such steps"));
}

void skip_steps(Parameter& parameter, std::int64_t now) {
  const Tensor* known = parameter.find_slot(kRowStep);
  if (known == nullptr) return;
  Tensor steps = *known;  // a handle to the slot
  std::ranges::fill(steps.data<std::int32_t>(), static_cast<std::int32_t>(now));
  constexpr auto kRing = static_cast<std::size_t>(ops::RowsStep::kRing);
  const auto sums = parameter.slot(kRowSums, sums_type(), 0).data<float>();
  const std::size_t own = static_cast<std::size_t>(now) % kRing;
  sums[own] = sums[kRing + own] = 0;  // nothing missed yet, as after an update
  sums[2 * kRing + own] = 1;
}

}  // namespace detail
}  // namespace linnet::inline v0
