#include <linnet/layers/string_lookup.hpp>

#include "core/fingerprint.hpp"
#include "layers/index_lookup.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

using TextNumbers = detail::LookupNumbers<StringLookup>;

TextNumbers numbering_of(const StringLookup& layer) {
  return detail::within_class<StringLookup>([&] { return TextNumbers(layer); });
}

/// The number of one text; -1: it is left out.
Index number_of(const StringLookup& layer, const TextNumbers& numbers, const Vocabulary& table,
                const std::string& text, std::size_t at) {
  if (layer.mask_token == text) return layer.output_mode == "int" ? 0 : -1;
  if (const Index place = table.find(text); place >= 0) return numbers.token_start + place;
  if (layer.num_oov_indices == 0) {
    fail(ErrorCode::out_of_range, cat("'", text, "', at position ", std::uint64_t{at},
                                      ", is not in the vocabulary, and num_oov_indices is 0"));
  }
  return numbers.oov_start + detail::hash_bucket(text, layer.num_oov_indices, layer.salt.halves());
}

Tensor texts_of(const StringLookup& layer, const Tensor& ids) {
  const auto texts = numbering_of(layer).all(layer);
  const Tensor numbers = ids.cast(DType::int64);
  Tensor y(DType::string, ids.shape());
  for (std::size_t i = 0; i < y.data<std::string>().size(); ++i) {
    const std::int64_t id = numbers.data<std::int64_t>()[i];
    const bool known = id >= 0 && id < static_cast<std::int64_t>(texts.size());
    y.data<std::string>()[i] = known ? texts[static_cast<std::size_t>(id)] : layer.oov_token;
  }
  return y;
}

}  // namespace

void StringLookup::adapt(const std::function<bool(Tensor&)>& next) {
  detail::learn_tokens(*this, next);
}

void StringLookup::adapt(const Tensor& x) { adapt(detail::once(x)); }

std::vector<std::string> StringLookup::get_vocabulary() const {
  return numbering_of(*this).all(*this);
}

Index StringLookup::vocabulary_size() const { return numbering_of(*this).size(); }

void StringLookup::prepare() {
  if (!vocabulary.empty()) {
    const auto tokens = numbering_of(*this).tokens;
    table =
        detail::within_class<StringLookup>([&] { return std::make_shared<Vocabulary>(tokens); });
  }
}

Tensor StringLookup::operator()(const Tensor& x) const {
  StringLookup ready = *this;
  ready.prepare();  // the fields may have changed since
  return invert ? texts_of(ready, x) : std::get<Tensor>(ready.transform(x));
}

std::variant<Tensor, Ragged> StringLookup::transform(const Tensor& texts) const {
  return detail::within_class<StringLookup>([&] {
    const TextNumbers numbers(*this);
    const auto from = detail::require_texts(texts);
    Tensor ids(DType::int32, texts.shape());
    for (std::size_t i = 0; i < from.size(); ++i) {
      const Index number = number_of(*this, numbers, *table, from[i], i);
      ids.data<std::int32_t>()[i] = static_cast<std::int32_t>(number);
    }
    return detail::encoded(ids, output_mode, numbers.depth, numbers.weights(*this));
  });
}

Value StringLookup::emit(Scope&, const Call& call) const {
  const TensorType& type = call.input().type();
  if (invert) {
    fail(ErrorCode::unsupported,
         "a model has no texts inside: call a lookup with invert by itself");
  }
  if (type.dtype != DType::string) {
    fail(ErrorCode::dtype_mismatch, cat("expected strings, got ", type));
  }
  const TextNumbers numbers(*this);
  numbers.weights(*this);
  return ops::input("numbers", detail::encoded_type(type.shape, output_mode, numbers.depth));
}

}  // namespace linnet::inline v0
