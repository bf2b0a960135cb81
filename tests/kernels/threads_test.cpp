#include "kernels/threads.hpp"

#include <atomic>
#include <linnet/core/error.hpp>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "core/error_of.hpp"

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

}  // namespace linnet::test
