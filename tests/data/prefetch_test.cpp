#include <atomic>
#include <linnet/data/dataset.hpp>

#include "catch.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Counts without end, or throws at `fails_at`; `made` counts what was made.
Dataset counting(std::atomic<int>& made, int fails_at = -1) {
  return Dataset::stream([&made, fails_at](Index) -> Dataset::Generator {
    return [&made, fails_at, n = 0](Batch& batch) mutable {
      if (n == fails_at) detail::fail(ErrorCode::io, "the source is gone");
      batch.x = Tensor::full<std::int32_t>({1}, n++);
      ++made;
      return true;
    };
  });
}

}  // namespace

TEST_CASE("A prefetch thread hands out every batch in order", "[data][threads]") {
  std::atomic<int> made{0};
  for (const Index ahead : {1, 2, 7}) {
    auto pass = counting(made).batch(3).take(200).prefetch(ahead).iterate();
    Batch batch;
    int expected = 0;
    while (pass.next(batch)) {
      for (const int n : std::get<Tensor>(batch.x[0]).data<std::int32_t>()) {
        REQUIRE(n == expected++);
      }
    }
    CHECK(expected == 600);
    CHECK_FALSE(pass.next(batch));
  }
}

TEST_CASE("A consumer may stop early", "[data][threads]") {
  std::atomic<int> made{0};
  for (int i = 0; i < 50; ++i) {
    auto pass = counting(made).batch(1).prefetch(2).iterate();
    Batch batch;
    for (int k = 0; k < i % 4; ++k) REQUIRE(pass.next(batch));
    if (i % 2 == 0) pass = counting(made).batch(1).prefetch(1).iterate();
  }
  CHECK(made < 50 * 12);
}

TEST_CASE("What goes wrong in the prefetch thread is thrown to the consumer", "[data][threads]") {
  std::atomic<int> made{0};
  auto pass = counting(made, 5).prefetch(2).iterate();
  Batch batch;
  for (int i = 0; i < 5; ++i) REQUIRE(pass.next(batch));
  CHECK_THROWS_WITH(pass.next(batch), ContainsSubstring("the source is gone"));
  CHECK_THROWS_AS(pass.next(batch), Error);
}

TEST_CASE("A batch of a prefetched pass stays whole until the next call", "[data][threads]") {
  std::atomic<int> made{0};
  const auto noise = [](Batch& batch) {
    for (auto& n : std::get<Tensor>(batch.x[0]).data<std::int32_t>()) n *= 3;
  };
  auto pass = counting(made).batch(64).map(noise).prefetch(1).prefetch(2).take(300).iterate();
  Batch batch;
  int expected = 0;
  while (pass.next(batch)) {
    for (const int n : std::get<Tensor>(batch.x[0]).data<std::int32_t>()) {
      REQUIRE(n == 3 * expected++);
    }
  }
}
