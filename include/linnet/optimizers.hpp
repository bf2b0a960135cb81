// Optimizers: how gradients change parameters. One header an optimizer, listed here.
#pragma once

#include <linnet/optimizers/adadelta.hpp>
#include <linnet/optimizers/adafactor.hpp>
#include <linnet/optimizers/adagrad.hpp>
#include <linnet/optimizers/adam.hpp>
#include <linnet/optimizers/adamax.hpp>
#include <linnet/optimizers/adamw.hpp>
#include <linnet/optimizers/ftrl.hpp>
#include <linnet/optimizers/lamb.hpp>
#include <linnet/optimizers/lion.hpp>
#include <linnet/optimizers/muon.hpp>
#include <linnet/optimizers/nadam.hpp>
#include <linnet/optimizers/rmsprop.hpp>
#include <linnet/optimizers/schedule_free_adamw.hpp>
#include <linnet/optimizers/sgd.hpp>
#include <span>

namespace linnet::inline v0 {

/// An optimizer is an aggregate with a learning rate whose update() builds the ops that change one
/// parameter: out of ordinary ops and scope.assign(), or one op with kUpdates and scope.emit().
/// Fields named as in OptimizerSettings do what they do in Keras. Optional:
///   static constexpr bool kDecays = true;  update() itself applies scope.weight_decay()
///   void check() const;  throws if its own fields make no sense
template <class O>
concept OptimizerType = requires(const O& optimizer, O& fresh, FieldVisitor& field,
                                 UpdateScope& scope, const Value& parameter,
                                 const Gradient& gradient) {
  { O::kName } -> std::convertible_to<std::string_view>;
  { fresh.learning_rate } -> std::same_as<LearningRate&>;
  O::fields(fresh, field);
  optimizer.update(scope, parameter, gradient);
};

namespace detail {

struct LINNET_API OptimizerModel : NamedModel {
  static constexpr const char* kWhat = "optimizer";
  static const OptimizerModel& made(int index);
  virtual void update(UpdateScope& scope, const Value& parameter,
                      const Gradient& gradient) const = 0;
  virtual bool decays() const = 0;
  virtual OptimizerSettings settings() const = 0;
  virtual const LearningRate& learning_rate() const = 0;
  virtual std::shared_ptr<const OptimizerModel> with(LearningRate rate) const = 0;
};

template <OptimizerType O>
struct OptimizerHolder final : NamedHolder<OptimizerModel, O> {
  explicit OptimizerHolder(O optimizer) : NamedHolder<OptimizerModel, O>(std::move(optimizer)) {
    settings_of(this->held).check();
  }
  void update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const override {
    this->held.update(scope, parameter, gradient);
  }
  bool decays() const override {
    if constexpr (requires { O::kDecays; }) return O::kDecays;
    return false;
  }
  OptimizerSettings settings() const override { return settings_of(this->held); }
  const LearningRate& learning_rate() const override { return this->held.learning_rate; }
  std::shared_ptr<const OptimizerModel> with(LearningRate rate) const override {
    O copy = this->held;
    copy.learning_rate = std::move(rate);
    return std::make_shared<OptimizerHolder>(std::move(copy));
  }
};

using Optimizers =
    BuiltIn<OptimizerModel, OptimizerHolder, Adam, AdamW, SGD, Nadam, Adamax, RMSprop, Adagrad,
            Adadelta, Ftrl, Lion, Lamb, Adafactor, Muon, ScheduleFreeAdamW>;

}  // namespace detail

/// Any optimizer: an aggregate, or a name that is checked when the program is compiled.
///   .optimizer = "adam"
///   .optimizer = Adam{.learning_rate = 1e-4f}
class LINNET_API Optimizer : public detail::Named<detail::OptimizerModel> {
 public:
  Optimizer() = default;  ///< none
  LINNET_CONSTEVAL Optimizer(const char* name) : Named(detail::Optimizers::find(name)) {
    if (detail::Optimizers::find(name) < 0) no_such_optimizer();
  }
  template <OptimizerType O>
  Optimizer(O optimizer)
      : Named(std::make_shared<detail::OptimizerHolder<O>>(std::move(optimizer))) {}

  /// The optimizer of a name known at run time. Error: not_found, with the list.
  static Optimizer named(std::string_view name);
  /// From null, a name or {"class_name", "config"}. Error: unknown class or key.
  static Optimizer from_config(const Config& config);

  const LearningRate& learning_rate() const { return model().learning_rate(); }
  /// The same optimizer with another learning rate.
  Optimizer with_learning_rate(LearningRate rate) const {
    return Optimizer(model().with(std::move(rate)));
  }
  OptimizerSettings settings() const { return model().settings(); }
  /// True if update() applies the weight decay.
  bool decays() const { return model().decays(); }
  void update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
    model().update(scope, parameter, gradient);
  }

 private:
  using Named::Named;
  static void no_such_optimizer() {  // not constexpr: calling it stops the compiler
    detail::fail(ErrorCode::not_found, "optimizer: there is none of this name");
  }
};

/// A parameter, as ops::parameter() gives it, and the gradient of the loss by it.
struct ParameterGradient {
  Value parameter;
  Gradient gradient;
};

/// The ops of one update in Keras's order: scaling and accumulated gradients, clipping, weight
/// decay, the optimizer's rule, the average, constraints. Parameters that are frozen, not trainable
/// or without a gradient are left alone. Error: settings that make no sense.
LINNET_API Updates apply_gradients(const Optimizer& optimizer,
                                   std::span<const ParameterGradient> gradients);

/// The ops of a step that adds to the accumulated gradients only (gradient_accumulation_steps).
LINNET_API Updates accumulate_gradients(const Optimizer& optimizer,
                                        std::span<const ParameterGradient> gradients);

/// Makes an optimizer of your own known to from_config(), and so to Model::load.
template <OptimizerType O>
void register_optimizer() {
  detail::Optimizers::add<O>();
}

}  // namespace linnet::inline v0
