// Keras's JSON of a Tokenizer.
#pragma once

#include <linnet/text/tokenizer.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0 {

/// The Tokenizer that Keras's tokenizer.to_json() has written, of Keras 3 or before.
/// Error: corrupt_file: not JSON, a member that is missing or of another kind.
LINNET_API Tokenizer tokenizer_from_json(std::string_view json);

/// The same JSON, which Keras's tokenizer_from_json() reads.
LINNET_API std::string tokenizer_to_json(const Tokenizer& tokenizer);

}  // namespace linnet::inline v0
