// ModelCheckpoint keeps the best model, also of a fit that goes on.
#include <filesystem>

#include "model/resumable.hpp"

namespace linnet::test {

namespace {

/// The rates of a training that is good in its first epoch only.
LearningRateScheduler spoiled_later() {
  return {[](int epoch, float) { return epoch == 0 ? 0.02f : 3.0f; }};
}

FitOptions checkpointed(ModelCheckpoint settings, std::vector<CallbackHandle> more = {}) {
  settings.save_best_only = true;
  std::vector<CallbackHandle> callbacks{spoiled_later(), settings};
  callbacks.insert(callbacks.end(), more.begin(), more.end());
  return options_of(std::move(callbacks));
}

/// The weights after the first epoch.
Sequential first_epoch() {
  const TextRows rows;
  Sequential model = dropout_model();
  FitOptions options = options_of({spoiled_later()});
  options.epochs = 1;
  model.fit(rows.x, rows.y, options);
  return model;
}

}  // namespace

TEST_CASE("ModelCheckpoint keeps the best epoch, not the last", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const std::string path = folder.path("best.linnet");
  Sequential model = dropout_model();
  const History history =
      model.fit(rows.x, rows.y, checkpointed({.filepath = path, .monitor = "loss"}));
  REQUIRE(history["loss"][1] > history["loss"][0]);
  REQUIRE(history["loss"][2] > history["loss"][0]);
  const Model best = Model::load(path);
  CHECK(best.iterations() == kBatches);
  check_same_weights(best, first_epoch());
  // Where a larger number is better, the same epochs are each better than the one before.
  const auto largest = [&] {
    const auto losses = history["loss"];
    return std::max_element(losses.begin(), losses.end()) - losses.begin();
  };
  Sequential other = dropout_model();
  other.fit(rows.x, rows.y,
            checkpointed({.filepath = path, .monitor = "loss", .mode = MonitorMode::max}));
  CHECK(Model::load(path).iterations() == (largest() + 1) * kBatches);
}

TEST_CASE("A fit that goes on to keep the best model has not seen one yet", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const std::string every = folder.path("every.linnet"), best = folder.path("best.linnet");
  Sequential model = dropout_model();
  FitOptions options = options_of({ModelCheckpoint{.filepath = every, .monitor = "accuracy"}});
  options.epochs = 1;
  model.fit(rows.x, rows.y, options);
  Model again = Model::load(every);
  options = options_of(
      {ModelCheckpoint{.filepath = best, .monitor = "accuracy", .save_best_only = true}});
  options.resume = true;
  again.fit(rows.x, rows.y, options);
  CHECK(std::filesystem::exists(best));
}

TEST_CASE("A number that an epoch has to beat keeps ModelCheckpoint from saving", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const std::string path = folder.path("best.linnet");
  const auto saved_with = [&](double threshold) {
    dropout_model().fit(
        rows.x, rows.y,
        checkpointed({.filepath = path, .monitor = "loss", .initial_value_threshold = threshold}));
    return std::filesystem::exists(path);
  };
  CHECK_FALSE(saved_with(1e-9));
  CHECK(saved_with(100));
}

TEST_CASE("A fit that goes on knows the best epoch of before", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const Sequential first = first_epoch();
  // In the epoch after the best, at its end, and in the last.
  for (const Index step : {7, 10, 12}) {
    INFO("from step " << step);
    const std::string path = folder.path("best.linnet");
    std::filesystem::remove(path);
    Sequential stopped = dropout_model();
    const auto stop =
        each_batch([&](TrainingRun& run) { run.stop = run.model.iterations() == step; });
    stopped.fit(rows.x, rows.y, checkpointed({.filepath = path, .monitor = "loss"}, {stop}));
    REQUIRE(stopped.iterations() == step);
    stopped.save(folder.path("stopped"));
    Model loaded = Model::load(folder.path("stopped"));
    FitOptions options = checkpointed({.filepath = path, .monitor = "loss"});
    options.resume = true;
    loaded.fit(rows.x, rows.y, options);
    CHECK(loaded.iterations() == kEpochs * kBatches);
    check_same_weights(Model::load(path), first);
  }
}

}  // namespace linnet::test
