#include <algorithm>
#include <cmath>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

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

/// step / steps. Error: steps is not positive.
double part_done(Index step, Index steps, std::string_view where) {
  if (steps <= 0) {
    fail(ErrorCode::invalid_argument,
         cat(where, ": the number of steps must be positive, got ", steps));
  }
  return static_cast<double>(step) / static_cast<double>(steps);
}

/// From 1 at x = 0 to alpha at x = 1 along half a cosine of this height.
double cosine(double x, double height, double alpha) {
  return (1 - alpha) * 0.5 * height * (1 + std::cos(kPi * x)) + alpha;
}

}  // namespace

double ExponentialDecay::at(Index step) const {
  const double x = part_done(step, decay_steps, kName);
  return initial_learning_rate * std::pow(double{decay_rate}, staircase ? std::floor(x) : x);
}

double InverseTimeDecay::at(Index step) const {
  const double x = part_done(step, decay_steps, kName);
  return initial_learning_rate / (1 + decay_rate * (staircase ? std::floor(x) : x));
}

double PiecewiseConstantDecay::at(Index step) const {
  if (values.size() != boundaries.size() + 1) {
    fail(ErrorCode::invalid_argument,
         cat(kName, ": expected one value more than boundaries, got ", std::uint64_t{values.size()},
             " values and ", std::uint64_t{boundaries.size()}, " boundaries"));
  }
  const auto reached = std::ranges::lower_bound(boundaries, step) - boundaries.begin();
  return values[static_cast<std::size_t>(reached)];
}

double PolynomialDecay::at(Index step) const {
  double x = part_done(step, decay_steps, kName);
  if (cycle && step > 0) {
    x /= std::ceil(x);
  } else {
    x = std::min(x, 1.0);
  }
  const double end = end_learning_rate;
  return (initial_learning_rate - end) * std::pow(1 - x, double{power}) + end;
}

double CosineDecay::at(Index step) const {
  double top = initial_learning_rate;
  if (warmup_target) {
    top = *warmup_target;
    if (step < warmup_steps) {
      const double x = part_done(step, warmup_steps, kName);
      return initial_learning_rate + (top - initial_learning_rate) * x;
    }
    step -= warmup_steps;
  }
  const double x = std::min(1.0, part_done(step, decay_steps, kName));
  return top * cosine(x, 1, alpha);
}

double CosineDecayRestarts::at(Index step) const {
  double x = part_done(step, first_decay_steps, kName);  // in units of the first period
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
