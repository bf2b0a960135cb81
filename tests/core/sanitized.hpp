// sanitized: whether the library under test runs under a sanitizer.
#pragma once

#include <dlfcn.h>

namespace linnet::test {

/// Asked at run time: tests compiled without a sanitizer are linked to libraries with one, too.
inline bool sanitized() {
  return dlsym(RTLD_DEFAULT, "__asan_init") != nullptr ||
         dlsym(RTLD_DEFAULT, "__tsan_init") != nullptr;
}

}  // namespace linnet::test
