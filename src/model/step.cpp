// One batch through a training or test plan, and the sums over batches.
#include <algorithm>
#include <numeric>

#include "kernels/threads.hpp"
#include "model/feed.hpp"

namespace linnet::inline v0::detail {

namespace {

double scalar(const Plan::Session& session, std::size_t output) {
  return static_cast<double>(*static_cast<const float*>(session.output(output)));
}

}  // namespace

void keep_sample(ModelState& model, const Columns& x) {
  constexpr Index kRows = 4;
  if (!model.sample.empty()) return;
  for (const Column& column : x) {
    Column part = rows_between(column, 0, std::min(kRows, rows_of(column)));
    if (auto* tensor = std::get_if<Tensor>(&part)) {
      *tensor = tensor->clone();
    } else {
      auto& ragged = std::get<Ragged>(part);
      ragged.values = ragged.values.clone();
    }
    model.sample.push_back(std::move(part));
  }
}

namespace {

/// What every plan may read beside the rows.
struct Scalars {
  float rate;
  std::int64_t iteration;
  std::int64_t seed[2];

  void bind(const Plan& plan, Plan::Session& session) const {
    session.bind(plan.input_index("learning_rate"), &rate);
    session.bind(plan.input_index("iteration"), &iteration);
    session.bind(plan.input_index("seed"), seed);
  }
};

Scalars scalars_of(const ModelState& model) {
  const OptimizerSettings settings = model.compiled->options.optimizer.settings();
  const Index parts = settings.gradient_accumulation_steps.value_or(1);
  return {rate_of(model),
          model.iteration / parts,
          {static_cast<std::int64_t>(model.seed), model.iteration}};
}

}  // namespace

float rate_of(const ModelState& model) {
  return model.learning_rate.value_or(
      static_cast<float>(model.compiled->options.optimizer.learning_rate().at(model.iteration)));
}

StepResult run_step(ModelState& model, Mode mode, const Batch& batch,
                    const FeatureInputs* features) {
  if (!model.compiled) {
    fail(ErrorCode::bad_state, "model: compile it with an optimizer and a loss first");
  }
  Feed feed = features == nullptr ? Feed(model, batch.x, batch.y, batch.sample_weight)
                                  : Feed(model, *features, batch);
  if (feed.rows() == 0) fail(ErrorCode::invalid_argument, "x: a batch without rows");
  feed.key().mode = mode;
  const auto every = model.compiled->options.optimizer.settings().gradient_accumulation_steps;
  feed.key().accumulates = mode == Mode::train && every && (model.iteration + 1) % *every != 0;
  if (mode == Mode::test) make_readable(model);
  if (mode == Mode::train) own_training(model);
  const auto plan = plan_for(model, feed.key());
  Plan::Session session(*plan->plan);
  feed.bind(*plan->plan, session);
  const Scalars scalars = scalars_of(model);
  scalars.bind(*plan->plan, session);
  std::optional<Plan::Session> in_front;
  if (plan->frozen && features == nullptr) {
    const Plan& frozen = plan->frozen->plan();
    in_front.emplace(frozen);
    feed.bind(frozen, *in_front);
    scalars.bind(frozen, *in_front);
    in_front->run();
    for (std::size_t k = 0; k < frozen.output_count(); ++k) {
      session.bind(plan->plan->input_index(FrozenPart::name(k)), in_front->output(k));
    }
  } else if (features != nullptr &&
             (!plan->frozen || plan->frozen->signature() != features->signature)) {
    fail(ErrorCode::bad_state, "fit: the kept features are not those that this step reads");
  }
  if (mode == Mode::train) {
    const FlushDenormals flush;
    session.run();
    ++model.iteration;
    rows_trained(model);
  } else {
    session.run();
  }
  StepResult result{.rows = feed.rows(), .losses = {}, .metrics = {}};
  result.losses.reserve(plan->first_metric);
  result.metrics.reserve((plan->plan->output_count() - plan->first_metric) / 2);
  for (std::size_t i = 0; i < plan->first_metric; ++i) result.losses.push_back(scalar(session, i));
  for (std::size_t i = plan->first_metric; i < plan->plan->output_count(); i += 2) {
    result.metrics.emplace_back(scalar(session, i), scalar(session, i + 1));
  }
  return result;
}

void Totals::add(const StepResult& step) {
  losses_.resize(step.losses.size());
  metrics_.resize(step.metrics.size());
  for (std::size_t i = 0; i < step.losses.size(); ++i) {
    losses_[i] += step.losses[i] * static_cast<double>(step.rows);
  }
  for (std::size_t i = 0; i < step.metrics.size(); ++i) {
    metrics_[i].first += step.metrics[i].first;
    metrics_[i].second += step.metrics[i].second;
  }
  rows_ += step.rows;
}

Logs Totals::logs(const ModelState& model) const {
  const std::vector<std::string> names = log_names(model);
  if (names.size() != losses_.size() + metrics_.size()) {
    fail(ErrorCode::bad_state, "compile: other losses or metrics within an epoch of fit");
  }
  Logs logs;
  std::size_t at = 0;
  for (const double loss : losses_) {
    logs.set(names[at++], rows_ == 0 ? 0.0 : loss / static_cast<double>(rows_));
  }
  for (const auto& [sum, weight] : metrics_) {
    logs.set(names[at++], weight == 0 ? 0.0 : sum / weight);
  }
  return logs;
}

Config Totals::config() const {
  Config losses = Config::list(), metrics = Config::list();
  for (const double loss : losses_) losses.push_back(exact_config(loss));
  for (const auto& [sum, weight] : metrics_) {
    metrics.push_back(exact_config(sum));
    metrics.push_back(exact_config(weight));
  }
  Config config = Config::object();
  config["rows"] = Config(rows_);
  config["losses"] = std::move(losses);
  config["metrics"] = std::move(metrics);
  return config;
}

Totals Totals::from_config(const Config& config) {
  Totals totals;
  totals.rows_ = config.at("rows").as_integer();
  for (const Config& loss : config.at("losses").items()) {
    totals.losses_.push_back(exact_from(loss));
  }
  const Config::List& metrics = config.at("metrics").items();
  for (std::size_t i = 0; i + 1 < metrics.size(); i += 2) {
    totals.metrics_.emplace_back(exact_from(metrics[i]), exact_from(metrics[i + 1]));
  }
  return totals;
}

}  // namespace linnet::inline v0::detail
