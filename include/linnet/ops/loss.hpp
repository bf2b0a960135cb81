// Losses as ops: crossentropies with their gradients, and the checks of labels and inputs.
#pragma once

#include <linnet/graph/op.hpp>
#include <optional>

namespace linnet::inline v0::ops {

// All take (y_true, y_pred) and give one loss for each row of y_pred's last axis: y_pred float32
// (..., c) gives (...). Their gradient ops take (y_true, y_pred, dy) and give the gradient by
// y_pred; y_true gets none. Probabilities are clipped to [e, 1 - e] with e = 1e-7, as Keras does;
// outside of that the gradient is zero.

/// loss = -sum over classes of t log p, with t = y_true (1 - label_smoothing) + label_smoothing / c
/// and p = clip(y_pred / sum of y_pred), or p = softmax(y_pred) from logits. y_true float32, of
/// y_pred's shape.
struct CategoricalCrossentropy {
  static constexpr const char* kName = "categorical_crossentropy";
  bool from_logits = false;
  float label_smoothing = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("from_logits", self.from_logits);
    field("label_smoothing", self.label_smoothing);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

struct CategoricalCrossentropyGrad {
  static constexpr const char* kName = "categorical_crossentropy_grad";
  static constexpr int kInPlace = 1;
  CategoricalCrossentropy loss = {};
  static void fields(auto& self, FieldVisitor& field) {
    CategoricalCrossentropy::fields(self.loss, field);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// loss = -log p[label], p as above. y_true int32 or int64, of shape (...) or (..., 1). A label
/// outside the classes, and ignore_class, give loss 0 and no gradient; see CheckLabels.
struct SparseCategoricalCrossentropy {
  static constexpr const char* kName = "sparse_categorical_crossentropy";
  bool from_logits = false;
  std::optional<Index> ignore_class = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("from_logits", self.from_logits);
    field("ignore_class", self.ignore_class);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

struct SparseCategoricalCrossentropyGrad {
  static constexpr const char* kName = "sparse_categorical_crossentropy_grad";
  static constexpr int kInPlace = 1;
  SparseCategoricalCrossentropy loss = {};
  static void fields(auto& self, FieldVisitor& field) {
    SparseCategoricalCrossentropy::fields(self.loss, field);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// loss = mean over the last axis of -(t log p + (1 - t) log(1 - p)), with
/// t = y_true (1 - label_smoothing) + label_smoothing / 2 and p = clip(y_pred), or
/// p = sigmoid(y_pred) from logits. y_true float32, of y_pred's shape, or (...) for (..., 1).
struct BinaryCrossentropy {
  static constexpr const char* kName = "binary_crossentropy";
  bool from_logits = false;
  float label_smoothing = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("from_logits", self.from_logits);
    field("label_smoothing", self.label_smoothing);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

struct BinaryCrossentropyGrad {
  static constexpr const char* kName = "binary_crossentropy_grad";
  static constexpr int kInPlace = 1;
  BinaryCrossentropy loss = {};
  static void fields(auto& self, FieldVisitor& field) {
    BinaryCrossentropy::fields(self.loss, field);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Throws if a label lies outside [0, classes) and is not ignore_class, naming row, label and
/// number of classes; passes nothing on. Labels int32 or int64, any shape. Stands at the start of
/// training plans.
struct CheckLabels {
  static constexpr const char* kName = "check_labels";
  static constexpr bool kUpdates = true;
  Index classes = 0;
  std::optional<Index> ignore_class = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("classes", self.classes);
    field("ignore_class", self.ignore_class);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Throws if an element of the float32 input is NaN or infinite, naming `what`, row and column
/// (the position within the row); passes nothing on.
struct CheckFinite {
  static constexpr const char* kName = "check_finite";
  static constexpr bool kUpdates = true;
  std::string what = "input";
  static void fields(auto& self, FieldVisitor& field) { field("what", self.what); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Throws if an element of the float32 input lies outside [low, high], naming row, column and
/// `what` takes no such label; passes nothing on.
struct CheckRange {
  static constexpr const char* kName = "check_range";
  static constexpr bool kUpdates = true;
  std::string what = {};
  float low = 0;
  float high = 1;
  static void fields(auto& self, FieldVisitor& field) {
    field("what", self.what);
    field("low", self.low);
    field("high", self.high);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

// The losses of samples, from labels as users have them: a dtype that is another number is cast,
// and labels (...) of predictions (..., 1) are taken as (..., 1). The classes (or outputs) are
// along `axis` of y_pred.

LINNET_API Value categorical_crossentropy(const Value& y_true, const Value& y_pred,
                                          bool from_logits = false, float label_smoothing = 0,
                                          Index axis = -1);
/// With ignore_class the result carries the mask of the samples that count.
LINNET_API Value sparse_categorical_crossentropy(const Value& y_true, const Value& y_pred,
                                                 bool from_logits = false,
                                                 std::optional<Index> ignore_class = {},
                                                 Index axis = -1);
LINNET_API Value binary_crossentropy(const Value& y_true, const Value& y_pred,
                                     bool from_logits = false, float label_smoothing = 0,
                                     Index axis = -1);

/// y_true as float32 of y_pred's shape. Error, with `where`: shapes that differ.
LINNET_API Value targets_like(std::string_view where, const Value& y_true, const Value& y_pred);
/// The weights of rows or steps, (batch) or (batch, time), for `values`: float32 of the shape of
/// `values`, of each the weight of its row. Without weights all are 1; where `values` has fewer
/// axes, a weight is the mean over the others.
LINNET_API Value weights_like(const Value& weight, const Value& values);

/// How labels say which classes they are.
enum class LabelKind : std::uint8_t {
  binary,      ///< there is one output: 0 or 1
  sparse,      ///< the number of the class: no axis of classes, or one of size 1
  categorical  ///< one-hot rows
};
/// As Keras tells it by the shapes of labels and predictions.
LINNET_API LabelKind label_kind(const Shape& y_true, const Shape& y_pred);

/// y_true as float32 if it is another number.
LINNET_API Value as_scores(const Value& y_true);
/// y_true as int32 or int64.
LINNET_API Value as_labels(const Value& y_true);

}  // namespace linnet::inline v0::ops
