#include <cmath>

#include "text/token_counts.hpp"
#include "text/vectorizer_state.hpp"

namespace linnet::inline v0 {

using detail::fail;
using detail::Piece;
using detail::PieceText;
using detail::Section;
using detail::TokenCounts;

namespace {

/// Documents by bucket: the counterpart of TokenCounts for a hashed section.
class BucketCounts {
 public:
  void add(Index bucket, Index row) {
    Entry& entry = entries_[static_cast<std::size_t>(bucket)];
    if (entry.last_row != row) ++entry.documents;
    entry.last_row = row;
  }
  void resize(Index buckets) { entries_.resize(static_cast<std::size_t>(buckets)); }
  Index documents(Index bucket) const {
    return entries_[static_cast<std::size_t>(bucket)].documents;
  }

 private:
  struct Entry {
    Index documents = 0, last_row = -1;
  };
  std::vector<Entry> entries_;
};

/// log(1 + rows / (1 + documents)), Keras's inverse document frequency.
float inverse_frequency(Index rows, Index documents) {
  const double ratio = static_cast<double>(rows) / (1.0 + static_cast<double>(documents));
  return static_cast<float>(std::log1p(ratio));
}

/// What one section learns from the texts.
class SectionCounts {
 public:
  SectionCounts(const Section& section, bool learns_tokens, bool learns_weights)
      : section_(&section), tokens_(learns_tokens), documents_(learns_weights) {
    if (documents_ && section.buckets > 0) buckets_seen_.resize(section.buckets);
  }

  void read(const PieceText& tokens, const PieceText& words, Index row) {
    if (!tokens_ && !(documents_ && section_->buckets > 0)) return;
    detail::visit_grams(*section_, tokens, words, [&](const PieceText& from, Piece piece) {
      const std::uint64_t hash = from.hash(piece);
      if (tokens_) return tokens_seen_.add(from.view(piece), hash, row);
      buckets_seen_.add(section_->id_of({}, hash) - section_->first, row);
    });
  }

  bool learns_tokens() const { return tokens_; }
  Vocabulary vocabulary(Index most, Index least) const { return tokens_seen_.top(most, least); }

  /// The weight of each id of `section`.
  std::vector<float> weights(const Section& section, Index rows) const {
    std::vector<float> weights;
    for (Index i = 0; section.buckets > 0 && i < section.buckets; ++i) {
      weights.push_back(inverse_frequency(rows, buckets_seen_.documents(i)));
    }
    for (const std::string& token : section.vocabulary.tokens()) {
      weights.push_back(inverse_frequency(rows, tokens_seen_.documents(token)));
    }
    return weights;
  }

 private:
  const Section* section_;
  bool tokens_, documents_;
  TokenCounts tokens_seen_;
  BucketCounts buckets_seen_;
};

}  // namespace

void Vectorizer::State::learn(const std::function<bool(std::string&)>& next) {
  const bool weighted = needs_weights();
  std::vector<SectionCounts> counts;
  for (const Section& section : sections) {
    const bool known = given && counts.empty();
    counts.emplace_back(section, section.buckets == 0 && !known, weighted);
  }
  Index rows = 0;
  for (std::string text; next(text); ++rows) {
    const detail::TextBuffers buffers;
    detail::at_row(static_cast<std::size_t>(rows), [&] { analyzer.analyze(text, *buffers); });
    for (auto& count : counts) count.read((*buffers).tokens, analyzer.words(*buffers), rows);
  }
  if (rows == 0) fail(ErrorCode::invalid_argument, "Vectorizer::adapt: there are no texts");
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (!counts[i].learns_tokens()) continue;
    const Index least = i == 0 ? rules.min_count : rules.features.list()[i - 1].min_count;
    sections[i].vocabulary = counts[i].vocabulary(most_tokens(i), least);
  }
  number_sections();
  if (weighted) weights.assign(static_cast<std::size_t>(id_count), 0.0f);
  for (std::size_t i = 0; weighted && i < sections.size(); ++i) {
    set_weights(i, given && i == 0 ? rules.idf_weights : counts[i].weights(sections[i], rows));
  }
  ready = true;
}

void Vectorizer::adapt(std::span<const std::string> texts) {
  std::size_t row = 0;
  adapt([&](std::string& text) {
    if (row == texts.size()) return false;
    text = texts[row++];
    return true;
  });
}

void Vectorizer::adapt(const std::function<bool(std::string&)>& next) {
  auto learnt = std::make_shared<State>(state_->rules);
  learnt->learn(next);
  state_ = std::move(learnt);
}

}  // namespace linnet::inline v0
