#include "kernels/threads.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "core/require.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace linnet::inline v0 {

namespace {

std::atomic<int> threads_wanted{0};  // 0: as many as there are cores

/// Set in a forked child: its threads did not come along, and waiting for them would hang.
std::atomic<bool> alone{false};
thread_local bool inside = false;  // of a part of a parallel region

void watch_forks() {
  static const int registered = pthread_atfork(nullptr, nullptr, [] { alone = true; });
  if (registered != 0) alone = true;
}

#if defined(__SSE2__)
unsigned float_mode() { return _mm_getcsr(); }
void set_float_mode(unsigned mode) { _mm_setcsr(mode); }
void pause() { _mm_pause(); }
constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
#else
unsigned float_mode() { return 0; }
void set_float_mode(unsigned) {}
void pause() { std::this_thread::yield(); }
constexpr unsigned kFlushToZero = 0, kDenormalsAreZero = 0;
#endif

/// Runs the parts of a parallel region in the caller's floating-point mode, and keeps the first
/// exception.
class Region {
 public:
  Region(Index count, int parts, void* context, detail::RangeCall call)
      : count_(count), parts_(parts), context_(context), call_(call) {}

  void run(int part) noexcept {
    const Index begin = count_ * part / parts_, end = count_ * (part + 1) / parts_;
    if (begin == end) return;
    const unsigned own = float_mode();
    set_float_mode(mode_);
    const bool was_inside = std::exchange(inside, true);
    try {
      call_(context_, begin, end);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
    inside = was_inside;
    set_float_mode(own);
  }
  int parts() const { return parts_; }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  Index count_;
  int parts_;
  void* context_;
  detail::RangeCall call_;
  unsigned mode_ = float_mode();
  std::mutex mutex_;
  std::exception_ptr error_;
};

/// Threads that look for work for some microseconds and then sleep. The parts of a region are
/// claimed one by one, by the calling thread too, so that it never waits for a thread that has not
/// begun: on a busy machine it does all the work itself.
class Pool {
 public:
  /// False if another thread is using the pool.
  bool run(Region& region) {
    const std::unique_lock only_one(busy_, std::try_to_lock);
    if (!only_one.owns_lock()) return false;
    start(region.parts() - 1);
    const std::uint64_t round = (ticket_.load(std::memory_order_relaxed) >> 32) + 1;
    done_.store(0, std::memory_order_relaxed);
    region_.store(&region, std::memory_order_relaxed);
    parts_.store(region.parts(), std::memory_order_relaxed);
    ticket_.store(round << 32, std::memory_order_seq_cst);
    if (sleeping_.load(std::memory_order_seq_cst) > 0) ticket_.notify_all();
    work(round);
    for (int spins = 0; done_.load(std::memory_order_acquire) < region.parts(); ++spins) {
      spins < kSpins ? pause() : std::this_thread::yield();
    }
    return true;
  }

 private:
  static constexpr int kSpins = 2000;

  void start(int helpers) {
    for (; started_ < helpers; ++started_) std::thread([this] { serve(); }).detach();
  }

  /// Claims parts of round `round` until none is left. A ticket is the round and the next part.
  void work(std::uint64_t round) {
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    while (ticket >> 32 == round) {
      Region* region = region_.load(std::memory_order_relaxed);
      const int part = static_cast<int>(ticket & 0xffffffffu);
      if (part >= parts_.load(std::memory_order_relaxed)) return;
      // While the ticket is of this round and a part is left, region and parts are this round's.
      if (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel)) continue;
      region->run(part);
      done_.fetch_add(1, std::memory_order_release);
      ticket = ticket_.load(std::memory_order_acquire);
    }
  }

  void serve() {
    std::uint64_t seen = 0;
    while (true) {
      std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
      for (int spins = 0; ticket >> 32 == seen && spins < kSpins; ++spins) {
        pause();
        ticket = ticket_.load(std::memory_order_acquire);
      }
      while (ticket >> 32 == seen) {
        sleeping_.fetch_add(1, std::memory_order_seq_cst);
        ticket_.wait(ticket, std::memory_order_seq_cst);
        sleeping_.fetch_sub(1, std::memory_order_relaxed);
        ticket = ticket_.load(std::memory_order_acquire);
      }
      seen = ticket >> 32;
      work(seen);
    }
  }

  std::mutex busy_;
  int started_ = 0;
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<Region*> region_{nullptr};
  std::atomic<int> parts_{0};
  std::atomic<int> done_{0};
  std::atomic<int> sleeping_{0};
};

/// Never destroyed: its threads may outlive everything.
Pool& pool() {
  static Pool* const shared = new Pool;
  return *shared;
}

/// The settings of the OpenMP runtime that came with another library, if one did. It is looked up
/// when running: linnet needs none itself, and a second one would fight with the first.
struct OpenMP {
  int (*get)() = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
  void (*set)(int) = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));

  static const OpenMP& found() {
    static const OpenMP runtime;
    return runtime;
  }
  int threads() const { return get == nullptr ? 1 : get(); }
  void set_threads(int count) const {
    if (set != nullptr) set(count);
  }
};

}  // namespace

void set_default_threads(int threads) {
  detail::require("set_default_threads", "threads", threads, detail::kNotNegative);
  threads_wanted = threads;
}

int default_threads() {
  static const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const int wanted = threads_wanted;
  return wanted > 0 ? wanted : cores;
}

namespace detail {

void parallel_ranges(int threads, Index count, void* context, RangeCall call) {
  watch_forks();
  if (alone || inside) return call(context, 0, count);
  Region region(count, threads, context, call);
  if (!pool().run(region)) return call(context, 0, count);
  region.rethrow();
}

LibraryThreads::LibraryThreads(int threads) : saved_(OpenMP::found().threads()) {
  if (threads != saved_) OpenMP::found().set_threads(threads);
}
LibraryThreads::~LibraryThreads() {
  if (OpenMP::found().threads() != saved_) OpenMP::found().set_threads(saved_);
}

}  // namespace detail

FlushDenormals::FlushDenormals() : saved_(float_mode()) {
  set_float_mode(saved_ | kFlushToZero | kDenormalsAreZero);
}
FlushDenormals::~FlushDenormals() { set_float_mode(saved_); }

}  // namespace linnet::inline v0
