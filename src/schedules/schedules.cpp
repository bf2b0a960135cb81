#include <algorithm>
#include <cmath>
#include <linnet/schedules.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::kNotNegative;
using detail::kPositive;
using detail::kZeroToOne;
using detail::require;

double LearningRate::check(double rate) {
  require("optimizer", "learning_rate", rate, kNotNegative);
  return rate;
}

Config LearningRate::to_config() const {
  if (!schedule_) return Config(rate_);
  Config config = Config::object();
  config["class_name"] = Config(schedule_->class_name());
  config["config"] = schedule_->config();
  return config;
}

LearningRate LearningRate::from_config(const Config& config) {
  if (config.is_number()) return LearningRate(config.as_number());
  LearningRate rate(0);
  rate.schedule_ = detail::Schedules::read(config);
  if (!rate.schedule_) fail(ErrorCode::invalid_argument, "learning_rate: none was given");
  return rate;
}

namespace schedules {

namespace {

constexpr double kPi = 3.14159265358979323846;

double part_done(Index step, Index steps) {
  return static_cast<double>(step) / static_cast<double>(steps);
}

/// What all schedules that begin at a rate and have a length share.
void check_decay(const auto& schedule, std::string_view steps_key, Index steps) {
  require(schedule.kName, "initial_learning_rate", schedule.initial_learning_rate, kNotNegative);
  require(schedule.kName, steps_key, steps, kPositive);
}

/// From 1 at x = 0 to alpha at x = 1 along half a cosine of this height.
double cosine(double x, double height, double alpha) {
  return (1 - alpha) * 0.5 * height * (1 + std::cos(kPi * x)) + alpha;
}

}  // namespace

void ExponentialDecay::check() const {
  check_decay(*this, "decay_steps", decay_steps);
  require(kName, "decay_rate", decay_rate, kNotNegative);
}

double ExponentialDecay::at(Index step) const {
  check();
  const double x = part_done(step, decay_steps);
  return initial_learning_rate * std::pow(double{decay_rate}, staircase ? std::floor(x) : x);
}

void InverseTimeDecay::check() const {
  check_decay(*this, "decay_steps", decay_steps);
  require(kName, "decay_rate", decay_rate, kNotNegative);
}

double InverseTimeDecay::at(Index step) const {
  check();
  const double x = part_done(step, decay_steps);
  return initial_learning_rate / (1 + decay_rate * (staircase ? std::floor(x) : x));
}

void PiecewiseConstantDecay::check() const {
  if (values.size() != boundaries.size() + 1) {
    fail(ErrorCode::invalid_argument,
         cat(kName, ": expected one value more than boundaries, got ", std::uint64_t{values.size()},
             " values and ", std::uint64_t{boundaries.size()}, " boundaries"));
  }
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    require(kName, "boundaries", boundaries[i], kNotNegative);
    if (i == 0 || boundaries[i - 1] < boundaries[i]) continue;
    fail(ErrorCode::invalid_argument,
         cat(kName, ": boundaries must rise, got ", boundaries[i], " after ", boundaries[i - 1]));
  }
  for (const float value : values) require(kName, "values", value, kNotNegative);
}

double PiecewiseConstantDecay::at(Index step) const {
  check();
  const auto reached = std::ranges::lower_bound(boundaries, step) - boundaries.begin();
  return values[static_cast<std::size_t>(reached)];
}

void PolynomialDecay::check() const {
  check_decay(*this, "decay_steps", decay_steps);
  require(kName, "end_learning_rate", end_learning_rate, kNotNegative);
  require(kName, "power", power, kNotNegative);
}

double PolynomialDecay::at(Index step) const {
  check();
  double x = part_done(step, decay_steps);
  if (cycle && step > 0) {
    x /= std::ceil(x);
  } else {
    x = std::min(x, 1.0);
  }
  const double end = end_learning_rate;
  return (initial_learning_rate - end) * std::pow(1 - x, double{power}) + end;
}

void CosineDecay::check() const {
  check_decay(*this, "decay_steps", decay_steps);
  require(kName, "alpha", alpha, kZeroToOne);
  require(kName, "warmup_target", warmup_target, kNotNegative);
  require(kName, "warmup_steps", warmup_steps, kNotNegative);
}

double CosineDecay::at(Index step) const {
  check();
  double top = initial_learning_rate;
  if (warmup_target) {
    top = *warmup_target;
    if (step < warmup_steps) {
      const double x = part_done(step, warmup_steps);
      return initial_learning_rate + (top - initial_learning_rate) * x;
    }
    step -= warmup_steps;
  }
  const double x = std::min(1.0, part_done(step, decay_steps));
  return top * cosine(x, 1, alpha);
}

void CosineDecayRestarts::check() const {
  check_decay(*this, "first_decay_steps", first_decay_steps);
  require(kName, "t_mul", t_mul, kPositive);
  require(kName, "m_mul", m_mul, kNotNegative);
  require(kName, "alpha", alpha, kZeroToOne);
}

double CosineDecayRestarts::at(Index step) const {
  check();
  double x = part_done(step, first_decay_steps);  // in units of the first period
  double length = 1, height = 1;
  if (t_mul == 1) {
    height = std::pow(double{m_mul}, std::floor(x));
    x -= std::floor(x);
  } else {
    constexpr double kShortest = 1e-9;  // where periods that shrink come to their end
    for (; x >= length && length > kShortest; length *= t_mul, height *= m_mul) x -= length;
    x = std::min(x, length);
  }
  return initial_learning_rate * cosine(x / length, height, alpha);
}

}  // namespace schedules
}  // namespace linnet::inline v0
