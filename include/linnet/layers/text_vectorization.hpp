// TextVectorization: texts as ids or counts, in front of a model that takes raw text.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/text/vectorizer.hpp>

namespace linnet::inline v0 {

/// texts (batch) or (batch, 1) -> int32 ids (batch, output_sequence_length, or up to the longest
/// row of the batch), or float32 (batch, vocabulary_size()) for "multi_hot", "count" and "tf_idf".
/// The fields are those of TextRules, with Keras's keys, defaults and meaning.
///   TextVectorization vectorize{.max_tokens = 20000, .output_sequence_length = 64};
///   vectorize.adapt(texts);
///   Tensor ids = vectorize(texts);
///   Sequential classifier{vectorize, model};  // takes raw text, also after save and load
/// A text without tokens is a row of padding. Error: texts that are not UTF-8 (names row and byte).
struct TextVectorization {
  static constexpr const char* kName = "TextVectorization";
  static constexpr DType kInput = DType::string;

  std::optional<Index> max_tokens = {};
  Standardize standardize = "lower_and_strip_punctuation";
  Split split = "whitespace";
  NgramLengths ngrams = {};
  TextOutput output_mode = "int";
  std::optional<Index> output_sequence_length = {};
  bool pad_to_max_tokens = false;
  bool ragged = false;
  std::vector<std::string> vocabulary = {};
  std::vector<float> idf_weights = {};
  bool unicode = false;
  Oov oov = "unk";
  Index min_count = 1;
  Index buckets = 0;
  FeatureList features = {};
  std::string name = {};
  bool trainable = true;
  /// What adapt() or a file gave; the fields above are only read before.
  std::optional<Vectorizer> learnt = {};

  static void fields(auto& self, FieldVisitor& field) {
    TextRules::fields(self, field);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  /// Learns the vocabulary of these texts (Vectorizer::adapt), replacing what was learnt before.
  LINNET_API void adapt(std::span<const std::string> texts);
  void adapt(const Tensor& texts) { adapt(texts.data<std::string>()); }
  /// The same for texts that come one by one: `next` fills its argument, or returns false.
  LINNET_API void adapt(const std::function<bool(std::string&)>& next);

  /// Error: bad_state: adapt() is needed first, or `ragged` is set (transform() gives the rows).
  LINNET_API Tensor operator()(const Tensor& texts) const;
  Tensor operator()(std::vector<std::string> texts) const {
    return (*this)(Tensor::strings(std::move(texts)));
  }
  /// The number of ids, the reserved ones included: Embedding's input_dim.
  Index vocabulary_size() const { return vectorizer().id_count(); }
  std::vector<std::string> get_vocabulary() const { return vectorizer().get_vocabulary(); }
  LINNET_API Vectorizer vectorizer() const;
  LINNET_API TextRules rules() const;

  LINNET_API void prepare();
  LINNET_API Value emit(Scope& scope, const Call& call) const;
  LINNET_API std::variant<Tensor, Ragged> transform(const Tensor& texts) const;
  LINNET_API LayerAssets assets() const;
  LINNET_API void set_assets(const LayerAssets& assets);
};

}  // namespace linnet::inline v0
