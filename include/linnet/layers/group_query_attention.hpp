// GroupQueryAttention: attention in which several heads of the query share one of key and value.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/regularizers.hpp>
#include <optional>

namespace linnet::inline v0 {

/// Ainslie et al. (2023). Called as MultiHeadAttention is, with query (batch, T, features) and
/// value and key (batch, S, features); the output is (batch, T, features). Heads of the query, a
/// multiple of those of key and value, use these in runs of equal length. return_attention_scores
/// and use_causal_mask are arguments of call() in Keras.
struct GroupQueryAttention {
  static constexpr const char* kName = "GroupQueryAttention";

  Index head_dim = 0;
  Index num_query_heads = 0;
  Index num_key_value_heads = 0;
  float dropout = 0;  ///< of the weights
  bool use_bias = true;
  bool use_gate = false;  ///< what the heads give is multiplied with sigmoid(a projection of query)
  std::optional<Index> sliding_window = {};  ///< looks less than this far
  bool return_attention_scores = false;
  bool use_causal_mask = false;  ///< looks at no later position
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::optional<Index> seed = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("head_dim", self.head_dim);
    field("num_query_heads", self.num_query_heads);
    field("num_key_value_heads", self.num_key_value_heads);
    field("dropout", self.dropout);
    field("use_bias", self.use_bias);
    field("use_gate", self.use_gate);
    field("sliding_window", self.sliding_window);
    field("return_attention_scores", self.return_attention_scores);
    field("use_causal_mask", self.use_causal_mask);
    field("kernel_initializer", self.kernel_initializer);
    field("bias_initializer", self.bias_initializer);
    field("kernel_regularizer", self.kernel_regularizer);
    field("bias_regularizer", self.bias_regularizer);
    field("activity_regularizer", self.activity_regularizer);
    field("kernel_constraint", self.kernel_constraint);
    field("bias_constraint", self.bias_constraint);
    field("seed", self.seed);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

using GroupedQueryAttention = GroupQueryAttention;

}  // namespace linnet::inline v0
