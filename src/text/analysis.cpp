#include "text/analysis.hpp"

#include <algorithm>
#include <linnet/text/utf8.hpp>

#include "text/word_breaks.hpp"

namespace linnet::inline v0 {
namespace detail {

namespace {

constexpr std::size_t kLongestText = std::size_t{1} << 30;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The length of the white space at `i`, in bytes; 0 if there is none.
std::size_t space_at(std::string_view text, std::size_t i, bool unicode) {
  if (is_ascii(text[i])) return is_ascii_space(text[i]) ? 1 : 0;
  if (!unicode) return 0;
  std::size_t next = i;
  return is_space(decode_utf8(text, next)) ? next - i : 0;
}

}  // namespace

std::uint64_t hash_power(std::uint32_t exponent) {
  if (exponent < kHashPowers.size()) return kHashPowers[exponent];
  const std::uint64_t half = hash_power(exponent / 2);
  return half * half * kHashPowers[exponent % 2];
}

void PieceText::clear() {
  bytes.assign(1, ' ');
  pieces.clear();
}

void PieceText::add(std::string_view piece) {
  const auto begin = static_cast<std::uint32_t>(bytes.size());
  bytes.append(piece);
  pieces.push_back({begin, static_cast<std::uint32_t>(bytes.size())});
  bytes.push_back(' ');
}

void PieceText::hash_prefixes() {
  prefix.resize(bytes.size() + 1);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    prefix[i] = hash;
    hash = roll(hash, bytes[i]);
  }
  prefix[bytes.size()] = hash;
}

void PieceText::find_letters() {
  letters.resize(bytes.size() + 1);
  spaces.clear();
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xC0) == 0x80) continue;
    if (bytes[i] == ' ') spaces.push_back(count);
    letters[count++] = static_cast<std::uint32_t>(i);
  }
  letters[count] = static_cast<std::uint32_t>(bytes.size());
  letters.resize(count + 1);
}

TextAnalyzer::TextAnalyzer(const TextRules& rules)
    : split_(rules.split), unicode_(rules.unicode), tokens_are_words_(rules.split == "whitespace") {
  lowers_ = rules.standardize == "lower" || rules.standardize == "lower_and_strip_punctuation";
  strips_ = rules.standardize == "strip_punctuation" ||
            rules.standardize == "lower_and_strip_punctuation";
  changes_ = lowers_ || strips_;
  for (char32_t c = 0; c < ascii_.size(); ++c) {
    const char32_t kept = lowers_ ? lower_case(c) : c;
    ascii_[c] =
        static_cast<std::int16_t>(strips_ && is_punctuation(c) ? -1 : static_cast<int>(kept));
  }
  const auto& features = rules.features.list();
  needs_letters_ = std::any_of(features.begin(), features.end(),
                               [](const Ngrams& feature) { return !(feature.kind == "word"); });
}

void TextAnalyzer::analyze(std::string_view text, Buffers& buffers) const {
  if (text.size() > kLongestText) {
    fail(ErrorCode::invalid_argument,
         cat("text of ", std::uint64_t{text.size()}, " bytes; at most 1 GiB is read"));
  }
  check_utf8(text, "text");
  if (changes_) {
    standardize(text, buffers.standard);
    text = buffers.standard;
  }
  buffers.tokens.clear();
  if (split_ == "whitespace") {
    part_at_space(text, unicode_, buffers.tokens);
  } else if (split_ == "character") {
    part_characters(text, buffers.tokens);
  } else if (split_ == "words") {
    part_words(text, buffers.tokens);
  } else if (split_ == "dictionary") {
    part_by_dictionary(text, buffers.tokens);
  } else if (!text.empty()) {
    buffers.tokens.add(text);
  }
  buffers.tokens.hash_prefixes();
  if (!needs_letters_) return;
  if (!tokens_are_words_) {
    buffers.words.clear();
    const bool unicode = unicode_ || split_ == "words" || split_ == "dictionary";
    part_at_space(text, unicode, buffers.words);
    buffers.words.hash_prefixes();
  }
  (tokens_are_words_ ? buffers.tokens : buffers.words).find_letters();
}

void TextAnalyzer::standardize(std::string_view text, std::string& standard) const {
  if (unicode_) return standardize_unicode(text, standard);
  standard.resize(text.size());
  char* out = standard.data();
  for (const char c : text) {
    const std::int16_t kept = is_ascii(c) ? ascii_[static_cast<unsigned char>(c)] : c;
    *out = static_cast<char>(kept);
    out += is_ascii(c) && kept < 0 ? 0 : 1;
  }
  standard.resize(static_cast<std::size_t>(out - standard.data()));
}

void TextAnalyzer::standardize_unicode(std::string_view text, std::string& standard) const {
  standard.clear();
  for (std::size_t i = 0; i < text.size();) {
    if (is_ascii(text[i])) {
      const std::int16_t kept = ascii_[static_cast<unsigned char>(text[i++])];
      if (kept >= 0) standard.push_back(static_cast<char>(kept));
    } else {
      const char32_t code = decode_utf8(text, i);
      if (strips_ && is_punctuation(code)) continue;
      append_utf8(lowers_ ? lower_case(code) : code, standard);
    }
  }
}

void TextAnalyzer::part_at_space(std::string_view text, bool unicode, PieceText& out) const {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t space = space_at(text, i, unicode);
    if (space == 0) {
      ++i;
      while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) ++i;
      continue;
    }
    if (i > begin) out.add(text.substr(begin, i - begin));
    begin = i += space;
  }
  if (text.size() > begin) out.add(text.substr(begin));
}

void TextAnalyzer::part_characters(std::string_view text, PieceText& out) const {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    decode_utf8(text, i);
    out.add(text.substr(begin, i - begin));
  }
}

void TextAnalyzer::part_words(std::string_view text, PieceText& out) const {
  std::size_t begin = 0;  // of the run of letters before i
  const auto end_run = [&](std::size_t end) {
    if (end > begin) out.add(text.substr(begin, end - begin));
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const char32_t code = decode_utf8(text, i);
    const bool alone = is_punctuation(code) || is_unspaced_script(code);
    if (!alone && !is_space(code)) continue;
    end_run(start);
    if (alone) out.add(text.substr(start, i - start));
    begin = i;
  }
  end_run(text.size());
}

void TextAnalyzer::part_by_dictionary(std::string_view text, PieceText& out) const {
  std::size_t begin = 0;  // of the run before i
  bool unspaced = false;  // it is of a script without spaces
  const auto end_run = [&](std::size_t end) {
    if (end == begin) return;
    const std::string_view run = text.substr(begin, end - begin);
    if (!unspaced) return out.add(run);
    each_dictionary_word(run, [&](std::string_view word) { out.add(word); });
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const char32_t code = decode_utf8(text, i);
    const bool alone = is_punctuation(code), space = is_space(code);
    if (!alone && !space && is_dictionary_script(code) == unspaced) continue;
    end_run(start);
    if (alone) out.add(text.substr(start, i - start));
    begin = alone || space ? i : start;
    unspaced = !alone && !space && is_dictionary_script(code);
  }
  end_run(text.size());
}

}  // namespace detail
}  // namespace linnet::inline v0
