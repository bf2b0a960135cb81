// Words of scripts that are written without spaces between them.
#pragma once

#include <functional>
#include <string_view>

namespace linnet::inline v0 {
namespace detail {

/// True for the scripts whose words ICU finds by a dictionary: Han, Hiragana, Katakana with their
/// marks, Thai, Lao, Khmer, Burmese.
bool is_dictionary_script(char32_t code);

/// Calls visit(word) for the words of well-formed UTF-8, which together are all of it.
/// Error: unsupported: there is no dictionary.
void each_dictionary_word(std::string_view text,
                          const std::function<void(std::string_view)>& visit);

}  // namespace detail
}  // namespace linnet::inline v0
