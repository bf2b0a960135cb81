// Models and threads: the same bits at any number of them, several predictions at once, fork,
// memory over many shapes and models, denormal numbers.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "core/rounds.hpp"
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

/// A product that is not 0 only where the processor keeps denormal numbers.
float denormal_product() {
  const volatile float denormal = 1e-39f, one = 1;
  return denormal * one;
}

void check_plans_bounded(const Model& model) {
  CHECK(model.state()->plans.size() <= 64);
  CHECK(model.state()->plans.bytes() <= (std::size_t{256} << 20));
}

/// Calls step() with 1, 2, ... `last`, large and small ones mixed: memory must not grow in the
/// second half. Sanitizers keep freed memory.
template <class F>
void check_memory_stays(Index last, std::size_t most, F&& step) {
  const auto mixed = [&](Index i) { return 1 + i * 37 % last; };
  for (Index i = 0; i < last / 2; ++i) step(mixed(i));
  const std::size_t before = resident();
  for (Index i = last / 2; i < last; ++i) step(mixed(i));
  const std::size_t after = resident();
  INFO("resident bytes before and after: " << before << ", " << after);
  CHECK((sanitized() || after <= before + most));
}

/// `rows` rows of ids, of lengths from 1 to 20.
Ragged ragged_ids(Index rows) {
  Ragged x{{}, Tensor(DType::int64, {rows + 1})};
  const auto splits = x.splits.data<std::int64_t>();
  for (std::size_t r = 1; r < splits.size(); ++r) {
    splits[r] = splits[r - 1] + 1 + static_cast<std::int64_t>(r) * 7 % 20;
  }
  x.values = random_ints({splits.back()}, 1, 100);
  return x;
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
  check_memory_stays(1000, std::size_t{24} << 20,
                     [&](Index rows) { model.predict(x.rows(0, rows), {.batch_size = rows}); });
  check_plans_bounded(model);
}

TEST_CASE("Plans of many numbers of ragged rows do not pile up", "[model]") {
  Sequential model = text_model(100, "adam");
  check_memory_stays(rounds(400), std::size_t{24} << 20,
                     [&](Index rows) { model.predict(ragged_ids(rows), {.batch_size = rows}); });
  check_plans_bounded(model);
}

TEST_CASE("Plans that train on many batch sizes do not pile up", "[model]") {
  Sequential model{Dense{.units = 300, .activation = "relu"}, Dense{.units = 300},
                   Dense{.units = 3, .activation = "softmax"}};
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  const Index last = rounds(200);
  const NumberRows data(last);
  check_memory_stays(last, std::size_t{48} << 20, [&](Index rows) {
    const Tensor x = data.x.rows(0, rows);
    model.train_on_batch(x, data.y.rows(0, rows));
    model.predict(x, {.batch_size = rows});
  });
  check_plans_bounded(model);
}

TEST_CASE("The memory of a model comes back when it goes", "[model]") {
  // 1.3 MB of weights, as much for each slot, and what a step works on.
  check_memory_stays(rounds(50), std::size_t{40} << 20, [](Index round) {
    Sequential model{Dense{.units = 500, .activation = "relu"}, Dense{.units = 600}};
    model.compile({.optimizer = "adam", .loss = "mse"});
    const Tensor x = random_floats({200 + round, 20}, 1);
    model.train_on_batch(x, Tensor(DType::float32, {200 + round, 600}));
    model.predict(x);
  });
}

#if defined(__SSE2__)
TEST_CASE("Training flushes denormal numbers to zero and leaves the host's mode", "[model]") {
  REQUIRE(denormal_product() != 0);
  for (const int threads : {1, 2}) {
    INFO(threads << " threads");
    Sequential model{Dense{.units = 300, .use_bias = false}};
    model.build({any, 200});
    model.configure({.threads = threads});
    model.compile({.optimizer = SGD{.learning_rate = 0}, .loss = "mse"});
    Tensor kernel(DType::float32, {200, 300});
    for (float& weight : kernel.data<float>()) weight = 1e-39f;
    model.set_weights({kernel});
    const Tensor x = random_floats({32, 200}, 1), y = random_floats({32, 300}, 2);
    model.predict(x);
    CHECK(model.get_weights()[0] == kernel);
    model.train_on_batch(x, y);
    const Tensor after = model.get_weights()[0];
    CHECK(std::ranges::count(after.data<float>(), 0.0f) == after.size());
    CHECK(denormal_product() != 0);
  }
}

TEST_CASE("A training step that fails leaves the host's mode", "[model]") {
  Sequential model = text_model(100, "adam");
  Tensor x = random_ints({8, 12}, 1, 100), y = random_ints({8}, 2, 3);
  model.train_on_batch(x, y);
  x.data<std::int32_t>()[5] = 100;
  const Batch batch{.x = Columns(x), .y = Columns(y), .size = 8};
  CHECK(error_of([&] {
          detail::run_step(*model.state(), detail::Mode::train, batch);
        }).is(ErrorCode::out_of_range));
  CHECK(denormal_product() != 0);
}
#endif

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
