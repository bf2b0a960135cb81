// Learning rates: a number, or a schedule, which is a function of the step.
#pragma once

#include <linnet/core/named.hpp>
#include <linnet/schedules/cosine_decay.hpp>
#include <linnet/schedules/cosine_decay_restarts.hpp>
#include <linnet/schedules/exponential_decay.hpp>
#include <linnet/schedules/inverse_time_decay.hpp>
#include <linnet/schedules/piecewise_constant_decay.hpp>
#include <linnet/schedules/polynomial_decay.hpp>

namespace linnet::inline v0 {

/// A schedule is an aggregate that gives the learning rate of a step; the first update is step 0.
/// One's own has kName and fields() like the built-in ones, and may have `void check() const`,
/// which throws if its fields make no sense.
template <class S>
concept ScheduleType = requires(const S& schedule, S& fresh, FieldVisitor& field, Index step) {
  { S::kName } -> std::convertible_to<std::string_view>;
  S::fields(fresh, field);
  { schedule.at(step) } -> std::convertible_to<double>;
};

namespace detail {

struct LINNET_API ScheduleModel : NamedModel {
  static constexpr const char* kWhat = "schedule";
  virtual double at(Index step) const = 0;
};

template <ScheduleType S>
struct ScheduleHolder final : NamedHolder<ScheduleModel, S> {
  using NamedHolder<ScheduleModel, S>::NamedHolder;
  double at(Index step) const override { return this->held.at(step); }
};

using Schedules =
    BuiltIn<ScheduleModel, ScheduleHolder, schedules::CosineDecay, schedules::CosineDecayRestarts,
            schedules::ExponentialDecay, schedules::InverseTimeDecay,
            schedules::PiecewiseConstantDecay, schedules::PolynomialDecay>;

}  // namespace detail

/// A learning rate: a number or any schedule. Error: one that is negative or not finite.
///   Adam{.learning_rate = 1e-4f}
///   Adam{.learning_rate = schedules::CosineDecay{.initial_learning_rate = 0.1f}}
class LINNET_API LearningRate {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> LearningRate(T rate) : rate_(static_cast<float>(rate)) {
    check(rate_);
  }
  template <ScheduleType S>
  LearningRate(S schedule)
      : schedule_(std::make_shared<detail::ScheduleHolder<S>>(std::move(schedule))) {}

  bool is_constant() const { return schedule_ == nullptr; }
  /// The rate of the update before which `step` updates were done. Error: a schedule of one's own
  /// gives one that is negative or not finite.
  double at(Index step) const { return schedule_ ? check(schedule_->at(step)) : double{rate_}; }
  /// The schedule if it is an S, else null.
  template <ScheduleType S>
  const S* as() const {
    const bool is = schedule_ && schedule_->class_name() == S::kName;
    return is ? static_cast<const S*>(schedule_->address()) : nullptr;
  }

  /// A number, or {"class_name", "config"}.
  Config to_config() const;
  static LearningRate from_config(const Config& config);

  /// Error: `rate` is negative or not finite. Returns it.
  static double check(double rate);

 private:
  float rate_ = 0;
  std::shared_ptr<const detail::ScheduleModel> schedule_;
};

/// Makes a schedule of your own known to from_config(), and so to Model::load.
template <ScheduleType S>
void register_schedule() {
  detail::Schedules::add<S>();
}

}  // namespace linnet::inline v0
