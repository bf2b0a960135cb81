// MultiHeadAttention: each position of the query takes a mean of the values, weighted by how well
// its key fits, in several projections at once.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/regularizers.hpp>
#include <optional>
#include <vector>

namespace linnet::inline v0 {

/// Vaswani et al. (2017). Called with query (batch, T, ...) and value (batch, S, ...), then a key
/// (batch, S, ...) if it is not the value, then an attention mask, true where a position of the
/// query may look at one of the key, of a shape that broadcasts to (batch, T, S) or (batch, heads,
/// T, S); a boolean third input is the mask. One input alone is query and value. Masks of query,
/// value and key are respected; the query's passes.
///   auto y = x | MultiHeadAttention{.num_heads = 8, .key_dim = 64, .use_causal_mask = true};
///   auto z = call(MultiHeadAttention{.num_heads = 2, .key_dim = 16}, {query, value});
/// The output is (batch, T, query's width), or its last axis is `output_shape`; with
/// return_attention_scores also the weights (batch, heads, T, S), by call_all(). Inputs of higher
/// rank are attended over `attention_axes`, or over all axes but batch and features.
/// return_attention_scores and use_causal_mask are arguments of call() in Keras.
struct MultiHeadAttention {
  static constexpr const char* kName = "MultiHeadAttention";

  Index num_heads = 0;
  Index key_dim = 0;                    ///< of each head
  std::optional<Index> value_dim = {};  ///< of each head; that of the key if not given
  float dropout = 0;                    ///< of the weights
  bool use_bias = true;
  bool use_gate = false;  ///< what the heads give is multiplied with sigmoid(a projection of query)
  std::optional<std::vector<Index>> output_shape = {};
  std::optional<std::vector<Index>> attention_axes = {};
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
    field("num_heads", self.num_heads);
    field("key_dim", self.key_dim);
    field("value_dim", self.value_dim);
    field("dropout", self.dropout);
    field("use_bias", self.use_bias);
    field("use_gate", self.use_gate);
    field("output_shape", self.output_shape);
    field("attention_axes", self.attention_axes);
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

}  // namespace linnet::inline v0
