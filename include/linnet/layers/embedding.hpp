// Embedding: rows of a trained table by id.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {

/// ids (batch, ...) -> (batch, ..., output_dim): y[..., :] = embeddings[ids[...], :].
/// With mask_zero, id 0 is padding: the output's mask is ids != 0 (row 0 itself is not zeroed).
/// Error at run: an id outside [0, input_dim), named with its row and position.
struct Embedding {
  static constexpr const char* kName = "Embedding";
  static constexpr DType kInput = DType::int32;

  Index input_dim = 0;
  Index output_dim = 0;
  Initializer embeddings_initializer = "uniform";
  Regularizer embeddings_regularizer = {};
  Constraint embeddings_constraint = {};
  bool mask_zero = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("input_dim", self.input_dim);
    field("output_dim", self.output_dim);
    field("embeddings_initializer", self.embeddings_initializer);
    field("embeddings_regularizer", self.embeddings_regularizer);
    field("embeddings_constraint", self.embeddings_constraint);
    field("mask_zero", self.mask_zero);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
