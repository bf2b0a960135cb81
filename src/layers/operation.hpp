// Operation: a function of keras.ops as a layer, so that models with such nodes are saved.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// The arguments of an Operation by name; its inputs are {"tensor": i}.
struct OperationArguments {
  Config given = Config::object();
  Config to_config() const { return given; }
  static OperationArguments from_config(const Config& config) { return {config}; }
};

/// y = function(inputs, arguments); masks are dropped. Five names are linnet's own, and say
/// something of the call that takes what they give, or of its mask:
///   "mask": x, with the second input as its mask;
///   "mask_of": x, with the mask that the second input carries, or none;
///   "unmasked": x without its mask;
///   "inference": x; the layer that takes it runs as in predict(), also while the model trains;
///   "constant": the array `value`, of no input.
struct Operation {
  static constexpr const char* kName = "Operation";
  static constexpr const char* kMasked = "mask";
  static constexpr const char* kMaskOf = "mask_of";
  static constexpr const char* kUnmasked = "unmasked";
  static constexpr const char* kInference = "inference";
  static constexpr const char* kConstant = "constant";

  std::string function = {};
  OperationArguments arguments = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("function", self.function);
    field("arguments", self.arguments);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  Values emit(Scope& scope, const Call& call) const;
};

namespace detail {

/// The layer as an Operation, or null.
const Operation* function_of(const LayerInstance& layer);

/// The layer as an Operation of linnet's own that has an input, or null. In Keras they are no
/// nodes, but arguments of the call behind.
const Operation* marker_of(const LayerInstance* layer);

/// The array of a "constant", or null. In Keras it stands in the call that takes it.
const Config* array_of(const LayerInstance* layer);

}  // namespace detail

}  // namespace linnet::inline v0
