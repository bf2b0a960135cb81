// Losses: what training makes small. One header a loss, listed here.
#pragma once

#include <linnet/core/named.hpp>
#include <linnet/losses/binary_crossentropy.hpp>
#include <linnet/losses/categorical_crossentropy.hpp>
#include <linnet/losses/crossentropy_by_type.hpp>
#include <linnet/losses/mean_squared_error.hpp>
#include <linnet/losses/sparse_categorical_crossentropy.hpp>

namespace linnet::inline v0 {

/// A loss is an aggregate whose emit() gives one loss for each sample: y_pred's shape without its
/// last axis. Weights and reduction are the model's. A mask on the result says which samples
/// count. Optional: the fields name and reduction; `void check() const`, which throws if its
/// fields make no sense.
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
  virtual std::string name() const = 0;
  virtual Reduction reduction() const = 0;
};

template <LossType L>
struct LossHolder final : NamedHolder<LossModel, L> {
  using NamedHolder<LossModel, L>::NamedHolder;
  Value emit(const Value& y_true, const Value& y_pred) const override {
    return this->held.emit(y_true, y_pred);
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

using Losses = BuiltIn<LossModel, LossHolder, losses::BinaryCrossentropy,
                       losses::CategoricalCrossentropy, losses::CrossentropyByType,
                       losses::MeanSquaredError, losses::SparseCategoricalCrossentropy>;

}  // namespace detail

/// Any loss: an aggregate, or a name that is checked when the program is compiled.
///   .loss = "categorical_crossentropy"
///   .loss = losses::CategoricalCrossentropy{.label_smoothing = 0.1f}
class LINNET_API Loss : public detail::Named<detail::LossModel> {
 public:
  Loss() = default;  ///< none
  consteval Loss(const char* name) : Named(detail::Losses::find(name)) {
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
  std::string name() const { return model().name(); }
  Reduction reduction() const { return model().reduction(); }
  /// The loss that "crossentropy" means for these types; any other loss is itself.
  Loss resolved(const TensorType& y_true, const TensorType& y_pred) const;

 private:
  using Named::Named;
  static void no_such_loss() {}  // not constexpr: calling it stops the compiler
};

// Losses, as layers and optimizers, need no namespace of their own.
using losses::BinaryCrossentropy;
using losses::CategoricalCrossentropy;
using losses::MeanSquaredError;
using losses::SparseCategoricalCrossentropy;

/// Makes a loss of your own known to from_config(), and so to Model::load.
template <LossType L>
void register_loss() {
  detail::Losses::add<L>();
}

}  // namespace linnet::inline v0
