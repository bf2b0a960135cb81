#include "text/vectorizer_state.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::Piece;
using detail::PieceText;
using detail::Section;

namespace detail {

namespace {
constexpr std::size_t kKeptBytes = std::size_t{1} << 20;

TextAnalyzer::Buffers& thread_buffers() {
  static thread_local TextAnalyzer::Buffers buffers;
  return buffers;
}
}  // namespace

TextBuffers::TextBuffers() : buffers_(&thread_buffers()) {}

TextBuffers::~TextBuffers() {
  if (buffers_->standard.capacity() + buffers_->tokens.bytes.capacity() > kKeptBytes) {
    *buffers_ = TextAnalyzer::Buffers();
  }
}

}  // namespace detail

Vectorizer::State::State(TextRules given_rules)
    : rules(std::move(given_rules)),
      analyzer((rules.check(), rules)),
      reserved(rules.output_mode == "int" ? 2 : 1) {
  sections.push_back({.lengths = rules.ngrams.list(), .buckets = rules.buckets});
  for (const Ngrams& feature : rules.features.list()) {
    sections.push_back({.kind = feature.kind,
                        .lengths = feature.ngrams.list(),
                        .boundaries = feature.boundaries,
                        .buckets = feature.buckets});
  }
  bool learns = needs_weights();
  for (const Section& section : sections) learns = learns || section.buckets == 0;
  given = !rules.vocabulary.empty();
  if (given) {
    sections[0].vocabulary = Vocabulary(rules.vocabulary);
    check_vocabulary();
    learns = false;
    for (std::size_t i = 1; i < sections.size(); ++i) {
      learns = learns || sections[i].buckets == 0 || needs_weights();
    }
  }
  number_sections();
  if (given && needs_weights()) set_weights(0, rules.idf_weights);
  ready = !learns;
}

Index Vectorizer::State::most_tokens(std::size_t i) const {
  constexpr Index kUnlimited = Index{1} << 31;
  if (i == 0) return rules.max_tokens ? *rules.max_tokens - reserved : kUnlimited;
  return rules.features.list()[i - 1].max_tokens.value_or(kUnlimited);
}

void Vectorizer::State::check_vocabulary() const {
  const Vocabulary& vocabulary = sections[0].vocabulary;
  const Index padding = vocabulary.find("");
  if (padding >= 0) {
    fail(ErrorCode::invalid_argument,
         cat("Vectorizer: vocabulary: token ", padding,
             " is empty; the reserved tokens are not part of the list"));
  }
  if (vocabulary.find("[UNK]") >= 0) {
    fail(ErrorCode::invalid_argument,
         cat("Vectorizer: vocabulary: token ", vocabulary.find("[UNK]"),
             " is '[UNK]'; the reserved tokens are not part of the list"));
  }
  if (vocabulary.size() > most_tokens(0)) {
    fail(ErrorCode::invalid_argument,
         cat("Vectorizer: the vocabulary has ", vocabulary.size(), " tokens; max_tokens of ",
             *rules.max_tokens, " leaves room for ", most_tokens(0)));
  }
}

void Vectorizer::State::number_sections() {
  Index next = reserved;
  for (Section& section : sections) {
    section.first = next;
    section.width = section.buckets > 0 ? section.buckets : section.vocabulary.size();
    if (&section == &sections[0] && rules.pad_to_max_tokens && !makes_ids()) {
      section.width = most_tokens(0);
    }
    next += section.width;
  }
  if (next > std::numeric_limits<std::int32_t>::max()) {
    fail(ErrorCode::invalid_argument, cat("Vectorizer: ", next, " ids are more than int32 holds"));
  }
  id_count = next;
}

void Vectorizer::State::set_weights(std::size_t i, const std::vector<float>& given_weights) {
  weights.resize(static_cast<std::size_t>(id_count));
  std::copy(given_weights.begin(), given_weights.end(), weights.begin() + sections[i].first);
  if (i > 0 || given_weights.empty()) return;
  const double sum = std::accumulate(given_weights.begin(), given_weights.end(), 0.0);
  weights[static_cast<std::size_t>(unknown_id())] =
      static_cast<float>(sum / static_cast<double>(given_weights.size()));
}

void Vectorizer::State::ids_of(std::string_view text, std::size_t limit,
                               std::vector<std::int32_t>& out) const {
  out.clear();
  const detail::TextBuffers buffers;
  analyzer.analyze(text, *buffers);
  const PieceText& tokens = (*buffers).tokens;
  const PieceText& words = analyzer.words(*buffers);
  for (const Section& section : sections) {
    const bool uses_unknown = &section == &sections[0] && rules.oov == "unk";
    const bool reports_unknown = &section == &sections[0] && rules.oov == "error";
    detail::visit_grams(section, tokens, words, [&](const PieceText& from, Piece piece) {
      if (out.size() == limit) return;
      const Index id = section.id_of(from.view(piece), from.hash(piece));
      if (id >= 0) return out.push_back(static_cast<std::int32_t>(id));
      if (uses_unknown) return out.push_back(static_cast<std::int32_t>(unknown_id()));
      if (reports_unknown) {
        fail(ErrorCode::not_found,
             cat("token '", from.view(piece), "' is not in the vocabulary of ",
                 section.vocabulary.size(), " tokens"));
      }
    });
    if (out.size() == limit) return;
  }
}

}  // namespace linnet::inline v0
