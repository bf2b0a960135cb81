// Regularizers and constraints: what is asked of weights beside a small loss.
#pragma once

#include <linnet/core/named.hpp>
#include <linnet/graph/parameter.hpp>
#include <linnet/regularizers/constraints.hpp>
#include <linnet/regularizers/penalties.hpp>

namespace linnet::inline v0 {

/// A regularizer is an aggregate that gives a scalar, which is added to the loss.
template <class R>
concept RegularizerType = requires(const R& rule, R& fresh, FieldVisitor& field, const Value& w) {
  { R::kName } -> std::convertible_to<std::string_view>;
  R::fields(fresh, field);
  { rule.penalty(w) } -> std::same_as<Value>;
};

namespace detail {

struct LINNET_API RegularizerModel : NamedModel {
  static constexpr const char* kWhat = "regularizer";
  static const RegularizerModel& made(int index);
  virtual Value penalty(const Value& w) const = 0;
};

template <RegularizerType R>
struct RegularizerHolder final : NamedHolder<RegularizerModel, R> {
  using NamedHolder<RegularizerModel, R>::NamedHolder;
  Value penalty(const Value& w) const override { return this->held.penalty(w); }
};

using Regularizers =
    BuiltIn<RegularizerModel, RegularizerHolder, regularizers::L1, regularizers::L2,
            regularizers::L1L2, regularizers::OrthogonalRegularizer>;

}  // namespace detail

/// Any regularizer, or none.
///   Dense{.units = 8, .kernel_regularizer = regularizers::L2{1e-4f}}
class LINNET_API Regularizer : public detail::Named<detail::RegularizerModel> {
 public:
  Regularizer() = default;  ///< none
  LINNET_CONSTEVAL Regularizer(const char* name) : Named(detail::Regularizers::find(name)) {
    if (detail::Regularizers::find(name) < 0) no_such_regularizer();
  }
  template <RegularizerType R>
  Regularizer(R rule) : Named(std::make_shared<detail::RegularizerHolder<R>>(std::move(rule))) {}

  /// The regularizer of a name known at run time. Error: not_found, with the list.
  static Regularizer named(std::string_view name);
  /// From null, a name or {"class_name", "config"}. Error: unknown class or key.
  static Regularizer from_config(const Config& config);

  Value penalty(const Value& w) const { return model().penalty(w); }
  /// The rule of a parameter; empty for none.
  operator ParameterRule() const;

 private:
  using Named::Named;
  static void no_such_regularizer() {  // not constexpr: calling it stops the compiler
    detail::fail(ErrorCode::not_found, "regularizer: there is none of this name");
  }
};

/// A constraint is an aggregate that gives what a parameter is set to after each update.
template <class R>
concept ConstraintType = requires(const R& rule, R& fresh, FieldVisitor& field, const Value& w) {
  { R::kName } -> std::convertible_to<std::string_view>;
  R::fields(fresh, field);
  { rule.constrain(w) } -> std::same_as<Value>;
};

namespace detail {

struct LINNET_API ConstraintModel : NamedModel {
  static constexpr const char* kWhat = "constraint";
  static const ConstraintModel& made(int index);
  virtual Value constrain(const Value& w) const = 0;
};

template <ConstraintType R>
struct ConstraintHolder final : NamedHolder<ConstraintModel, R> {
  using NamedHolder<ConstraintModel, R>::NamedHolder;
  Value constrain(const Value& w) const override { return this->held.constrain(w); }
};

using Constraints = BuiltIn<ConstraintModel, ConstraintHolder, constraints::MaxNorm,
                            constraints::MinMaxNorm, constraints::NonNeg, constraints::UnitNorm>;

}  // namespace detail

/// Any constraint, or none.
///   Dense{.units = 8, .kernel_constraint = constraints::MaxNorm{.max_value = 3}}
class LINNET_API Constraint : public detail::Named<detail::ConstraintModel> {
 public:
  Constraint() = default;  ///< none
  LINNET_CONSTEVAL Constraint(const char* name) : Named(detail::Constraints::find(name)) {
    if (detail::Constraints::find(name) < 0) no_such_constraint();
  }
  template <ConstraintType R>
  Constraint(R rule) : Named(std::make_shared<detail::ConstraintHolder<R>>(std::move(rule))) {}

  /// The constraint of a name known at run time. Error: not_found, with the list.
  static Constraint named(std::string_view name);
  /// From null, a name or {"class_name", "config"}. Error: unknown class or key.
  static Constraint from_config(const Config& config);

  Value constrain(const Value& w) const { return model().constrain(w); }
  /// The rule of a parameter; empty for none.
  operator ParameterRule() const;

 private:
  using Named::Named;
  static void no_such_constraint() {  // not constexpr: calling it stops the compiler
    detail::fail(ErrorCode::not_found, "constraint: there is none of this name");
  }
};

/// Makes a regularizer or constraint of your own known to from_config(), and so to Model::load.
template <RegularizerType R>
void register_regularizer() {
  detail::Regularizers::add<R>();
}
template <ConstraintType C>
void register_constraint() {
  detail::Constraints::add<C>();
}

}  // namespace linnet::inline v0
