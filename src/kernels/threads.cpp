#include "kernels/threads.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#if defined(__SSE2__)
#include <immintrin.h>
#endif
#include <pthread.h>
#if LINNET_WITH_OPENMP
#include <omp.h>
#else
#include <condition_variable>
#include <functional>
#include <vector>
#endif

namespace linnet::inline v0 {

namespace {

/// Set in a forked child: the OpenMP runtime's threads did not come along, and waiting for them
/// would hang.
std::atomic<bool> alone{false};

void watch_forks() {
  static const int registered = pthread_atfork(nullptr, nullptr, [] { alone = true; });
  if (registered != 0) alone = true;
}

#if defined(__SSE2__)
unsigned float_mode() { return _mm_getcsr(); }
void set_float_mode(unsigned mode) { _mm_setcsr(mode); }
constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
#else
unsigned float_mode() { return 0; }
void set_float_mode(unsigned) {}
constexpr unsigned kFlushToZero = 0, kDenormalsAreZero = 0;
#endif

/// Runs the parts of a parallel region in the caller's floating-point mode, and keeps the first
/// exception.
class Region {
 public:
  template <class F>
  void guard(F&& f) noexcept {
    const unsigned own = float_mode();
    set_float_mode(mode_);
    try {
      f();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
    set_float_mode(own);
  }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr error_;
  unsigned mode_ = float_mode();
};

}  // namespace

int default_threads() {
  static const int count = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return count;
}

#if LINNET_WITH_OPENMP

namespace detail {

void parallel_ranges(int threads, Index count, void* context, RangeCall call) {
  watch_forks();
  if (alone || omp_in_parallel() != 0) return call(context, 0, count);
  Region region;
#pragma omp parallel num_threads(threads)
  {
    const Index part = omp_get_thread_num();
    const Index parts = omp_get_num_threads();
    const Index begin = count * part / parts;
    const Index end = count * (part + 1) / parts;
    if (begin < end) region.guard([&] { call(context, begin, end); });
  }
  region.rethrow();
}

LibraryThreads::LibraryThreads(int threads) : saved_(omp_get_max_threads()) {
  if (threads != saved_) omp_set_num_threads(alone ? 1 : threads);
}
LibraryThreads::~LibraryThreads() {
  if (omp_get_max_threads() != saved_) omp_set_num_threads(saved_);
}

}  // namespace detail

#else

namespace {

thread_local bool inside = false;

/// Threads that sleep until there is work; started at the first parallel call.
class Pool {
 public:
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void run(int parts, const std::function<void(int)>& work) {
    const std::lock_guard only_one(region_);
    {
      const std::lock_guard lock(mutex_);
      while (static_cast<int>(threads_.size()) < parts - 1) {
        threads_.emplace_back(
            [this, me = static_cast<int>(threads_.size()) + 1, seen = round_] { serve(me, seen); });
      }
      work_ = &work;
      parts_ = parts;
      left_ = parts - 1;
      ++round_;
    }
    wake_.notify_all();
    work(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return left_ == 0; });
  }

 private:
  void serve(int me, std::uint64_t seen) {
    inside = true;
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [&] { return stop_ || round_ != seen; });
      if (stop_) return;
      seen = round_;
      if (me >= parts_) continue;
      const auto* work = work_;
      lock.unlock();
      (*work)(me);
      lock.lock();
      if (--left_ == 0) done_.notify_one();
    }
  }

  std::mutex region_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::vector<std::thread> threads_;
  const std::function<void(int)>* work_ = nullptr;
  int parts_ = 0;
  int left_ = 0;
  std::uint64_t round_ = 0;
  bool stop_ = false;
};

}  // namespace

namespace detail {

void parallel_ranges(int threads, Index count, void* context, RangeCall call) {
  static Pool pool;
  watch_forks();
  if (inside || alone) return call(context, 0, count);
  Region region;
  inside = true;
  pool.run(threads, [&](int part) {
    const Index begin = count * part / threads;
    const Index end = count * (part + 1) / threads;
    if (begin < end) region.guard([&] { call(context, begin, end); });
  });
  inside = false;
  region.rethrow();
}

LibraryThreads::LibraryThreads(int) : saved_(0) {}
LibraryThreads::~LibraryThreads() = default;

}  // namespace detail

#endif

FlushDenormals::FlushDenormals() : saved_(float_mode()) {
  set_float_mode(saved_ | kFlushToZero | kDenormalsAreZero);
}
FlushDenormals::~FlushDenormals() { set_float_mode(saved_); }

}  // namespace linnet::inline v0
