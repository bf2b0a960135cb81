// EinsumDense: a dense layer over axes that an equation names.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/regularizers.hpp>
#include <optional>

namespace linnet::inline v0 {

/// y = activation(einsum(equation, x, kernel) + bias). The equation is "abc,cd->abd", with letters
/// for the batch and all other axes, "...c,cd->...d" or "ab...,bc->ac...". `output_shape` has the
/// sizes of y without the batch axis and those of the dots; `any` for a size that x has.
/// `bias_axes` are letters of y: the bias has their sizes, and is the same along the others.
struct EinsumDense {
  static constexpr const char* kName = "EinsumDense";

  std::string equation = {};
  Shape output_shape = {};
  ActivationFunction activation = {};
  std::optional<std::string> bias_axes = {};
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("equation", self.equation);
    field("output_shape", self.output_shape);
    field("activation", self.activation);
    field("bias_axes", self.bias_axes);
    field("kernel_initializer", self.kernel_initializer);
    field("bias_initializer", self.bias_initializer);
    field("kernel_regularizer", self.kernel_regularizer);
    field("bias_regularizer", self.bias_regularizer);
    field("activity_regularizer", self.activity_regularizer);
    field("kernel_constraint", self.kernel_constraint);
    field("bias_constraint", self.bias_constraint);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
