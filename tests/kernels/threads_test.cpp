#include "kernels/threads.hpp"

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <linnet/linnet.hpp>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "core/sanitized.hpp"

namespace linnet::test {

namespace {

/// How often each of `count` items was visited.
std::vector<int> visits(int threads, Index count, Index grain) {
  std::vector<int> seen(static_cast<std::size_t>(count));
  parallel_for(threads, count, grain, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) ++seen[static_cast<std::size_t>(i)];
  });
  return seen;
}

/// False where the processor takes denormal numbers for zero, or makes them zero.
bool keeps_denormals() {
  const volatile float denormal = 1e-39f, one = 1;
  const volatile float product = denormal * one;
  return product != 0;
}

/// Calls f in 4 parts of which at least two run on threads of their own at the same time.
template <class F>
void in_two_threads(F&& f) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  parallel_for(4, 4, 1, [&](Index begin, Index) {
    f(begin);
    std::unique_lock lock(mutex);
    threads.insert(std::this_thread::get_id());
    while (threads.size() < 2 && std::chrono::steady_clock::now() < end) {
      lock.unlock();
      std::this_thread::yield();
      lock.lock();
    }
  });
  CHECK(threads.size() >= 2);
}

/// The threads that ran parts of a parallel_for over many items.
std::set<std::thread::id> threads_of_parts(int threads) {
  std::mutex mutex;
  std::set<std::thread::id> ids;
  parallel_for(threads, 1000, 1, [&](Index, Index) {
    const std::lock_guard lock(mutex);
    ids.insert(std::this_thread::get_id());
  });
  return ids;
}

/// How many threads this process has; 0 where the system does not tell.
std::ptrdiff_t thread_count() {
  std::error_code error;
  return std::distance(std::filesystem::directory_iterator("/proc/self/task", error), {});
}

/// The time that all threads of this process have computed.
std::chrono::microseconds computed() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

}  // namespace

TEST_CASE("parallel_for visits every item once", "[threads]") {
  for (const int threads : {1, 2, 3, 8}) {
    for (const Index count : {0, 1, 7, 1000}) {
      for (const Index grain : {1, 64}) {
        for (const int seen : visits(threads, count, grain)) REQUIRE(seen == 1);
      }
    }
  }
}

TEST_CASE("an exception of any part reaches the caller, and the threads go on", "[threads]") {
  for (int round = 0; round < 50; ++round) {
    const auto error = error_of([] {
      parallel_for(4, 100, 1, [](Index begin, Index) {
        if (begin > 0) detail::fail(ErrorCode::out_of_range, "part");
      });
    });
    REQUIRE(error.is(ErrorCode::out_of_range, "part"));
    for (const int seen : visits(4, 100, 1)) REQUIRE(seen == 1);
  }
}

TEST_CASE("a parallel_for inside another runs on its thread alone", "[threads]") {
  std::atomic<int> total{0};
  parallel_for(4, 4, 1, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const auto me = std::this_thread::get_id();
      parallel_for(4, 10, 1, [&](Index b, Index e) {
        if (std::this_thread::get_id() == me) total += static_cast<int>(e - b);
      });
    }
  });
  CHECK(total == 40);
}

TEST_CASE("parallel_for may be called from many threads at once", "[threads]") {
  std::atomic<int> wrong{0};
  std::vector<std::thread> hosts;
  for (int h = 0; h < 6; ++h) {
    hosts.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        for (const int seen : visits(3, 50, 1)) wrong += seen != 1;
      }
    });
  }
  for (std::thread& host : hosts) host.join();
  CHECK(wrong == 0);
}

TEST_CASE("parallel_for keeps to its budget, however many threads there are", "[threads]") {
  in_two_threads([](Index) {});  // so there are others
  const std::set only_this{std::this_thread::get_id()};
  for (int round = 0; round < 50; ++round) {
    REQUIRE(threads_of_parts(1) == only_this);
    REQUIRE(threads_of_parts(2).size() <= 2);
  }
}

TEST_CASE("Threads without work sleep") {
  Sequential model{Dense{.units = 400}};
  model.configure({.threads = 2});
  model.predict(Tensor(DType::float32, {600, 400}));
  in_two_threads([](Index) {});
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto before = computed();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const std::chrono::duration<double, std::milli> spent = computed() - before;
  INFO("computed for " << spent.count() << " ms of 200");
  CHECK(spent.count() < 5);
}

// A program of its own, since every other test may have started threads.
TEST_CASE("Threads of this program", "[.own_program]") {
  CHECK(thread_count() == 1);
  Sequential model{Dense{.units = 400, .activation = "relu"}, Dense{.units = 3}};
  model.configure({.threads = 1});
  model.compile({.optimizer = "adam", .loss = "mse"});
  const Tensor x(DType::float32, {600, 400}), y(DType::float32, {600, 3});
  model.fit(x, y);
  model.predict(x);
  CHECK(thread_count() == 1);
  in_two_threads([](Index) {});
  CHECK(thread_count() == 4);
}

TEST_CASE("No thread is started before the first parallel call") {
  if (sanitized() || thread_count() == 0) return;  // sanitizers have threads of their own
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  FILE* const pipe = popen(("'" + program + "' '[own_program]'").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string said;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) said += static_cast<char>(c);
  INFO(said);
  CHECK(pclose(pipe) == 0);
  CHECK(said.find("in 1 test case") != said.npos);
}

#if defined(__SSE2__)
TEST_CASE("FlushDenormals makes denormal numbers zero in all threads, and ends with its scope",
          "[threads]") {
  REQUIRE(keeps_denormals());
  std::atomic<int> kept{0};
  const auto count = [&](Index) { kept += keeps_denormals(); };
  {
    const FlushDenormals flush;
    CHECK_FALSE(keeps_denormals());
    { const FlushDenormals again; }
    CHECK_FALSE(keeps_denormals());
    in_two_threads(count);
    CHECK(kept == 0);
  }
  CHECK(keeps_denormals());
  in_two_threads(count);
  CHECK(kept == 4);
  CHECK(error_of([] {
          const FlushDenormals flush;
          parallel_for(4, 4, 1, [](Index, Index) { detail::fail(ErrorCode::io, "part"); });
        }).is(ErrorCode::io));
  CHECK(keeps_denormals());
}
#endif

}  // namespace linnet::test
