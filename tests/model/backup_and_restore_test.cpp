// A training that is killed goes on from its backup.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "model/resumable.hpp"
#include "model/state.hpp"

namespace linnet::test {

namespace {

/// A process that trains with a backup and kills itself after so many batches (0: never). False:
/// it was killed.
bool train_in_process(const std::string& folder, Frequency save_freq, int batches) {
  const pid_t child = fork();
  if (child == 0) {
    const TextRows rows;
    Sequential model = dropout_model();
    int done = 0;
    auto callbacks = watchers();
    callbacks.insert(callbacks.begin(),
                     BackupAndRestore{.backup_dir = folder + "/backup", .save_freq = save_freq});
    callbacks.push_back(each_batch([&](TrainingRun&) {
      if (++done == batches) kill(getpid(), SIGKILL);
    }));
    int code = 1;
    try {
      model.fit(rows.x, rows.y, options_of(callbacks));
      model.save(folder + "/done");
      code = 0;
    } catch (const std::exception&) {
    }
    _exit(code);
  }
  REQUIRE(child > 0);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) return false;
  REQUIRE(WEXITSTATUS(status) == 0);
  return true;
}

}  // namespace

TEST_CASE("A training that is killed again and again ends with the same weights", "[model]") {
  const TextRows rows;
  Sequential straight = dropout_model();
  straight.fit(rows.x, rows.y, options_of(watchers()));
  for (const Frequency save_freq : {Frequency("epoch"), Frequency("batch"), Frequency(3)}) {
    const TempFolder folder;
    int kills = 0;
    // Each process comes a little further than the backup that it found.
    const int batches = save_freq.batches() == 0 ? 7 : 4;
    while (!train_in_process(folder.path(""), save_freq, batches)) REQUIRE(++kills < 20);
    CHECK(kills >= 2);
    check_same_weights(straight, Model::load(folder.path("done")));
    CHECK_FALSE(std::filesystem::exists(folder.path("backup")));
  }
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
  CHECK(fit(other_seed, rows.x, rows.y).is(ErrorCode::bad_state, "another random seed, 5"));
  Sequential other_rows = dropout_model();
  Tensor turned = rows.x.clone(), label = rows.y.clone();
  std::ranges::rotate(turned.data<std::int32_t>(), turned.data<std::int32_t>().begin() + 5);
  label.data<std::int32_t>()[0] = 2 - label.data<std::int32_t>()[0];
  for (const auto& [x, y] : {std::pair{turned, rows.y}, std::pair{rows.x, label}}) {
    CHECK(fit(other_rows, x, y).is(ErrorCode::bad_state, "other rows, or on these in another"));
  }
}

}  // namespace linnet::test
