// One batch through a training or test plan, and the sums over batches.
#include <algorithm>
#include <numeric>

#include "kernels/threads.hpp"
#include "model/feed.hpp"
#include "model/names.hpp"

namespace linnet::inline v0::detail {

namespace {

double scalar(const Plan::Session& session, std::size_t output) {
  return static_cast<double>(*static_cast<const float*>(session.output(output)));
}

void add_sums(const void* output, const TensorType& type, std::vector<double>& sums) {
  const Index size = type.shape.elements();
  const auto add = [&](const auto* from) { sums.insert(sums.end(), from, from + size); };
  if (type.dtype == DType::float64) {
    add(static_cast<const double*>(output));
  } else {
    add(static_cast<const float*>(output));
  }
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

StepResult result_of(const Plan::Session& session, const std::shared_ptr<const ModelPlan>& plan,
                     Index rows, StepResult earlier) {
  StepResult result{.rows = rows,
                    .losses = std::move(earlier.losses),
                    .metrics = std::move(earlier.metrics),
                    .plan = plan};
  result.losses.clear();
  result.metrics.clear();
  for (std::size_t i = 0; i < plan->first_metric; ++i) result.losses.push_back(scalar(session, i));
  for (std::size_t i = plan->first_metric; i < plan->plan->output_count(); ++i) {
    add_sums(session.output(i), plan->plan->output_type(i), result.metrics);
  }
  return result;
}

}  // namespace

float rate_of(const ModelState& model) {
  return model.learning_rate.value_or(
      static_cast<float>(model.compiled->options.optimizer.learning_rate().at(model.iteration)));
}

StepResult run_step(ModelState& model, Mode mode, const Batch& batch, const FeatureInputs* features,
                    StepResult earlier) {
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
  // A step that was refused made them, and weights may have been set since.
  if (mode == Mode::train && model.iteration < every.value_or(1)) plan->plan->begin_slots();
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
  return result_of(session, plan, feed.rows(), std::move(earlier));
}

namespace {

std::vector<Metric> metrics_in(const ModelPlan& plan) {
  std::vector<Metric> metrics;
  for (const PlanMetric& each : plan.metrics) metrics.push_back(each.metric);
  return metrics;
}

std::vector<Metric> metrics_in(const ModelState& model) {
  std::vector<Metric> metrics;
  for (std::size_t k = 0; k < model.outputs.size(); ++k) {
    for (const OutputMetric& each : metrics_of(model, k)) metrics.push_back(each.metric);
  }
  return metrics;
}

}  // namespace

void Totals::add(const StepResult& step) {
  const std::vector<PlanMetric>& metrics = step.plan->metrics;
  const bool same = std::ranges::equal(sizes_, metrics, {}, {}, &PlanMetric::size);
  if (rows_ > 0 && (!same || step.losses.size() != losses_.size())) {
    fail(ErrorCode::bad_state, "compile: other losses or metrics within an epoch of fit");
  }
  plan_ = step.plan;
  sizes_.clear();
  for (const PlanMetric& each : metrics) sizes_.push_back(each.size);
  losses_.resize(step.losses.size());
  metrics_.resize(step.metrics.size());
  for (std::size_t i = 0; i < step.losses.size(); ++i) {
    losses_[i] += step.losses[i] * static_cast<double>(step.rows);
  }
  for (std::size_t i = 0; i < step.metrics.size(); ++i) metrics_[i] += step.metrics[i];
  rows_ += step.rows;
}

Logs Totals::logs(const ModelState& model) const {
  std::vector<double> values;
  for (const double loss : losses_) {
    values.push_back(rows_ == 0 ? 0.0 : loss / static_cast<double>(rows_));
  }
  const std::vector<Metric> metrics = plan_ ? metrics_in(*plan_) : metrics_in(model);
  std::size_t at = 0;
  for (std::size_t i = 0; i < std::min(metrics.size(), sizes_.size()); ++i) {
    const auto results = metrics[i].results(std::span(metrics_).subspan(at, sizes_[i]));
    at += sizes_[i];
    const double sum = std::accumulate(results.begin(), results.end(), 0.0);
    values.push_back(sum / static_cast<double>(results.size()));
    if (results.size() > 1) values.insert(values.end(), results.begin(), results.end());
  }
  const std::vector<std::string> names = log_names(model);
  if (names.size() != values.size()) {
    fail(ErrorCode::bad_state, "compile: other losses or metrics within an epoch of fit");
  }
  Logs logs;
  for (std::size_t i = 0; i < names.size(); ++i) logs.set(names[i], values[i]);
  return logs;
}

Config Totals::config() const {
  Config losses = Config::list(), metrics = Config::list();
  for (const double loss : losses_) losses.push_back(exact_config(loss));
  std::size_t at = 0;
  for (const std::size_t size : sizes_) {
    Config sums = Config::list();
    for (const double sum : std::span(metrics_).subspan(at, size)) {
      sums.push_back(exact_config(sum));
    }
    at += size;
    metrics.push_back(std::move(sums));
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
  if (totals.rows_ < 1) {
    fail(ErrorCode::corrupt_file, cat("totals of an epoch: expected rows, got ", totals.rows_));
  }
  for (const Config& loss : config.at("losses").items()) {
    totals.losses_.push_back(exact_from(loss));
  }
  for (const Config& sums : config.at("metrics").items()) {
    totals.sizes_.push_back(sums.items().size());
    for (const Config& sum : sums.items()) totals.metrics_.push_back(exact_from(sum));
  }
  return totals;
}

}  // namespace linnet::inline v0::detail
