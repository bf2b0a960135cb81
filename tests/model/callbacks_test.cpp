// Callbacks that set the learning rate or save the model, against Keras's numbers.
#include <cmath>
#include <filesystem>

#include "io/temp_folder.hpp"
#include "model/small_models.hpp"
#include "model/state.hpp"

namespace linnet::test {

namespace {

/// The learning rates that a callback makes of a series of val_loss, as Keras's makes them.
std::vector<float> rates_of(const ReduceLROnPlateau& settings) {
  constexpr double kSeries[] = {1.0,  0.9,  0.9,  0.89995, 0.8,  0.81, 0.82, 0.83, 0.79, 0.85,
                                0.85, 0.85, 0.85, 0.7,     0.71, 0.72, 0.73, 0.74, 0.75, 0.76};
  Sequential model = perceptron(SGD{.learning_rate = 0.1f});
  TrainingRun run{.model = model, .log_names = {"val_loss"}};
  const auto callback = make_callback(settings);
  callback->on_train_begin(run);
  std::vector<float> rates;
  int epoch = 0;
  for (const double value : kSeries) {
    Logs logs;
    logs.set("val_loss", value);
    callback->on_epoch_end(run, epoch++, logs);
    if (run.learning_rate) model.state()->learning_rate = run.learning_rate;
    rates.push_back(model.learning_rate());
  }
  return rates;
}

}  // namespace

TEST_CASE("ReduceLROnPlateau makes the rates that Keras's makes", "[model]") {
  CHECK(rates_of({.factor = 0.5, .patience = 2}) ==
        std::vector<float>{0.1f,      0.1f,      0.1f,       0.05f,      0.05f,
                           0.05f,     0.025f,    0.025f,     0.025f,     0.025f,
                           0.0125f,   0.0125f,   0.00625f,   0.00625f,   0.00625f,
                           0.003125f, 0.003125f, 0.0015625f, 0.0015625f, 0.00078125f});
  CHECK(rates_of({.factor = 0.5, .patience = 1, .cooldown = 2}) ==
        std::vector<float>{0.1f,       0.1f,        0.05f,       0.05f,        0.05f,
                           0.025f,     0.025f,      0.0125f,     0.0125f,      0.00625f,
                           0.00625f,   0.003125f,   0.003125f,   0.003125f,    0.0015625f,
                           0.0015625f, 0.00078125f, 0.00078125f, 0.000390625f, 0.000390625f});
  std::vector<float> least(20, 0.002f);
  std::fill_n(least.begin(), 6, 0.01f);
  std::fill_n(least.begin(), 3, 0.1f);
  CHECK(rates_of({.factor = 0.1, .patience = 2, .min_delta = 0.05, .min_lr = 0.002}) == least);
  const std::vector<float> powers = rates_of({.factor = 0.3, .patience = 0});
  CHECK(powers[2] == 0.030000001f);
  CHECK(powers[3] == 0.009000001f);
  CHECK(powers[10] == 2.187e-05f);
  CHECK(powers[19] == 1.4348907e-09f);
}

TEST_CASE("ReduceLROnPlateau goes the way that it is told", "[model]") {
  // The series mostly falls: that is a plateau, if larger is better.
  std::vector<float> halves(20);
  for (int i = 0; i < 20; ++i) halves[static_cast<std::size_t>(i)] = std::ldexp(0.1f, -(i / 4));
  CHECK(rates_of({.factor = 0.5, .patience = 4, .mode = MonitorMode::max}) == halves);
  CHECK(rates_of({.factor = 0.5, .patience = 2, .mode = MonitorMode::min}) ==
        rates_of({.factor = 0.5, .patience = 2}));
}

TEST_CASE("What is watched gets better the way that its metric says", "[model]") {
  const TempFolder folder;
  const NumberRows data(120);
  const Tensor y = to_categorical(data.y, 3);
  const auto learner = [] {
    Sequential model = perceptron();
    model.compile(
        {.optimizer = Adam{.learning_rate = 0.02f},
         .loss = "categorical_crossentropy",
         .metrics = {OneHotIoU{.num_classes = 3, .target_class_ids = {0, 1, 2}, .name = "area"},
                     "f1_score", metrics::FalsePositives{}}});
    return model;
  };
  for (const char* name : {"area", "val_area", "val_f1_score", "f1_score[1]"}) {
    INFO(name);
    const std::string path = folder.path("best");
    const ModelCheckpoint checkpoint{.filepath = path, .monitor = name, .save_best_only = true};
    std::vector<double> values;
    std::vector<bool> saved;
    const LambdaCallback watch{.on_epoch_end = [&](TrainingRun&, int, const Logs& logs) {
      values.push_back(logs[name]);
      saved.push_back(std::filesystem::remove(path));
    }};
    learner().fit(data.x, y,
                  {.epochs = 10, .validation_split = 0.3, .callbacks = {checkpoint, watch}});
    double best = -1;
    for (std::size_t i = 0; i < values.size(); ++i) {
      CHECK(saved[i] == (values[i] > best));
      best = std::max(best, values[i]);
    }
    CHECK(best > values[0]);
  }
  const auto fit = [&](const CallbackHandle& callback) {
    return error_of([&] { learner().fit(data.x, y, {.callbacks = {callback}}); });
  };
  CHECK(fit(EarlyStopping{.monitor = "false_positives"})
            .is(ErrorCode::invalid_argument, "EarlyStopping: mode: give min or max"));
  CHECK_FALSE(fit(EarlyStopping{.monitor = "false_positives", .mode = MonitorMode::min}).code);
  CHECK(fit(ReduceLROnPlateau{.monitor = "learning_rate"})
            .is(ErrorCode::invalid_argument, "mode: give min or max"));
}

TEST_CASE("ReduceLROnPlateau and LearningRateScheduler log the rate of each epoch", "[model]") {
  const NumberRows data(40);
  Sequential model = perceptron(SGD{.learning_rate = 0.5f});
  std::vector<float> seen;
  const auto history = model.fit(
      data.x, data.y,
      {.epochs = 4,
       .callbacks = {
           LearningRateScheduler{[&](int epoch, float rate) {
             seen.push_back(rate);
             return epoch < 2 ? rate : rate * 0.1f;
           }},
           // The loss never improves by 10: each epoch but the first is a plateau.
           ReduceLROnPlateau{.monitor = "loss", .factor = 0.5, .patience = 1, .min_delta = 10}}});
  const auto rates = history["learning_rate"];
  CHECK(rates[0] == 0.5);
  CHECK(rates[1] == 0.5);
  CHECK(rates[2] == double{0.25f * 0.1f});
  CHECK(rates[3] == double{0.25f * 0.1f * 0.5f * 0.1f});
  CHECK(seen[2] == 0.25f);
  CHECK(model.learning_rate() == 0.25f * 0.1f * 0.5f * 0.1f * 0.5f);
  CHECK(model.fit(data.x, data.y).logs[0].find("learning_rate") == nullptr);
  CHECK(error_of([&] {
          model.fit(data.x, data.y,
                    {.callbacks = {LearningRateScheduler{[](int, float) { return -1.0f; }}}});
        }).code.has_value());
}

TEST_CASE("The rate of the next update is the schedule's until a callback sets another",
          "[model]") {
  const NumberRows data(8);
  Sequential model = perceptron(SGD{.learning_rate = schedules::PiecewiseConstantDecay{
                                        .boundaries = {0}, .values = {0.5f, 0.25f}}});
  CHECK(model.learning_rate() == 0.5f);
  model.train_on_batch(data.x, data.y);
  CHECK(model.learning_rate() == 0.25f);
  model.fit(data.x, data.y,
            {.callbacks = {LearningRateScheduler{[](int, float rate) { return rate * 0.5f; }}}});
  CHECK(model.learning_rate() == 0.125f);
  Sequential fresh{Dense{.units = 1}};
  CHECK(error_of([&] { (void)fresh.learning_rate(); }).is(ErrorCode::bad_state, "compile"));
}

TEST_CASE("ModelCheckpoint saves every so many batches, over the ends of epochs", "[model]") {
  const TempFolder folder;
  const NumberRows data(40);
  Sequential model = perceptron();
  const auto fit = [&](const ModelCheckpoint& checkpoint) {
    model.fit(data.x, data.y, {.epochs = 2, .batch_size = 8, .callbacks = {checkpoint}});
  };
  fit({.filepath = folder.path("new/e{epoch}b{batch:02d}"), .save_freq = 3});
  CHECK(folder.count() == 1);
  for (const char* name : {"e1b03", "e2b01", "e2b04"}) {
    CHECK(std::filesystem::exists(folder.path("new/" + std::string(name))));
  }
  CHECK(Model::load(folder.path("new/e2b01")).iterations() == 6);
  CHECK(error_of([&] {
          fit({.filepath = folder.path("{batch}")});
        }).is(ErrorCode::not_found, "batch"));
}

TEST_CASE("ModelCheckpoint saves weights alone in a file of Keras's", "[model]") {
  const TempFolder folder;
  const NumberRows data(40);
  Sequential model = perceptron();
  model.fit(data.x, data.y,
            {.epochs = 2,
             .callbacks = {ModelCheckpoint{.filepath = folder.path("new/e{epoch}.weights.h5"),
                                           .save_weights_only = true}}});
  Sequential other = perceptron();
  other.load_weights(folder.path("new/e1.weights.h5"));
  CHECK_FALSE(same_bits(other.get_weights()[0], model.get_weights()[0]));
  other.load_weights(folder.path("new/e2.weights.h5"));
  check_same_weights(other, model);
  CHECK(error_of([] {
          make_callback(ModelCheckpoint{.filepath = "a.linnet", .save_weights_only = true});
        }).is(ErrorCode::invalid_argument, "ends in .weights.h5, got a.linnet"));
  for (const char* path : {"a.weights.h5", "a.h5", "a.hdf5"}) {
    CHECK(error_of([&] {
            make_callback(ModelCheckpoint{.filepath = path});
          }).is(ErrorCode::invalid_argument, "save_weights_only"));
  }
}

TEST_CASE("LambdaCallback is told of each batch, before it and after it", "[model]") {
  const NumberRows data(24);
  Sequential model = perceptron(SGD{.learning_rate = 0.5f});
  std::string told;
  const LambdaCallback watch{
      .on_epoch_begin = [&](TrainingRun&, int epoch) { told += "E" + std::to_string(epoch); },
      .on_epoch_end = [&](TrainingRun&, int, const Logs&) { told += ";"; },
      .on_train_batch_begin =
          [&](TrainingRun& run, Index batch) {
            told += " b" + std::to_string(batch) + "=" + std::to_string(run.model.iterations());
          },
      .on_train_batch_end =
          [&](TrainingRun& run, Index batch, const Logs& logs) {
            CHECK(logs.find("loss") != nullptr);
            told += " e" + std::to_string(batch) + "=" + std::to_string(run.model.iterations());
          }};
  model.fit(data.x, data.y, {.epochs = 2, .batch_size = 16, .callbacks = {watch}});
  CHECK(told == "E0 b0=0 e0=1 b1=1 e1=2;E1 b0=2 e0=3 b1=3 e1=4;");
}

TEST_CASE("What a callback sets before a batch holds for it", "[model]") {
  const NumberRows data(64);
  Sequential model = perceptron(SGD{.learning_rate = 0.5f});
  const auto before = model.get_weights();
  const LambdaCallback rest{.on_train_batch_begin = [](TrainingRun& run, Index batch) {
    run.learning_rate = batch == 2 ? 0.5f : 0.0f;
    run.stop = batch == 1;
  }};
  model.fit(data.x, data.y, {.batch_size = 16, .callbacks = {rest}});
  CHECK(model.iterations() == 2);  // the batch before which it said so is the last
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(before[i] == model.get_weights()[i]);
}

TEST_CASE("A folder in which nothing can be saved is an error before training", "[model]") {
  const TempFolder folder;
  put_text(folder.path("file"), "");
  const NumberRows data(8);
  Sequential model = perceptron();
  CHECK(error_of([&] {
          model.fit(data.x, data.y,
                    {.callbacks = {BackupAndRestore{.backup_dir = folder.path("file/backup")}}});
        }).is(ErrorCode::io, "file/backup"));
  CHECK(model.iterations() == 0);
  CHECK(error_of([] {
          make_callback(BackupAndRestore{});
        }).is(ErrorCode::invalid_argument, "BackupAndRestore: backup_dir"));
  CHECK(error_of([] {
          make_callback(BackupAndRestore{.backup_dir = "a", .save_freq = -1});
        }).is(ErrorCode::invalid_argument, "save_freq"));
  CHECK(error_of([] {
          make_callback(ReduceLROnPlateau{.factor = 1});
        }).is(ErrorCode::invalid_argument, "factor must be in [0, 1), got 1"));
  CHECK(error_of([] {
          make_callback(LearningRateScheduler{});
        }).is(ErrorCode::invalid_argument, "schedule"));
}

TEST_CASE("A callback can stop training before its first batch is done", "[model]") {
  const NumberRows data(40);
  Sequential model = perceptron();
  const LambdaCallback stop{.on_epoch_begin = [](TrainingRun& run, int) { run.stop = true; }};
  CHECK(model.fit(data.x, data.y, {.epochs = 3, .batch_size = 8, .callbacks = {stop}}).epoch ==
        std::vector<int>{0});
  CHECK(model.iterations() == 1);
}

TEST_CASE("Callbacks see the history with the epoch that ends", "[model]") {
  const NumberRows data(16);
  Sequential model = perceptron();
  std::vector<std::size_t> sizes;
  const LambdaCallback watch{.on_epoch_end = [&](TrainingRun& run, int epoch, const Logs& logs) {
    sizes.push_back(run.history.logs.size());
    CHECK(run.history.epoch.back() == epoch);
    CHECK(run.history["loss"].back() == logs["loss"]);
  }};
  model.fit(data.x, data.y, {.epochs = 2, .callbacks = {watch}});
  CHECK(sizes == std::vector<std::size_t>{1, 2});
}

}  // namespace linnet::test
