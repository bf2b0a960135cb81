// Attention and AdditiveAttention: each position of the query takes a mean of the values, weighted
// by how well its key fits.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/graph/layer.hpp>
#include <optional>

namespace linnet::inline v0 {

struct ScoreModes {
  static constexpr std::string_view kName = "score_mode", kWords[] = {"dot", "concat"};
};

// Both are called with query (batch, T, dim), value (batch, S, dim) and, if it is not the value, a
// key (batch, S, dim); the output is (batch, T, dim of the value), with return_attention_scores
// also the weights (batch, T, S), by call_all(). Positions that the value's mask leaves out are not
// looked at; the output is 0 where the query's mask leaves out, and has that mask.
// return_attention_scores and use_causal_mask are arguments of call() in Keras.

/// weights = softmax(scores), scores = scale (query . key), or concat_score_weight times the sum of
/// tanh(scale (query + key)) over dim where score_mode is "concat".
struct Attention {
  static constexpr const char* kName = "Attention";

  bool use_scale = false;  ///< learns the scale, a number
  Choice<ScoreModes> score_mode = "dot";
  float dropout = 0;  ///< of the weights
  std::optional<Index> seed = {};
  bool return_attention_scores = false;
  bool use_causal_mask = false;  ///< looks at no later position
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("use_scale", self.use_scale);
    field("score_mode", self.score_mode);
    field("dropout", self.dropout);
    field("seed", self.seed);
    field("return_attention_scores", self.return_attention_scores);
    field("use_causal_mask", self.use_causal_mask);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

/// Bahdanau et al. (2015): weights = softmax(scores), scores = the sum of scale tanh(query + key)
/// over dim.
struct AdditiveAttention {
  static constexpr const char* kName = "AdditiveAttention";

  bool use_scale = true;  ///< learns the scale, dim numbers
  float dropout = 0;      ///< of the weights
  std::optional<Index> seed = {};
  bool return_attention_scores = false;
  bool use_causal_mask = false;  ///< looks at no later position
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("use_scale", self.use_scale);
    field("dropout", self.dropout);
    field("seed", self.seed);
    field("return_attention_scores", self.return_attention_scores);
    field("use_causal_mask", self.use_causal_mask);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
