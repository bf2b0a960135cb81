#include "contract/allocations.hpp"

#include <link.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string_view>

namespace {

std::atomic<std::size_t> count{0};

/// Where the code of a library lies that is not linnet's: what it asks for is not counted.
struct Foreign {
  std::uintptr_t begin = 0, end = 0;
};
constexpr std::string_view kForeign[] = {"libdnnl", "libgomp"};
Foreign foreign[8];
std::size_t foreign_count = 0;

[[maybe_unused]] int add_foreign(dl_phdr_info* info, std::size_t, void*) {
  for (const std::string_view name : kForeign) {
    if (std::string_view(info->dlpi_name).find(name) == std::string_view::npos) continue;
    for (int i = 0; i < info->dlpi_phnum && foreign_count < std::size(foreign); ++i) {
      const auto& part = info->dlpi_phdr[i];
      if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
      const std::uintptr_t begin = info->dlpi_addr + part.p_vaddr;
      foreign[foreign_count++] = {begin, begin + part.p_memsz};
    }
  }
  return 0;
}

}  // namespace

namespace linnet::test {

std::size_t allocations() {
  static const int searched = dl_iterate_phdr(add_foreign, nullptr);
  return count.load(std::memory_order_relaxed) + static_cast<std::size_t>(searched);
}

}  // namespace linnet::test

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t items, std::size_t bytes);
void* __libc_realloc(void* memory, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
}

namespace {

void note(const void* caller) {
  const auto at = reinterpret_cast<std::uintptr_t>(caller);
  for (std::size_t i = 0; i < foreign_count; ++i) {
    if (foreign[i].begin <= at && at < foreign[i].end) return;
  }
  count.fetch_add(1, std::memory_order_relaxed);
}

void* required(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

extern "C" {

void* malloc(std::size_t bytes) noexcept {
  note(__builtin_return_address(0));
  return __libc_malloc(bytes);
}
void* calloc(std::size_t items, std::size_t bytes) noexcept {
  note(__builtin_return_address(0));
  return __libc_calloc(items, bytes);
}
void* realloc(void* memory, std::size_t bytes) noexcept {
  note(__builtin_return_address(0));
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  note(__builtin_return_address(0));
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept {
  note(__builtin_return_address(0));
  void* const got = __libc_memalign(alignment, bytes);
  if (got == nullptr) return ENOMEM;
  *memory = got;
  return 0;
}

}  // extern "C"

void* operator new(std::size_t bytes) {
  note(__builtin_return_address(0));
  return required(__libc_malloc(bytes == 0 ? 1 : bytes));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  note(__builtin_return_address(0));
  return required(__libc_memalign(static_cast<std::size_t>(alignment), bytes));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

#endif
