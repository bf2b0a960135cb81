// Losses: what training makes small. One header a loss or family, listed here.
#pragma once

#include <linnet/core/named.hpp>
#include <linnet/losses/binary_crossentropy.hpp>
#include <linnet/losses/categorical_crossentropy.hpp>
#include <linnet/losses/categorical_generalized_cross_entropy.hpp>
#include <linnet/losses/circle.hpp>
#include <linnet/losses/crossentropy_by_type.hpp>
#include <linnet/losses/ctc.hpp>
#include <linnet/losses/divergences.hpp>
#include <linnet/losses/errors.hpp>
#include <linnet/losses/focal_crossentropies.hpp>
#include <linnet/losses/hinges.hpp>
#include <linnet/losses/overlaps.hpp>
#include <linnet/losses/sparse_categorical_crossentropy.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>

namespace linnet::inline v0 {

/// A loss is an aggregate whose emit() gives one loss for each sample: y_pred's shape without its
/// last axis, or a scalar for the whole batch. Weights and reduction are the model's. A mask on the
/// result says which samples count. Optional: the fields name and reduction; `void check() const`,
/// which throws if its fields make no sense; `static constexpr ops::LabelRange kLabels`, what
/// numbers labels may be, and `Value label_check(y_true, y_pred) const`, an op like
/// ops::CheckLabels, which are looked at over all data before training changes anything; `bool
/// by_row(const Shape& y_pred) const`, false if its losses are not those of rows, which then cannot
/// be weighted.
template <class L>
concept LossType = requires(const L& loss, L& fresh, FieldVisitor& field, const Value& value) {
  { L::kName } -> std::convertible_to<std::string_view>;
  L::fields(fresh, field);
  { loss.emit(value, value) } -> std::same_as<Value>;
};

namespace detail {

struct LINNET_API LossModel : NamedModel {
  static constexpr const char* kWhat = "loss";
  static const LossModel& made(int index);
  virtual Value emit(const Value& y_true, const Value& y_pred) const = 0;
  virtual Value label_check(const Value& y_true, const Value& y_pred) const = 0;
  virtual std::optional<ops::LabelRange> labels() const = 0;
  virtual bool by_row(const Shape& y_pred) const = 0;
  virtual std::string name() const = 0;
  virtual Reduction reduction() const = 0;
};

template <LossType L>
struct LossHolder final : NamedHolder<LossModel, L> {
  using NamedHolder<LossModel, L>::NamedHolder;
  Value emit(const Value& y_true, const Value& y_pred) const override {
    return this->held.emit(y_true, y_pred);
  }
  Value label_check(const Value& y_true, const Value& y_pred) const override {
    if constexpr (requires(const L& loss) { loss.label_check(y_true, y_pred); }) {
      return this->held.label_check(y_true, y_pred);
    }
    return {};
  }
  std::optional<ops::LabelRange> labels() const override {
    if constexpr (requires { L::kLabels; }) return L::kLabels;
    return {};
  }
  bool by_row(const Shape& y_pred) const override {
    if constexpr (requires(const L& loss) { loss.by_row(y_pred); }) {
      return this->held.by_row(y_pred);
    }
    return true;
  }
  std::string name() const override {
    if constexpr (requires(const L& loss) { loss.name; }) return this->held.name;
    return L::kName;
  }
  Reduction reduction() const override {
    if constexpr (requires(const L& loss) { loss.reduction; }) return this->held.reduction;
    return "sum_over_batch_size";
  }
};

using Losses =
    BuiltIn<LossModel, LossHolder, losses::BinaryCrossentropy, losses::BinaryFocalCrossentropy,
            losses::CTC, losses::CategoricalCrossentropy, losses::CategoricalFocalCrossentropy,
            losses::CategoricalGeneralizedCrossEntropy, losses::CategoricalHinge, losses::Circle,
            losses::CosineSimilarity, losses::CrossentropyByType, losses::Dice, losses::Hinge,
            losses::Huber, losses::KLDivergence, losses::LogCosh, losses::MeanAbsoluteError,
            losses::MeanAbsolutePercentageError, losses::MeanSquaredError,
            losses::MeanSquaredLogarithmicError, losses::Poisson,
            losses::SparseCategoricalCrossentropy, losses::SquaredHinge, losses::Tversky>;

}  // namespace detail

/// Any loss: an aggregate, or a name that is checked when the program is compiled.
///   .loss = "categorical_crossentropy"
///   .loss = losses::CategoricalCrossentropy{.label_smoothing = 0.1f}
class LINNET_API Loss : public detail::Named<detail::LossModel> {
 public:
  Loss() = default;  ///< none
  LINNET_CONSTEVAL Loss(const char* name) : Named(detail::Losses::find(name)) {
    if (detail::Losses::find(name) < 0) no_such_loss();
  }
  template <LossType L>
  Loss(L loss) : Named(std::make_shared<detail::LossHolder<L>>(std::move(loss))) {}

  /// The loss of a name known at run time. Error: not_found, with the list.
  static Loss named(std::string_view name);
  /// From null, a name or {"class_name", "config"}. Error: unknown class or key.
  static Loss from_config(const Config& config);

  /// The loss of each sample. Error: labels that do not fit the output.
  Value emit(const Value& y_true, const Value& y_pred) const {
    return model().emit(y_true, y_pred);
  }
  /// An op that throws where labels are bad; empty if there is nothing to check.
  Value label_check(const Value& y_true, const Value& y_pred) const {
    return model().label_check(y_true, y_pred);
  }
  /// What numbers labels may be; empty: any.
  std::optional<ops::LabelRange> labels() const { return model().labels(); }
  /// False if its losses are not those of rows, for a y_pred of this shape.
  bool by_row(const Shape& y_pred) const { return model().by_row(y_pred); }
  std::string name() const { return model().name(); }
  Reduction reduction() const { return model().reduction(); }
  /// The loss that "crossentropy" means for these types; any other loss is itself.
  Loss resolved(const TensorType& y_true, const TensorType& y_pred) const;

 private:
  using Named::Named;
  static void no_such_loss() {  // not constexpr: calling it stops the compiler
    detail::fail(ErrorCode::not_found, "loss: there is none of this name");
  }
};

// Losses, as layers and optimizers, need no namespace of their own.
using losses::BinaryCrossentropy;
using losses::BinaryFocalCrossentropy;
using losses::CategoricalCrossentropy;
using losses::CategoricalFocalCrossentropy;
using losses::CategoricalGeneralizedCrossEntropy;
using losses::CategoricalHinge;
using losses::Circle;
using losses::CosineSimilarity;
using losses::CTC;
using losses::Dice;
using losses::Hinge;
using losses::Huber;
using losses::KLDivergence;
using losses::LogCosh;
using losses::MeanAbsoluteError;
using losses::MeanAbsolutePercentageError;
using losses::MeanSquaredError;
using losses::MeanSquaredLogarithmicError;
using losses::Poisson;
using losses::SparseCategoricalCrossentropy;
using losses::SquaredHinge;
using losses::Tversky;

/// Makes a loss of your own known to from_config(), and so to Model::load.
template <LossType L>
void register_loss() {
  detail::Losses::add<L>();
}

}  // namespace linnet::inline v0
