// Vectorizer::State: the rules, the sections of ids and the weights behind a Vectorizer.
#pragma once

#include <linnet/text/vectorizer.hpp>

#include "text/section.hpp"

namespace linnet::inline v0 {

/// Never changed once a Vectorizer holds it.
struct Vectorizer::State {
  explicit State(TextRules given);

  TextRules rules;
  detail::TextAnalyzer analyzer;
  std::vector<detail::Section> sections;  ///< tokens, then rules.features
  Index reserved = 2;                     ///< ids before the tokens: "", "[UNK]"; or "[UNK]" alone
  Index id_count = 0;
  std::vector<float> weights;  ///< "tf_idf": by id
  bool given = false;          ///< the vocabulary came with the rules
  bool ready = false;

  bool makes_ids() const { return reserved == 2; }
  bool needs_weights() const { return rules.output_mode == "tf_idf"; }
  Index unknown_id() const { return reserved - 1; }
  /// The most tokens that section `i` may learn.
  Index most_tokens(std::size_t i) const;
  /// Gives each section its range of ids. Error: more ids than an int32 holds.
  void number_sections();
  /// The weights of section `i`'s ids; [UNK] gets the mean weight of the vocabulary.
  void set_weights(std::size_t i, const std::vector<float>& given);
  void learn(const std::function<bool(std::string&)>& next);
  /// Throws if section 0's vocabulary holds a reserved token, or more tokens than it may.
  void check_vocabulary() const;

  /// The ids of a text, at most `limit`. Error: text that is not UTF-8; by rules.oov.
  void ids_of(std::string_view text, std::size_t limit, std::vector<std::int32_t>& out) const;
};

namespace detail {

/// The calling thread's buffers. They are kept from text to text, unless they became large.
class TextBuffers {
 public:
  TextBuffers();
  ~TextBuffers();
  TextBuffers(const TextBuffers&) = delete;
  TextBuffers& operator=(const TextBuffers&) = delete;
  TextAnalyzer::Buffers& operator*() const { return *buffers_; }

 private:
  TextAnalyzer::Buffers* buffers_;
};

/// Runs f(); an Error is thrown on with "Vectorizer: row <row>" before its message.
template <class F>
void at_row(std::size_t row, F&& f) {
  try {
    f();
  } catch (const Error& error) {
    throw error.within(cat("Vectorizer: row ", std::uint64_t{row}));
  }
}

}  // namespace detail
}  // namespace linnet::inline v0
