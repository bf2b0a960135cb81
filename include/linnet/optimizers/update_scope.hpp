// UpdateScope: what an optimizer builds the update of one parameter in.
#pragma once

#include <linnet/graph/parameter.hpp>
#include <linnet/optimizers/settings.hpp>
#include <optional>
#include <string_view>

namespace linnet::inline v0 {

/// The ops of a training step that change parameters.
struct Updates {
  Values prologue;      ///< run before the forward pass, in this order
  Values updates;       ///< run at the end, in this order
  Value learning_rate;  ///< float32 (): the plan's input "learning_rate"; empty if nobody reads it
  Value iteration;      ///< int64 (): the plan's input "iteration", 0 at the first update
};

/// Given to an optimizer's update(). Slots belong to the parameter and are saved with it.
class LINNET_API UpdateScope {
 public:
  /// `parameter` is the output of ops::parameter(). Call finish() at the end.
  UpdateScope(Updates& collected, const OptimizerSettings& settings, Value parameter);

  /// The parameter's slot of that name, first filled with `first`, or with what the parameter is
  /// then: float32 of the parameter's shape, or of `type`.
  Value slot(std::string_view name, std::optional<double> first = 0);
  Value slot(std::string_view name, const TensorType& type, std::optional<double> first = 0);
  /// The learning rate of this update, times the parameter's own factor; float32 ().
  Value learning_rate();
  /// How many updates were done before this one; int64 ().
  Value iteration();
  /// By which part of the learning rate the parameter shrinks first; 0 for none.
  float weight_decay() const { return settings_.weight_decay.value_or(0.0f) * parameter_->decay; }
  /// True if all of the parameter must be up to date after each update: rows that a batch does not
  /// use may not be left for later.
  bool needs_dense() const;

  /// Sets `state` (the parameter or a slot) to `value`, which is computed from what all were before
  /// the update.
  void assign(const Value& state, const Value& value);
  /// Runs `update`, the output of an op with kUpdates, at the end of the step.
  void emit(const Value& update);
  /// Runs `update` before the forward pass.
  void before(const Value& update);
  /// The gradient as one dense value of the parameter's shape.
  Value dense(const Gradient& gradient) const;

  const Parameter& parameter() const { return *parameter_; }

  /// For apply_gradients: the value that update() is given as the parameter's, if the optimizer
  /// leaves the weight decay to its caller; assign() to it assigns the parameter.
  Value decayed();
  /// Emits what assign() collected.
  void finish();

 private:
  Updates& collected_;
  const OptimizerSettings& settings_;
  Value source_, decayed_;
  std::shared_ptr<Parameter> parameter_;
  Values assigned_;  ///< state, value, state, value, ...
};

}  // namespace linnet::inline v0
