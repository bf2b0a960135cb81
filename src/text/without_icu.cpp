// Stands for icu/ in a linnet that was built without it.
#include <linnet/core/error.hpp>
#include <linnet/text/rules.hpp>

#include "text/word_breaks.hpp"

namespace linnet::inline v0 {

bool has_word_dictionary() { return false; }

void detail::each_dictionary_word(std::string_view, const std::function<void(std::string_view)>&) {
  fail(ErrorCode::unsupported, "linnet was built without ICU (LINNET_WITH_ICU=OFF)");
}

}  // namespace linnet::inline v0
