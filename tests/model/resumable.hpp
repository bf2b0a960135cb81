// What the tests of stopping and going on train.
#pragma once

#include "io/temp_folder.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

inline constexpr Index kRows = 44, kBatch = 8, kEpochs = 3;
inline constexpr Index kBatches = 5;  // of an epoch: a tenth of the rows is for validation

struct TextRows {
  TextRows() : x(DType::int32, {kRows, 5}), y(DType::int32, {kRows}) {
    const RandomStream random(11);
    std::uint64_t n = 0;
    for (auto& id : x.data<std::int32_t>()) id = static_cast<std::int32_t>(random.below(60, n++));
    for (auto& label : y.data<std::int32_t>()) {
      label = static_cast<std::int32_t>(random.below(3, n++));
    }
  }
  Tensor x, y;
};

inline Sequential dropout_model(const Optimizer& optimizer = Adam{.learning_rate = 0.02f}) {
  Sequential model = text_model(60, optimizer, false, 0.3f);
  model.compile(
      {.optimizer = optimizer, .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  model.configure({.threads = 1});
  return model;
}

/// Every callback that keeps a state.
inline std::vector<CallbackHandle> watchers() {
  return {EarlyStopping{.monitor = "val_loss", .patience = 9, .restore_best_weights = true},
          ReduceLROnPlateau{.monitor = "val_loss", .factor = 0.5, .patience = 1},
          LearningRateScheduler{[](int, float rate) { return rate * 0.9f; }}};
}

inline FitOptions options_of(std::vector<CallbackHandle> callbacks) {
  return {.epochs = kEpochs,
          .batch_size = kBatch,
          .validation_split = 0.1,
          .callbacks = std::move(callbacks)};
}

/// Calls a function after each batch, behind the watchers.
inline LambdaCallback each_batch(std::function<void(TrainingRun&)> f) {
  return {
      .on_train_batch_end = [f = std::move(f)](TrainingRun& run, Index, const Logs&) { f(run); }};
}

inline void check_same_history(const History& a, const History& b) {
  CHECK(a.epoch == b.epoch);
  REQUIRE(a.logs.size() == b.logs.size());
  for (std::size_t i = 0; i < a.logs.size(); ++i) {
    CHECK(std::ranges::equal(a.logs[i], b.logs[i]));
  }
}

}  // namespace linnet::test
