// Vocabularies in front of a model, beside the tables that their ids are looked up in.
#include <linnet/layers/embedding.hpp>
#include <linnet/layers/embedding_bag.hpp>
#include <linnet/layers/hashing.hpp>
#include <linnet/layers/string_lookup.hpp>
#include <linnet/layers/text_vectorization.hpp>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

namespace {

/// How many ids a layer makes of texts; 0: it makes no ids, or has not learnt them yet.
Index id_count(const Layer& layer) {
  if (const auto* text = layer.as<TextVectorization>()) {
    const Vectorizer made = text->vectorizer();
    return made.ready() && made.rules().output_mode == "int" ? made.id_count() : 0;
  }
  if (const auto* lookup = layer.as<StringLookup>()) {
    const bool learnt = !lookup->vocabulary.empty();
    return learnt && lookup->output_mode == "int" ? lookup->vocabulary_size() : 0;
  }
  const auto* hashing = layer.as<Hashing>();
  return hashing != nullptr && hashing->output_mode == "int" ? hashing->num_bins : 0;
}

/// The rows of a layer's table; null: it has none.
const Index* table_rows(const Layer& layer) {
  if (const auto* table = layer.as<Embedding>()) return &table->input_dim;
  const auto* bag = layer.as<EmbeddingBag>();
  return bag != nullptr ? &bag->input_dim : nullptr;
}

/// Error: one of the tables that read `ids`, also in inner models, has less than `count` rows.
void check_tables(const Values& outputs, const Value& ids, Index count, const Layer& front) {
  for (const auto& node : topological_order(outputs)) {
    const auto* call = node->op.as<ops::LayerCall>();
    if (call == nullptr) continue;
    for (std::size_t k = 0; k < node->inputs.size(); ++k) {
      if (!(node->inputs[k] == ids)) continue;
      if (const ModelState* inner = as_model(*call->layer.instance())) {
        const auto& past = inner->fronts[k];  // ids go past a layer that would make them
        check_tables(inner->outputs, past && !past->inside ? past->output : inner->inputs[k], count,
                     front);
      }
      const Index* rows = table_rows(call->layer);
      if (rows == nullptr || *rows >= count) continue;
      fail(ErrorCode::invalid_argument,
           cat(call->layer.name(), ": input_dim ", *rows, " is below the ", count, " ids of ",
               front.name(), "; use ", front.as<Hashing>() ? "num_bins" : "vocabulary_size()"));
    }
  }
}

/// The ids that the model makes of the texts of an input, and the layer that makes them.
std::optional<std::pair<Value, Layer>> ids_of(const ModelState& model, std::size_t input) {
  const auto& front = model.fronts[input];
  if (!front) return {};
  if (!front->inside) return {{front->output, Layer(front->layer)}};
  const ModelState& inner = *as_model(*front->layer);
  const auto ids = ids_of(inner, 0);
  if (!ids || !(inner.outputs[0] == ids->first)) return {};
  for (const auto& node : topological_order(model.outputs)) {
    const bool reads = node->inputs.size() == 1 && node->inputs[0] == model.inputs[input];
    if (reads) return {{Value(node, 0), ids->second}};
  }
  return {};
}

}  // namespace

void check_id_counts(const ModelState& model) {
  for (std::size_t i = 0; i < model.fronts.size(); ++i) {
    const auto ids = ids_of(model, i);
    const Index count = ids ? id_count(ids->second) : 0;
    if (count > 0) check_tables(model.outputs, ids->first, count, ids->second);
  }
}

}  // namespace linnet::inline v0::detail
