// A training that is killed goes on from its backup.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <linnet/io/json.hpp>
#include <thread>

#include "core/rounds.hpp"
#include "model/resumable.hpp"
#include "model/state.hpp"

namespace linnet::test {

namespace {

/// One training, whose processes meet an end before its own.
struct KilledTraining {
  Frequency save_freq;
  Optimizer optimizer = Adam{.learning_rate = 0.02f};
  TempFolder folder = {};

  /// A process that trains with a backup and kills itself after so many batches (0: never).
  pid_t start(int batches = 0) const {
    const pid_t child = fork();
    if (child == 0) train(batches);
    REQUIRE(child > 0);
    return child;
  }

  void check_same_as(const Model& straight) const {
    check_same_weights(straight, Model::load(folder.path("done")));
    CHECK_FALSE(std::filesystem::exists(folder.path("backup")));
  }

 private:
  [[noreturn]] void train(int batches) const {
    int code = 1;
    try {
      const TextRows rows;
      Sequential model = dropout_model(optimizer);
      int done = 0;
      auto callbacks = watchers(folder.path("best"));
      callbacks.insert(callbacks.begin(), BackupAndRestore{.backup_dir = folder.path("backup"),
                                                           .save_freq = save_freq});
      callbacks.push_back(each_batch([&](TrainingRun&) {
        if (++done == batches) kill(getpid(), SIGKILL);
      }));
      model.fit(rows.x, rows.y, options_of(callbacks));
      model.save(folder.path("done"));
      code = 0;
    } catch (const std::exception&) {
    }
    _exit(code);
  }
};

/// False: the process was killed.
bool came_to_its_end(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) return false;
  REQUIRE(WEXITSTATUS(status) == 0);
  return true;
}

Sequential never_killed(const Optimizer& optimizer = Adam{.learning_rate = 0.02f}) {
  const TempFolder folder;
  const TextRows rows;
  Sequential model = dropout_model(optimizer);
  model.fit(rows.x, rows.y, options_of(watchers(folder.path("best"))));
  return model;
}

}  // namespace

TEST_CASE("A training that is killed again and again ends with the same weights", "[model]") {
  const Sequential straight = never_killed();
  for (const Frequency save_freq : {Frequency("epoch"), Frequency("batch"), Frequency(3)}) {
    const KilledTraining training{.save_freq = save_freq};
    int kills = 0;
    // Each process comes a little further than the backup that it found.
    const int batches = save_freq.batches() == 0 ? 7 : 4;
    while (!came_to_its_end(training.start(batches))) REQUIRE(++kills < 20);
    CHECK(kills >= 2);
    training.check_same_as(straight);
  }
}

TEST_CASE("A training by any optimizer goes on where it was killed, batch by batch", "[model]") {
  const int batches = sanitized() ? 5 : 1;
  for (const Optimizer& optimizer : optimizers_to_stop()) {
    INFO(to_json(optimizer.to_config()));
    const KilledTraining training{.save_freq = "batch", .optimizer = optimizer};
    for (int done = 0; done < 10; done += batches) {
      REQUIRE_FALSE(came_to_its_end(training.start(batches)));
    }
    REQUIRE(came_to_its_end(training.start()));
    training.check_same_as(never_killed(optimizer));
  }
}

TEST_CASE("A training that is killed at any moment, also while it saves, leaves a whole backup",
          "[model]") {
  const Sequential straight = never_killed();
  const KilledTraining training{.save_freq = "batch"};
  const std::string backup = training.folder.path("backup/latest.linnet");
  const RandomStream random(21);
  bool ended = false;
  for (int i = 0; !ended && i < rounds(60); ++i) {
    const pid_t child = training.start();
    const auto moment =
        std::chrono::microseconds(random.below(12000, static_cast<std::uint64_t>(i)));
    std::this_thread::sleep_for(moment);
    kill(child, SIGKILL);
    ended = came_to_its_end(child);
    if (!ended && std::filesystem::exists(backup)) CHECK_NOTHROW(Model::load(backup));
  }
  while (!ended) ended = came_to_its_end(training.start());
  training.check_same_as(straight);
}

