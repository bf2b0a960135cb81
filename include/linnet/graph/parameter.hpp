// Parameter: a tensor that a layer owns and that training or statistics change.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <linnet/core/random.hpp>
#include <linnet/core/tensor.hpp>
#include <linnet/graph/op.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace linnet::inline v0 {

/// Writes the first values of a parameter; made from an Initializer.
using Fill = std::function<void(Tensor& target, const RandomStream& random)>;
/// Builds a value from a parameter's: a penalty (a scalar) or a constrained copy.
using ParameterRule = std::function<Value(const Value& parameter)>;

/// A named tensor beside a parameter that only its optimizer reads and writes.
struct Slot {
  std::string name;
  Tensor value;
};

/// One weight or statistic of a layer. Held by shared_ptr: by its layer, and by plans that run it.
struct Parameter {
  std::string name;          ///< within its layer: "kernel"
  std::string path;          ///< within the model, set when the model is made: "dense_1/kernel"
  TensorType type;           ///< all sizes known
  bool trainable = true;     ///< false: a statistic, changed by update ops only
  bool frozen = false;       ///< set from the layer's and its models' `trainable` flags
  float rate = 1.0f;         ///< factor on the learning rate
  float decay = 1.0f;        ///< factor on the weight decay; 0 excludes the parameter
  Fill fill;                 ///< first values
  ParameterRule penalty;     ///< added to the loss, if set
  ParameterRule constraint;  ///< applied after each update, if set
  Tensor value;              ///< empty until the model is initialized
  /// Set by an optimizer that puts off the updates of unused rows: the value with all of them made
  /// up, which everything but training reads, and an op that makes them up in the value itself.
  ParameterRule pending_read;
  ParameterRule pending_settle;
  /// The step that the waiting rows lag behind; `caught_up`, the copy with them made up, is out of
  /// date while `rows_wait` is set.
  std::int64_t pending_step = 0;
  std::atomic<bool> rows_wait{false};
  Tensor caught_up;
  std::vector<Slot> slots;
  std::uint64_t version = 0;  ///< grows whenever `value` changes

  /// The slot of that name, made with this type if there is none: filled with `first`, or with the
  /// parameter's own value.
  LINNET_API Tensor& slot(std::string_view slot_name, const TensorType& slot_type,
                          std::optional<double> first);
  LINNET_API const Tensor* find_slot(std::string_view slot_name) const;
};

namespace ops {

/// A tensor that the caller gives at each run. Its name is its key: "x0", "learning_rate".
struct Input {
  static constexpr const char* kName = "input";
  std::string name;
  TensorType type;
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("dtype", self.type.dtype);
    field("shape", self.type.shape);
  }
  Types infer(std::span<const TensorType>) const { return {type}; }
};

/// A parameter, or one of its slots if `slot` is not empty.
struct ParameterSource {
  static constexpr const char* kName = "parameter";
  std::shared_ptr<Parameter> parameter;
  std::string slot = {};
  TensorType type = {};
  std::optional<double> first = 0;  ///< what a new slot is filled with; none: the parameter's value
  static void fields(auto& self, FieldVisitor& field) { field("slot", self.slot); }
  Types infer(std::span<const TensorType>) const { return {slot.empty() ? parameter->type : type}; }
};

/// A tensor known while the graph is built.
struct Constant {
  static constexpr const char* kName = "constant";
  Tensor value;
  static void fields(auto&, FieldVisitor&) {}
  Types infer(std::span<const TensorType>) const { return {{value.dtype(), value.shape()}}; }
};

LINNET_API Value input(std::string name, TensorType type);
LINNET_API Value parameter(std::shared_ptr<Parameter> parameter);
LINNET_API Value constant(Tensor value);
LINNET_API Value constant(float value);  ///< a scalar

}  // namespace ops
}  // namespace linnet::inline v0
