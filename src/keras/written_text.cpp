#include "keras/written_text.hpp"

#include <linnet/layers.hpp>

#include "core/is_one_of.hpp"
#include "layers/index_lookup.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// Keras has no such rule, unless it changes nothing.
bool is_own_rule(std::string_view key) {
  return is_one_of(key, {"unicode", "oov", "min_count", "buckets", "features"});
}

/// Error: a rule that changes what the texts become, and that Keras's layer cannot follow. What
/// decides only which words adapt() learns (min_count) is past.
void require_keras_rules(const TextRules& rules) {
  const TextRules plain;
  const auto refuse_if = [](bool own, std::string_view key) {
    if (own) fail(ErrorCode::unsupported, cat("TextVectorization: Keras's has no ", key));
  };
  refuse_if(rules.unicode != plain.unicode, "unicode");
  refuse_if(rules.oov != plain.oov, "oov");
  refuse_if(rules.buckets != plain.buckets, "buckets");
  refuse_if(!rules.features.empty(), "features");
  const bool split =
      rules.split == "none" || rules.split == "whitespace" || rules.split == "character";
  if (!split) {
    fail(ErrorCode::unsupported,
         cat("TextVectorization: Keras's cannot split by '", rules.split.word(), "'"));
  }
}

Config words_of(const Vectorizer& texts) {
  Config list = Config::list();
  for (const std::string& token : texts.vocabulary().tokens()) list.push_back(Config(token));
  return list;
}

/// By id, reserved ids included; empty: nothing weighs, or nothing was learnt.
Tensor idf_weights(const Vectorizer& texts) {
  if (!texts.ready()) return {};
  for (const auto& [name, values] : texts.assets()) {
    if (name == "idf_weights") return values;
  }
  return {};
}

/// Those of the words; that of [UNK], their mean, is not given.
Config weights_of_words(const Vectorizer& texts) {
  const Tensor weights = idf_weights(texts);
  if (weights.empty()) return {};
  Config list = Config::list();
  const auto words = static_cast<std::size_t>(texts.vocabulary().tokens().size());
  for (const float weight : weights.data<float>().subspan(1, words)) {
    list.push_back(Config(double{weight}));
  }
  return list;
}

template <LayerType L>
const L* as(const LayerInstance& layer) {
  return layer.class_name() == L::kName ? static_cast<const L*>(layer.address()) : nullptr;
}

}  // namespace

Config config_with_words(const LayerInstance& layer) {
  const auto* text = as<TextVectorization>(layer);
  if (text == nullptr) return layer.config();
  const Vectorizer learnt = text->vectorizer();
  require_keras_rules(learnt.rules());
  const Config own = layer.config();
  Config config = Config::object();
  for (const Config::Member& member : own.members()) {
    if (!is_own_rule(member.key)) config[member.key] = member.value;
  }
  if (learnt.ready()) {
    config["vocabulary"] = words_of(learnt);
    config["idf_weights"] = weights_of_words(learnt);
  }
  return config;
}

Tensor idf_variable(const LayerInstance& layer) {
  if (const auto* text = as<TextVectorization>(layer)) return idf_weights(text->vectorizer());
  if (const auto* texts = as<StringLookup>(layer)) return LookupNumbers(*texts).weights(*texts);
  if (const auto* numbers = as<IntegerLookup>(layer))
    return LookupNumbers(*numbers).weights(*numbers);
  return {};
}

}  // namespace linnet::inline v0::detail::keras