TEST_CASE("What a process left that was killed while it saved goes with the backup", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  std::filesystem::create_directory(folder.path("backup"));
  for (const char* name : {"backup/.linnet-1-2-0.tmp", "backup/notes"}) {
    std::ofstream(folder.path(name)) << "half";
  }
  const BackupAndRestore backup{.backup_dir = folder.path("backup")};
  dropout_model().fit(rows.x, rows.y, options_of({backup}));
  CHECK_FALSE(std::filesystem::exists(folder.path("backup/.linnet-1-2-0.tmp")));
  CHECK(std::filesystem::exists(folder.path("backup/notes")));
}

TEST_CASE("A backup is of one model and its settings", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const BackupAndRestore backup{.backup_dir = folder.path("a/b"), .delete_checkpoint = false};
  Sequential model = dropout_model();
  const History history = model.fit(rows.x, rows.y, options_of({backup}));
  // It is done: another fit() finds it so.
  Sequential same = dropout_model();
  check_same_history(same.fit(rows.x, rows.y, options_of({backup})), history);
  check_same_weights(model, same);
  FitOptions longer = options_of({backup});
  longer.epochs = kEpochs + 1;
  CHECK(same.fit(rows.x, rows.y, longer).epoch.size() == kEpochs + 1);
  CHECK(same.iterations() == (kEpochs + 1) * kBatches);

  Sequential other_rate = dropout_model(Adam{.learning_rate = 0.1f});
  Sequential other_layers = perceptron();
  const auto before = other_rate.get_weights();
  CHECK(error_of([&] {
          other_rate.fit(rows.x, rows.y, options_of({backup}));
        }).is(ErrorCode::bad_state, "another optimizer"));
  CHECK(same_bits(before[0], other_rate.get_weights()[0]));
  const NumberRows numbers(20);
  CHECK(error_of([&] {
          other_layers.fit(numbers.x, numbers.y, options_of({backup}));
        }).is(ErrorCode::bad_state, "another model"));

  const auto fit = [&](Sequential& again, const Tensor& x, const Tensor& y) {
    return error_of([&] { again.fit(x, y, options_of({backup})); });
  };
  Sequential other_seed = dropout_model();
  other_seed.state()->seed = 6;
  CHECK(fit(other_seed, rows.x, rows.y).is(ErrorCode::bad_state, "set_random_seed(5)"));
  Sequential other_rows = dropout_model();
  Tensor turned = rows.x.clone(), label = rows.y.clone();
  std::ranges::rotate(turned.data<std::int32_t>(), turned.data<std::int32_t>().begin() + 5);
  label.data<std::int32_t>()[0] = (label.data<std::int32_t>()[0] + 1) % 3;
  for (const auto& [x, y] : {std::pair{turned, rows.y}, std::pair{rows.x, label}}) {
    CHECK(fit(other_rows, x, y).is(ErrorCode::bad_state, "other rows, or on these in another"));
  }
}

TEST_CASE("A backup of other rows leaves a Sequential that is not built as it was", "[model]") {
  const TempFolder folder;
  const NumberRows rows(40);
  const FitOptions options{.epochs = 2,
                           .callbacks = {BackupAndRestore{.backup_dir = folder.path("backup"),
                                                          .delete_checkpoint = false}}};
  const auto made = [] {
    Sequential model{Dense{.units = 3, .activation = "softmax"}};
    model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
    return model;
  };
  made().fit(rows.x, rows.y, options);
  Sequential model = made();
  Tensor others = rows.x.clone();
  others.data<float>()[0] += 1;
  CHECK(
      error_of([&] { model.fit(others, rows.y, options); }).is(ErrorCode::bad_state, "other rows"));
  CHECK_FALSE(model.built());
  CHECK(model.iterations() == 0);
  CHECK_FALSE(model.state()->stopped);
}

}  // namespace linnet::test
