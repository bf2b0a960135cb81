// Optimizers' steps whose length depends on norms of the whole parameter.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

// As the ops of update.hpp: they write into their first inputs and give an empty tensor. With decay
// d, p -= p d lr first; t = iteration + 1.

/// Inputs: p, m, v, g, learning_rate, iteration. You et al. (2019) in Keras's order:
///   m += (g - m) (1 - b1);   v += (g g - v) (1 - b2)
///   s = m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + e);   p -= s lr |p| / |s|
/// The quotient of the norms is 1 if one of them is 0.
struct LambUpdate {
  static constexpr const char* kName = "lamb_update";
  static constexpr bool kUpdates = true;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  float weight_decay = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("beta_1", self.beta_1);
    field("beta_2", self.beta_2);
    field("epsilon", self.epsilon);
    field("weight_decay", self.weight_decay);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: p (..., n, w), r (..., n), c (..., w), g, learning_rate, iteration; a p of less than two
/// axes has one slot v of its shape in the place of r and c. Shazeer and Stern (2018) in Keras's
/// order, with b = 1 - t^beta_2_decay and q = g g + epsilon_1:
///   r = b r + (1 - b) mean of q over w;   c = b c + (1 - b) mean of q over n
///   v = r / (mean of r over n) c;         without them v = b v + (1 - b) q
///   s = g / sqrt(v), 0 where g is;  s /= max(1, rms(s) / clip_threshold)
///   p -= s max(epsilon_2, rms(p)) min(lr, 1 / sqrt(t))
struct AdafactorUpdate {
  static constexpr const char* kName = "adafactor_update";
  static constexpr bool kUpdates = true;
  double beta_2_decay = -0.8, epsilon_1 = 1e-30, epsilon_2 = 1e-3, clip_threshold = 1;
  float weight_decay = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("beta_2_decay", self.beta_2_decay);
    field("epsilon_1", self.epsilon_1);
    field("epsilon_2", self.epsilon_2);
    field("clip_threshold", self.clip_threshold);
    field("weight_decay", self.weight_decay);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Adafactor for a table p (n, w) of which a batch uses some rows, with the results of the dense
/// step: only r changes where there is no gradient. Inputs: p, r (n), c (w), a RowsIndex, values
/// (batch, w), learning_rate, iteration. There is no weight decay.
struct RowsAdafactorUpdate {
  static constexpr const char* kName = "rows_adafactor_update";
  static constexpr bool kUpdates = true;
  AdafactorUpdate step = {};
  static void fields(auto& self, FieldVisitor& field) { AdafactorUpdate::fields(self.step, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
