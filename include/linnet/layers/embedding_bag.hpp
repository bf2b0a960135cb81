// EmbeddingBag: rows of a trained table, combined to one row for each sequence of ids.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {

namespace detail {
struct CombinerList {
  static constexpr std::string_view kName = "combiner";
  static constexpr std::string_view kWords[] = {"sum", "mean", "sqrtn"};
};
}  // namespace detail

/// ids (batch, time) -> (batch, output_dim): an Embedding and its pooling in one, without the
/// tensor between them. With the weights w of the ids, y = sum of w x, divided by the sum of w
/// ("mean"), by the root of the sum of w^2 ("sqrtn", as in TensorFlow's lookup), or by nothing
/// ("sum"). All w are 1 unless `weighted`: then they are a state "row_weights" (input_dim), which
/// training does not change: idf weights, say. Ids masked as padding do not count; a row in which
/// nothing counts gives 0.
struct EmbeddingBag {
  static constexpr const char* kName = "EmbeddingBag";
  static constexpr DType kInput = DType::int32;

  Index input_dim = 0;
  Index output_dim = 0;
  Choice<detail::CombinerList> combiner = "mean";
  bool weighted = false;
  Initializer embeddings_initializer = "uniform";
  Regularizer embeddings_regularizer = {};
  Constraint embeddings_constraint = {};
  bool mask_zero = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("input_dim", self.input_dim);
    field("output_dim", self.output_dim);
    field("combiner", self.combiner);
    field("weighted", self.weighted);
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
