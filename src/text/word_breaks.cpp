#include "text/word_breaks.hpp"

#include <linnet/text/utf8.hpp>

namespace linnet::inline v0 {
namespace detail {

bool is_dictionary_script(char32_t code) {
  return is_unspaced_script(code) || (code >= 0x3005 && code <= 0x3007) ||  // marks among Han
         (code >= 0x0E00 && code <= 0x0EFF) ||                              // Thai, Lao
         (code >= 0x1000 && code <= 0x109F) ||                              // Burmese
         (code >= 0x1780 && code <= 0x17FF);                                // Khmer
}

}  // namespace detail
}  // namespace linnet::inline v0
