#include <algorithm>
#include <linnet/ops/gather.hpp>
#include <linnet/optimizers/rows_adam.hpp>

namespace linnet::inline v0::detail {

namespace {

constexpr const char* kRowStep = "row_step";
constexpr const char* kRowSums = "row_sums";

TensorType step_type(const Shape& table) { return {DType::int32, {table[0]}}; }
TensorType sums_type() { return {DType::float32, {3, ops::RowsAdam::kRing}}; }

/// p, m, v, last, sums and iteration of the table that is `parameter`.
Values state_of(const Value& parameter) {
  const auto& table = parameter.node().op.as<ops::ParameterSource>()->parameter;
  auto slot = [&](const char* name, const TensorType& type) {
    return apply(ops::ParameterSource{.parameter = table, .slot = name, .type = type}, {});
  };
  return {parameter,
          slot("momentum", table->type),
          slot("velocity", table->type),
          slot(kRowStep, step_type(table->type.shape)),
          slot(kRowSums, sums_type()),
          ops::input("iteration", {DType::int64, {}})};
}

}  // namespace

bool emit_rows_adam(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
                    ops::RowsAdam rule) {
  if (gradient.dense || gradient.rows.size() != 1 || scope.needs_dense()) return false;
  const RowsGradient& rows = gradient.rows.front();
  const Shape& table = parameter.shape();
  rule.weight_decay = static_cast<double>(scope.weight_decay());
  Values inputs{parameter,
                scope.slot("momentum"),
                scope.slot("velocity"),
                scope.slot(kRowStep, step_type(table)),
                scope.slot(kRowSums, sums_type()),
                scope.iteration(),
                ops::rows_index(rows, table[0])};
  scope.before(linnet::apply(ops::RowsAdamCatchUp{rule}, inputs));
  inputs.push_back(rows.values);
  inputs.push_back(scope.learning_rate());
  scope.emit(linnet::apply(ops::RowsAdamUpdate{rule}, std::move(inputs)));
  restore_rows_adam(*parameter.node().op.as<ops::ParameterSource>()->parameter, rule);
  return true;
}

void restore_rows_adam(Parameter& parameter, const ops::RowsAdam& rule) {
  parameter.pending_read = [rule](const Value& table) {
    return linnet::apply(ops::RowsAdamRead{rule}, state_of(table));
  };
  parameter.pending_settle = [rule](const Value& table) {
    return linnet::apply(ops::RowsAdamCatchUp{rule}, state_of(table));
  };
}

std::int64_t row_step(const Parameter& parameter, Index row) {
  const Tensor* steps = parameter.find_slot(kRowStep);
  return steps == nullptr || steps->empty()
             ? 0
             : steps->data<std::int32_t>()[static_cast<std::size_t>(row)];
}

void skip_steps(Parameter& parameter, std::int64_t now) {
  const Tensor* known = parameter.find_slot(kRowStep);
  if (known == nullptr) return;
  Tensor steps = *known;  // a handle to the slot
  std::ranges::fill(steps.data<std::int32_t>(), static_cast<std::int32_t>(now));
  constexpr auto kRing = static_cast<std::size_t>(ops::RowsAdam::kRing);
  const auto sums = parameter.slot(kRowSums, sums_type(), 0).data<float>();
  const std::size_t own = static_cast<std::size_t>(now) % kRing;
  sums[own] = sums[kRing + own] = 0;  // nothing missed yet, as after an update
  sums[2 * kRing + own] = 1;
}

}  // namespace linnet::inline v0::detail
