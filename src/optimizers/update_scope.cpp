#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/update.hpp>
#include <linnet/optimizers/update_scope.hpp>

namespace linnet::inline v0 {

UpdateScope::UpdateScope(Updates& collected, const OptimizerSettings& settings, Value parameter)
    : collected_(collected), settings_(settings), source_(std::move(parameter)) {
  const auto* source = source_ ? source_.node().op.as<ops::ParameterSource>() : nullptr;
  if (source == nullptr) {
    detail::fail(ErrorCode::invalid_argument, "optimizer: this value is not a parameter");
  }
  parameter_ = source->parameter;
}

Value UpdateScope::slot(std::string_view name, std::optional<double> first) {
  return slot(name, parameter_->type, first);
}

Value UpdateScope::slot(std::string_view name, const TensorType& type,
                        std::optional<double> first) {
  return apply(ops::ParameterSource{parameter_, std::string(name), type, first}, {});
}

Value UpdateScope::learning_rate() {
  Value& rate = collected_.learning_rate;
  if (!rate) rate = ops::input("learning_rate", {DType::float32, {}});
  return parameter_->rate == 1 ? rate : ops::affine(rate, parameter_->rate);
}

Value UpdateScope::iteration() {
  Value& iteration = collected_.iteration;
  if (!iteration) iteration = ops::input("iteration", {DType::int64, {}});
  return iteration;
}

bool UpdateScope::needs_dense() const {
  return settings_.use_ema || parameter_->constraint != nullptr ||
         settings_.gradient_accumulation_steps.value_or(1) > 1;
}

void UpdateScope::assign(const Value& state, const Value& value) {
  assigned_.push_back(decayed_ && state == decayed_ ? source_ : state);
  assigned_.push_back(value);
}

void UpdateScope::emit(const Value& update) {
  finish();
  collected_.updates.push_back(update);
}

void UpdateScope::before(const Value& update) { collected_.prologue.push_back(update); }

Value UpdateScope::dense(const Gradient& gradient) const {
  Value sum = gradient.dense;
  const Index rows = gradient.rows.empty() ? 0 : parameter_->type.shape[0];
  for (const RowsGradient& part : gradient.rows) {
    const Value index = ops::rows_index(part, rows);
    const Value each = apply(ops::RowsToDense{rows}, {index, part.values});
    sum = sum ? ops::add(sum, each) : each;
  }
  return sum;
}

Value UpdateScope::decayed() {
  // p - (p d) lr
  if (weight_decay() == 0) return source_;
  const Value shrink = ops::multiply(ops::affine(source_, weight_decay()), learning_rate());
  decayed_ = ops::subtract(source_, shrink);
  return decayed_;
}

void UpdateScope::finish() {
  if (assigned_.empty()) return;
  collected_.updates.push_back(linnet::apply(ops::Assign{}, std::move(assigned_)));
  assigned_.clear();
}

}  // namespace linnet::inline v0
