// Models and threads: the same bits at any number of them, several predictions at once, fork,
// memory over many shapes.
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "core/sanitized.hpp"
#include "model/feed.hpp"
#include "model/small_models.hpp"
#include "model/state.hpp"

namespace linnet::test {

namespace {

/// Resident memory in bytes; 0 where the system does not tell.
std::size_t resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0, pages = 0;
  if (!(file >> total >> pages)) return 0;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

Sequential trained_text_model(int threads, bool deterministic) {
  Sequential model = text_model(500, "adam", true, 0.3f);
  model.configure({.threads = threads, .deterministic = deterministic});
  const Tensor x = random_ints({400, 30}, 1, 500), y = random_ints({400}, 2, 3);
  model.fit(x, y, {.epochs = 2, .batch_size = 64});
  return model;
}

}  // namespace

TEST_CASE("The same seed gives the same training", "[model]") {
  check_same_weights(trained_text_model(1, false), trained_text_model(1, false));
  check_same_weights(trained_text_model(2, true), trained_text_model(2, true));
}

TEST_CASE("Deterministic training gives the same bits at 1, 2 and 8 threads", "[model][threads]") {
  const Sequential one = trained_text_model(1, true);
  for (const int threads : {2, 8}) check_same_weights(one, trained_text_model(threads, true));
  auto wide = [](int threads) {
    set_random_seed(9);
    Sequential model{Dense{.units = 200, .activation = "gelu"}, Dropout{.rate = 0.2f},
                     Dense{.units = 150, .activation = "tanh"},
                     Dense{.units = 3, .activation = "softmax"}};
    model.build({any, 6});
    model.configure({.threads = threads, .deterministic = true});
    model.compile({.loss = "sparse_categorical_crossentropy"});
    const NumberRows data(500);
    model.fit(data.x, data.y, {.epochs = 2, .batch_size = 250});
    return model;
  };
  const Sequential first = wide(1);
  for (const int threads : {2, 8}) check_same_weights(first, wide(threads));
}

TEST_CASE("Models that are not told otherwise take the default number of threads", "[model]") {
  Sequential free = text_model(100, "adam"), bound = text_model(100, "adam");
  bound.configure({.threads = 2});
  const Tensor x = random_ints({64, 20}, 1, 100);
  const int cores = default_threads();
  CHECK(cores >= 1);
  const auto threads_of = [&](const Model& model) {
    model.predict(x);
    const detail::Feed feed(*model.state(), Inputs(x).columns());
    const auto plan = model.state()->plans.find(feed.key());
    REQUIRE(plan);
    return plan->plan->options().threads;
  };
  for (const int wanted : {1, 3}) {
    set_default_threads(wanted);
    CHECK(default_threads() == wanted);
    CHECK(threads_of(free) == wanted);
    CHECK(threads_of(bound) == 2);
  }
  set_default_threads(0);
  CHECK(default_threads() == cores);
  CHECK(threads_of(free) == cores);
  CHECK(error_of([] { set_default_threads(-1); }).is(ErrorCode::invalid_argument, "threads"));
}

TEST_CASE("Several threads may predict with one model", "[model][threads]") {
  Sequential model = trained_text_model(2, false);
  const Tensor x = random_ints({40, 12}, 8, 500);
  const Tensor wanted = model.predict(x);
  // The rows that wait for updates are made up by whoever reads first.
  model.train_on_batch(random_ints({8, 12}, 3, 500), random_ints({8}, 4, 3));
  std::vector<std::thread> threads;
  std::vector<Tensor> results(4);
  for (std::size_t t = 0; t < results.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        results[t] = model.predict(x, {.batch_size = static_cast<Index>(5 + t * 9)});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Tensor now = model.predict(x);
  CHECK_FALSE(close(now, wanted, 1e-7));
  for (const Tensor& y : results) CHECK(close(y, now, 1e-6));
}

TEST_CASE("Plans of many batch sizes do not pile up", "[model]") {
  Sequential model = text_model(100, "adam");
  const Tensor x = random_ints({1000, 20}, 1, 100);
  auto predict_all_sizes = [&](Index from, Index to) {
    for (Index rows = from; rows < to; ++rows) model.predict(x.rows(0, rows), {.batch_size = rows});
  };
  predict_all_sizes(1, 300);
  const std::size_t before = resident();
  predict_all_sizes(300, 1000);
  CHECK(model.state()->plans.size() <= 64);
  CHECK(model.state()->plans.bytes() <= (std::size_t{256} << 20));
  // Sanitizers keep freed memory.
  CHECK((sanitized() || resident() <= before + (std::size_t{24} << 20)));
}

#if !defined(__SANITIZE_THREAD__)
TEST_CASE("A forked child can predict", "[model][threads]") {
  Sequential model = text_model(100, "adam");
  model.configure({.threads = 2});
  const Tensor x = random_ints({2000, 20}, 1, 100);
  const Tensor wanted = model.predict(x, {.batch_size = 2000});
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(60);  // a child that hangs fails too
    _exit(close(model.predict(x, {.batch_size = 2000}), wanted, 1e-6) ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
#endif

}  // namespace linnet::test
