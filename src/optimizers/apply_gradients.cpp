#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/update.hpp>
#include <linnet/optimizers.hpp>

namespace linnet::inline v0 {

namespace {

constexpr std::string_view kAccumulator = "gradient_accumulator";

/// The update of one parameter.
struct Step {
  UpdateScope scope;
  Value parameter;
  Gradient gradient;
};

/// The gradient times a scalar.
Gradient scaled(const Gradient& gradient, const Value& factor) {
  Gradient result = gradient;
  if (gradient.dense) result.dense = ops::multiply(gradient.dense, factor);
  for (RowsGradient& part : result.rows) part.values = ops::multiply(part.values, factor);
  return result;
}

/// The parameters that change, with their gradients free of the loss scale.
std::vector<Step> steps_of(Updates& updates, const OptimizerSettings& settings,
                           std::span<const ParameterGradient> gradients) {
  settings.check();
  std::vector<Step> steps;
  for (const auto& [parameter, gradient] : gradients) {
    Step step{UpdateScope(updates, settings, parameter), parameter, gradient};
    if (!gradient || step.scope.parameter().frozen || !step.scope.parameter().trainable) continue;
    if (settings.loss_scale_factor) {
      step.gradient = scaled(gradient, ops::constant(1 / *settings.loss_scale_factor));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

/// The sum of the squares of all elements. Rows in more than one part are made dense.
Value square_sum(Step& step) {
  Gradient& g = step.gradient;
  if (!g.dense && g.rows.size() == 1) {
    const Value index = ops::rows_index(g.rows[0], step.parameter.shape()[0]);
    return apply(ops::RowsNorm{}, {index, g.rows[0].values});
  }
  g = step.scope.dense(g);
  return ops::reduce_sum(ops::unary(ops::UnaryKind::square, g.dense));
}

/// The factor that brings a norm down to `most`: most / max(norm, most).
Value clip_factor(const Value& squares, float most) {
  const Value limit = ops::constant(most);
  return ops::divide(limit, ops::maximum(ops::unary(ops::UnaryKind::sqrt, squares), limit));
}

void clip(const OptimizerSettings& settings, std::vector<Step>& steps) {
  if (settings.clipnorm) {
    for (Step& step : steps) {
      const Value squares = square_sum(step);  // may make the gradient dense
      step.gradient = scaled(step.gradient, clip_factor(squares, *settings.clipnorm));
    }
  } else if (settings.global_clipnorm && !steps.empty()) {
    Value squares = square_sum(steps[0]);
    for (std::size_t i = 1; i < steps.size(); ++i) {
      squares = ops::add(squares, square_sum(steps[i]));
    }
    const Value factor = clip_factor(squares, *settings.global_clipnorm);
    for (Step& step : steps) step.gradient = scaled(step.gradient, factor);
  } else if (settings.clipvalue) {
    const Value high = ops::constant(*settings.clipvalue);
    const Value low = ops::constant(-*settings.clipvalue);
    for (Step& step : steps) {
      const Value g = step.scope.dense(step.gradient);
      step.gradient = ops::minimum(ops::maximum(g, low), high);
    }
  }
}

/// What Keras does to a parameter after the optimizer's rule, also where that rule had to wait for
/// more gradients.
void after_update(Step& step, const OptimizerSettings& settings, Updates& updates) {
  UpdateScope& scope = step.scope;
  if (settings.use_ema) {
    const ops::AverageUpdate average{settings.ema_momentum,
                                     settings.ema_overwrite_frequency.value_or(0)};
    scope.emit(apply(average, {scope.slot("average"), step.parameter, scope.iteration()}));
  }
  if (const ParameterRule& constraint = scope.parameter().constraint) {
    const Value now = apply(ops::ReadAfter{}, {step.parameter, updates.updates.back()});
    scope.assign(step.parameter, constraint(now));
    scope.finish();
  }
}

}  // namespace

Updates apply_gradients(const Optimizer& optimizer, std::span<const ParameterGradient> gradients) {
  Updates updates;
  const OptimizerSettings settings = optimizer.settings();
  std::vector<Step> steps = steps_of(updates, settings, gradients);
  const Index parts = settings.gradient_accumulation_steps.value_or(1);
  if (parts > 1) {
    const float share = 1 / static_cast<float>(parts);
    for (Step& step : steps) {
      const Value sum = ops::add(step.scope.dense(step.gradient), step.scope.slot(kAccumulator));
      step.gradient = ops::affine(sum, share);
    }
  }
  clip(settings, steps);
  for (Step& step : steps) {
    const Value parameter = optimizer.decays() ? step.parameter : step.scope.decayed();
    optimizer.update(step.scope, parameter, step.gradient);
    step.scope.finish();
    after_update(step, settings, updates);
    if (parts > 1) {
      updates.updates.push_back(apply(ops::ClearUpdate{}, {step.scope.slot(kAccumulator)}));
    }
  }
  return updates;
}

Updates accumulate_gradients(const Optimizer& optimizer,
                             std::span<const ParameterGradient> gradients) {
  Updates updates;
  const OptimizerSettings settings = optimizer.settings();
  for (Step& step : steps_of(updates, settings, gradients)) {
    step.scope.emit(apply(ops::AccumulateUpdate{},
                          {step.scope.slot(kAccumulator), step.scope.dense(step.gradient)}));
    after_update(step, settings, updates);
  }
  return updates;
}

}  // namespace linnet::inline v0
