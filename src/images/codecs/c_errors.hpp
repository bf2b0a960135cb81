// CErrors: the errors of C libraries, which leave them by a jump, as linnet's.
#pragma once

#include <csetjmp>
#include <cstdio>
#include <linnet/core/error.hpp>

namespace linnet::inline v0::detail {

class CErrors {
 public:
  /// Calls step(), which calls the C library. Error (corrupt_file): the library called raise().
  /// Since the jump skips destructors, step() may not hold an object that has one.
  template <class F>
  void guard(const F& step) {
    if (setjmp(jump_) == 0) return step();
    fail(ErrorCode::corrupt_file, message_);
  }

  /// Ends the step that guard() called.
  [[noreturn]] void raise(const char* message) {
    std::snprintf(message_, sizeof message_, "%s", message);
    std::longjmp(jump_, 1);
  }

 private:
  std::jmp_buf jump_;
  char message_[256] = {};
};

}  // namespace linnet::inline v0::detail
