// parallel_for: the only place where kernels use threads.
#pragma once

#include <algorithm>
#include <linnet/core/shape.hpp>
#include <linnet/core/threads.hpp>

namespace linnet::inline v0 {

namespace detail {
using RangeCall = void (*)(void* context, Index begin, Index end);
void parallel_ranges(int threads, Index count, void* context, RangeCall call);

/// Sets how many threads a library that uses OpenMP takes when called from this thread.
class LibraryThreads {
 public:
  explicit LibraryThreads(int threads);
  ~LibraryThreads();
  LibraryThreads(const LibraryThreads&) = delete;
  LibraryThreads& operator=(const LibraryThreads&) = delete;

 private:
  int saved_;
};
}  // namespace detail

/// Calls f(begin, end) for consecutive ranges that cover [0, count), on at most `threads` threads
/// of which the calling one is the first; each range has at least `grain` items unless there is
/// only one. An exception from f is thrown again here after all have ended. Nested calls run on
/// the calling thread alone.
template <class F>
void parallel_for(int threads, Index count, Index grain, F&& f) {
  const Index most = std::max<Index>(1, count / std::max<Index>(grain, 1));
  const int used = static_cast<int>(std::min<Index>(threads, most));
  if (used <= 1) {
    if (count > 0) f(Index{0}, count);
    return;
  }
  auto call = [](void* context, Index begin, Index end) {
    (*static_cast<std::remove_reference_t<F>*>(context))(begin, end);
  };
  detail::parallel_ranges(used, count, &f, call);
}

/// Calls f while the calling thread's setting for libraries that use OpenMP is `threads`.
template <class F>
void with_threads(int threads, F&& f) {
  const detail::LibraryThreads setting(threads);
  f();
}

/// Sets the processor to flush denormal numbers to zero, and restores the caller's setting.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned saved_;
};

}  // namespace linnet::inline v0
