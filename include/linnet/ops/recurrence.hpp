// Recurrence: a recurrent layer over all time steps, as one op.
#pragma once

#include <linnet/ops/activation.hpp>

namespace linnet::inline v0::ops {

/// One step from the states h and c of a row to the next ones, where s = x + h U is what the step
/// sees, cut into gates of `units` numbers; f is the activation, r the recurrent one:
///   simple  h = f(s)
///   lstm    s = (i, f, g, o):  c = r(f) c + r(i) f(g),  h = r(o) f(c)
///   gru     s = (z, r, g):     h = r(z) h + (1 - r(z)) f(g), where in g the product h U is
///           multiplied by r(r) (reset_after; to h U a bias may be added before), or (r(r) h) U
///           takes its place
enum class RecurrenceKind : std::uint8_t { simple, lstm, gru };

/// Inputs, float32: x (n, t, gates * units), the input's share of s with its bias; the recurrent
/// kernel U (units, gates * units); with has_bias, of a gru with reset_after, a bias
/// (gates * units); with has_states h, and of an lstm c, (n, units), without they begin as 0; with
/// has_mask a boolean mask (n, t): a step where it is false leaves the states as they are.
/// Outputs: y (n, t, units), h after each step; the last h; of an lstm the last c; and with
/// `keeps` what the gradient needs (n, t, kept): the gates r(i), r(f), f(g), r(o) and c; r(z),
/// r(r), f(g) and, with reset_after, g's product h U. With `backwards` time runs from t - 1 to 0.
struct Recurrence {
  static constexpr const char* kName = "recurrence";
  RecurrenceKind kind = RecurrenceKind::lstm;
  Activate activation = {ActivationKind::tanh};  ///< both: slope_from_output()
  Activate recurrent_activation = {ActivationKind::sigmoid};
  bool reset_after = true;
  bool backwards = false;
  bool has_bias = false, has_states = false, has_mask = false;
  bool keeps = false;

  static void fields(auto& self, FieldVisitor& field) {
    int recurrence = static_cast<int>(self.kind);
    field("recurrence", recurrence);
    self.kind = static_cast<RecurrenceKind>(recurrence);
    Activate::fields(self.activation, field);
    int recurrent = static_cast<int>(self.recurrent_activation.kind);
    field("recurrent_kind", recurrent);
    self.recurrent_activation.kind = static_cast<ActivationKind>(recurrent);
    field("recurrent_alpha", self.recurrent_activation.alpha);
    field("recurrent_beta", self.recurrent_activation.beta);
    field("recurrent_gamma", self.recurrent_activation.gamma);
    field("reset_after", self.reset_after);
    field("backwards", self.backwards);
    field("has_bias", self.has_bias);
    field("has_states", self.has_states);
    field("has_mask", self.has_mask);
    field("keeps", self.keeps);
  }
  Index gates() const {
    return kind == RecurrenceKind::simple ? 1 : kind == RecurrenceKind::lstm ? 4 : 3;
  }
  /// How many states a row has.
  int states() const { return kind == RecurrenceKind::lstm ? 2 : 1; }
  /// Numbers a unit that `keeps` keeps of each step; a simple one needs y alone.
  Index kept() const {
    if (kind == RecurrenceKind::simple) return 0;
    return kind == RecurrenceKind::lstm ? 5 : reset_after ? 4 : 3;
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Inputs: the kernel, the states and the mask of a Recurrence that has them, its y, what it kept,
/// then, as the flags say, the gradients dy, dh, dc of its outputs. Outputs: dx; of a gru with
/// reset_after the gradient of h U (+ bias), of dx's shape; then dh and, of an lstm, dc, those of
/// the first states.
struct RecurrenceGrad {
  static constexpr const char* kName = "recurrence_grad";
  Recurrence of = {};
  bool has_dy = true, has_dh = false, has_dc = false;
  static void fields(auto& self, FieldVisitor& field) {
    Recurrence::fields(self.of, field);
    field("has_dy", self.has_dy);
    field("has_dh", self.has_dh);
    field("has_dc", self.has_dc);
  }
  /// True if h U has a gradient that is not dx.
  bool splits() const { return of.kind == RecurrenceKind::gru && of.reset_after; }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// y[n, i, ...] = x[n, t - 1 - i, ...]: axis 1 the other way round. Any dtype.
struct ReverseTime {
  static constexpr const char* kName = "reverse_time";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Twice gives x itself.
LINNET_API Value reverse_time(const Value& x);

}  // namespace linnet::inline v0::ops
