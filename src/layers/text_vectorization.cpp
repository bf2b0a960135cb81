#include <linnet/layers/text_vectorization.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// The strings of a tensor (rows) or (rows, 1).
std::span<const std::string> rows_of_texts(const Tensor& texts) {
  const Shape& shape = texts.shape();
  const bool fits = shape.rank() == 1 || (shape.rank() == 2 && shape[1] == 1);
  if (texts.dtype() != DType::string || !fits) {
    fail(ErrorCode::shape_mismatch, cat("TextVectorization: expected strings (batch), got ",
                                        texts.dtype(), " ", texts.shape()));
  }
  return texts.data<std::string>();
}

}  // namespace

TextRules TextVectorization::rules() const {
  return {.max_tokens = max_tokens,
          .standardize = standardize,
          .split = split,
          .ngrams = ngrams,
          .output_mode = output_mode,
          .output_sequence_length = output_sequence_length,
          .pad_to_max_tokens = pad_to_max_tokens,
          .ragged = ragged,
          .vocabulary = vocabulary,
          .idf_weights = idf_weights,
          .unicode = unicode,
          .oov = oov,
          .min_count = min_count,
          .buckets = buckets,
          .features = features};
}

Vectorizer TextVectorization::vectorizer() const { return learnt ? *learnt : Vectorizer(rules()); }

void TextVectorization::adapt(std::span<const std::string> texts) {
  Vectorizer fresh(rules());
  fresh.adapt(texts);
  learnt = std::move(fresh);
}

void TextVectorization::adapt(const std::function<bool(std::string&)>& next) {
  Vectorizer fresh(rules());
  fresh.adapt(next);
  learnt = std::move(fresh);
}

Tensor TextVectorization::operator()(const Tensor& texts) const {
  auto result = transform(texts);
  if (auto* tensor = std::get_if<Tensor>(&result)) return std::move(*tensor);
  fail(ErrorCode::bad_state, "TextVectorization: the output is ragged; use transform()");
}

void TextVectorization::prepare() {
  if (!learnt) learnt = Vectorizer(rules());
}

Value TextVectorization::emit(Scope&, const Call& call) const {
  const TensorType& type = call.input().type();
  const int rank = type.shape.rank();
  if (type.dtype != DType::string || rank < 1 || rank > 2 || (rank == 2 && type.shape[1] != 1)) {
    fail(ErrorCode::dtype_mismatch, cat("expected strings (batch), got ", type));
  }
  const Index batch = type.shape[0];
  const Vectorizer texts = vectorizer();
  if (texts.rules().output_mode == "int") {
    const bool fixed = !texts.rules().ragged && texts.rules().output_sequence_length.has_value();
    const Index length = fixed ? *texts.rules().output_sequence_length : any;
    return ops::input("ids", {DType::int32, {batch, length}});
  }
  return ops::input("features", {DType::float32, {batch, texts.id_count()}});
}

std::variant<Tensor, Ragged> TextVectorization::transform(const Tensor& texts) const {
  const auto rows = rows_of_texts(texts);
  const Vectorizer made = vectorizer();
  if (made.rules().output_mode != "int") return made.matrix(rows);
  if (made.rules().ragged) return made.ragged(rows);
  return made.ids(rows);
}

LayerAssets TextVectorization::assets() const {
  // What the fields give by themselves is in the config already.
  if (Vectorizer(rules()).ready()) return {};
  return vectorizer().assets();
}

void TextVectorization::set_assets(const LayerAssets& assets) {
  Vectorizer given(rules());
  learnt = assets.empty() && given.ready() ? std::move(given)
                                           : Vectorizer::from_config(rules().to_config(), assets);
}

}  // namespace linnet::inline v0
