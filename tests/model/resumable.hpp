// What the tests of stopping and going on train.
#pragma once

#include "core/class_names.hpp"
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

/// Every callback that keeps a state; `best` is the file of the best epoch.
inline std::vector<CallbackHandle> watchers(const std::string& best) {
  return {EarlyStopping{.monitor = "val_loss", .patience = 9, .restore_best_weights = true},
          ReduceLROnPlateau{.monitor = "val_loss", .factor = 0.5, .patience = 1},
          LearningRateScheduler{[](int, float rate) { return rate * 0.9f; }},
          ModelCheckpoint{.filepath = best, .monitor = "val_loss", .save_best_only = true}};
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

/// Every built-in optimizer, and settings that take another way.
inline std::vector<Optimizer> optimizers_to_stop() {
  std::vector<Optimizer> all{
      Adam{.learning_rate = 0.02f},
      Adam{.learning_rate = 0.02f, .amsgrad = true},
      AdamW{.learning_rate = 0.02f, .weight_decay = 0.1f, .use_ema = true},
      SGD{.learning_rate = 0.1f, .momentum = 0.9f},
      SGD{.learning_rate = 0.1f, .momentum = 0.9f, .gradient_accumulation_steps = 4},
      RMSprop{.momentum = 0.9f, .centered = true}};
  for (const std::string& name : class_names(detail::Optimizers{}, {"Adam"})) {
    all.push_back(Optimizer::named(name));
  }
  return all;
}

inline void check_same_history(const History& a, const History& b) {
  CHECK(a.epoch == b.epoch);
  REQUIRE(a.logs.size() == b.logs.size());
  for (std::size_t i = 0; i < a.logs.size(); ++i) {
    CHECK(std::ranges::equal(a.logs[i], b.logs[i]));
  }
}

}  // namespace linnet::test
