#include "text/word_breaks.hpp"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <linnet/core/error.hpp>
#include <linnet/text/rules.hpp>
#include <memory>

namespace linnet::inline v0 {
namespace detail {

namespace {

void require_success(UErrorCode code, const char* what) {
  if (U_SUCCESS(code)) return;
  fail(ErrorCode::unsupported, cat("ICU: ", what, ": ", u_errorName(code)));
}

/// ICU's iterator over the words of one text after another; a thread has its own.
class WordBreaks {
 public:
  WordBreaks() {
    UErrorCode code = U_ZERO_ERROR;
    iterator_.reset(ubrk_open(UBRK_WORD, "", nullptr, 0, &code));
    require_success(code, "no dictionaries");
  }

  /// From here on the iterator reads `text`, which must outlive the reading.
  void read(std::string_view text) {
    UErrorCode code = U_ZERO_ERROR;
    text_.reset(utext_openUTF8(text_.release(), text.data(), static_cast<std::int64_t>(text.size()),
                               &code));
    require_success(code, "text");
    ubrk_setUText(iterator_.get(), text_.get(), &code);
    require_success(code, "text");
  }

  /// The end of the next word in bytes, or -1.
  std::int32_t next() { return ubrk_next(iterator_.get()); }

 private:
  struct Close {
    void operator()(UBreakIterator* iterator) const { ubrk_close(iterator); }
    void operator()(UText* text) const { utext_close(text); }
  };
  std::unique_ptr<UBreakIterator, Close> iterator_;
  std::unique_ptr<UText, Close> text_;
};

}  // namespace

void each_dictionary_word(std::string_view text,
                          const std::function<void(std::string_view)>& visit) {
  static thread_local WordBreaks words;
  words.read(text);
  std::size_t begin = 0;
  for (std::int32_t next = words.next(); next >= 0; next = words.next()) {
    const auto end = static_cast<std::size_t>(next);
    visit(text.substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace detail

bool has_word_dictionary() { return true; }

}  // namespace linnet::inline v0
