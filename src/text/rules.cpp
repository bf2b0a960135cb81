#include <algorithm>
#include <linnet/text/rules.hpp>
#include <linnet/text/utf8.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

constexpr Index kMostIds = Index{1} << 30;
constexpr Index kLongestNgram = 64;

void check_count(const char* key, Index value, Index least) {
  if (value < least || value > kMostIds) {
    fail(ErrorCode::invalid_argument,
         cat(key, " must lie in [", least, ", ", kMostIds, "], got ", value));
  }
}

void check_lengths(const NgramLengths& ngrams) {
  for (const Index length : ngrams.list()) {
    if (length < 1 || length > kLongestNgram) {
      fail(ErrorCode::invalid_argument,
           cat("ngrams must lie in [1, ", kLongestNgram, "], got ", length));
    }
  }
}

void check_feature(const Ngrams& feature, const TextRules& rules) {
  check_lengths(feature.ngrams);
  check_count("buckets", feature.buckets, 0);
  check_count("min_count", feature.min_count, 1);
  if (feature.max_tokens) check_count("max_tokens", *feature.max_tokens, 1);
  if (feature.buckets > 0 && (feature.max_tokens || feature.min_count > 1)) {
    fail(ErrorCode::invalid_argument,
         "buckets are set, so max_tokens and min_count have no vocabulary to shape");
  }
  if (feature.kind == "word" && rules.split == "none") {
    fail(ErrorCode::invalid_argument, "n-grams of words need a split");
  }
}

void check_output(const TextRules& rules) {
  const bool ids = rules.output_mode == "int";
  if (!ids && rules.output_sequence_length) {
    fail(ErrorCode::invalid_argument,
         cat("output_sequence_length needs output_mode 'int', got '", rules.output_mode, "'"));
  }
  if (!ids && rules.ragged) {
    fail(ErrorCode::invalid_argument,
         cat("ragged needs output_mode 'int', got '", rules.output_mode, "'"));
  }
  if (rules.output_sequence_length) {
    check_count("output_sequence_length", *rules.output_sequence_length, 1);
  }
  if (rules.pad_to_max_tokens && !rules.max_tokens) {
    fail(ErrorCode::invalid_argument, "pad_to_max_tokens needs max_tokens");
  }
}

void check_vocabulary(const TextRules& rules) {
  const bool hashed = rules.buckets > 0;
  if (hashed && (rules.max_tokens || rules.min_count > 1 || !rules.vocabulary.empty())) {
    fail(ErrorCode::invalid_argument,
         "buckets are set, so max_tokens, min_count and vocabulary have no use");
  }
  if (rules.max_tokens) check_count("max_tokens", *rules.max_tokens, 2);
  const bool weighted = rules.output_mode == "tf_idf" && !rules.vocabulary.empty();
  if (!rules.idf_weights.empty() && !weighted) {
    fail(ErrorCode::invalid_argument,
         "idf_weights need output_mode 'tf_idf' and a given vocabulary");
  }
  if (weighted && rules.idf_weights.size() != rules.vocabulary.size()) {
    fail(ErrorCode::invalid_argument,
         cat("expected ", std::uint64_t{rules.vocabulary.size()},
             " idf_weights, one for each token, got ", std::uint64_t{rules.idf_weights.size()}));
  }
  for (const float weight : rules.idf_weights) {
    detail::require({}, "idf_weights", weight, detail::kFinite);
  }
  for (std::size_t i = 0; i < rules.vocabulary.size(); ++i) {
    check_utf8(rules.vocabulary[i], cat("vocabulary: token ", std::uint64_t{i}));
  }
}

}  // namespace

NgramLengths::NgramLengths(int longest) : up_to_(true) {
  if (longest < 1 || longest > kLongestNgram) {
    fail(ErrorCode::invalid_argument,
         cat("ngrams must lie in [1, ", kLongestNgram, "], got ", longest));
  }
  for (Index length = 1; length <= longest; ++length) lengths_.push_back(length);
}

std::vector<Index> NgramLengths::list() const {
  return lengths_.empty() ? std::vector<Index>{1} : lengths_;
}

Config NgramLengths::to_config() const {
  if (lengths_.empty()) return Config();
  if (up_to_) return Config(lengths_.back());
  Config list = Config::list();
  for (const Index length : lengths_) list.push_back(Config(length));
  return list;
}

NgramLengths NgramLengths::from_config(const Config& config) {
  NgramLengths ngrams;
  if (config.is_null()) return ngrams;
  if (config.is_integer()) {
    const Index longest = config.as_integer();
    return NgramLengths(static_cast<int>(std::min(std::max(longest, Index{0}), kMostIds)));
  }
  for (const Config& item : config.items()) ngrams.lengths_.push_back(item.as_integer());
  return ngrams;
}

Config FeatureList::to_config() const {
  Config list = Config::list();
  for (const Ngrams& feature : list_) list.push_back(feature.to_config());
  return list;
}

FeatureList FeatureList::from_config(const Config& config) {
  FeatureList features;
  for (const Config& item : config.items()) features.list_.push_back(Ngrams::from_config(item));
  return features;
}

void TextRules::check() const {
  try {
    check_lengths(ngrams);
    check_count("buckets", buckets, 0);
    check_count("min_count", min_count, 1);
    if (split == "dictionary" && !has_word_dictionary()) {
      fail(ErrorCode::unsupported,
           "split 'dictionary' needs ICU; linnet was built without it (LINNET_WITH_ICU=OFF)");
    }
    if (split == "none" && ngrams != NgramLengths{}) {
      fail(ErrorCode::invalid_argument, "ngrams need a split");
    }
    check_vocabulary(*this);
    check_output(*this);
  } catch (const Error& error) {
    throw error.within("TextRules");
  }
  for (std::size_t i = 0; i < features.list().size(); ++i) {
    try {
      check_feature(features.list()[i], *this);
    } catch (const Error& error) {
      throw error.within(cat("TextRules: features[", std::uint64_t{i}, "]"));
    }
  }
}

}  // namespace linnet::inline v0
