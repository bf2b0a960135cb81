// error_of: what a call throws, for tests of errors.
#pragma once

#include <linnet/core/error.hpp>
#include <optional>
#include <string>

namespace linnet::test {

/// The code and message of the Error that `f` throws; no code if it throws none.
struct Caught {
  std::optional<ErrorCode> code;
  std::string message;

  /// True if the error has this code and its message holds `part`.
  bool is(ErrorCode wanted, const std::string& part = {}) const {
    return code == wanted && message.find(part) != std::string::npos;
  }
};

template <class F>
Caught error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {};
}

}  // namespace linnet::test
