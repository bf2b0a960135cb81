// A fit() that ended in between goes on with the same results, bit for bit.
#include <filesystem>
#include <fstream>

#include "model/resumable.hpp"

namespace linnet::test {

namespace {

/// Rows of 1 to 9 ids, and labels.
struct RaggedRows {
  RaggedRows() : y(TextRows().y) {
    const RandomStream random(12);
    std::vector<std::int32_t> ids;
    std::vector<std::int64_t> splits{0};
    std::uint64_t n = 0;
    for (Index row = 0; row < kRows; ++row) {
      for (auto left = 1 + random.below(9, n++); left > 0; --left) {
        ids.push_back(static_cast<std::int32_t>(random.below(60, n++)));
      }
      splits.push_back(static_cast<std::int64_t>(ids.size()));
    }
    x = {Tensor::of<std::int32_t>({static_cast<Index>(ids.size())}, ids),
         Tensor::of<std::int64_t>({kRows + 1}, splits)};
  }
  Ragged x;
  Tensor y;
};

}  // namespace

TEST_CASE("Saved after any batch, a fit goes on bit for bit", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  for (const Optimizer& optimizer : optimizers_to_stop()) {
    Sequential straight = dropout_model(optimizer);
    auto callbacks = watchers(folder.path("best"));
    // Saving after every batch changes nothing, and gives the files to go on from.
    const auto file = [&](Index step) { return folder.path("m" + std::to_string(step)); };
    Index batches = 0;
    callbacks.push_back(each_batch([&](TrainingRun& run) {
      run.model.save(file(++batches));
      run.model.evaluate(rows.x, rows.y);
    }));
    const History history = straight.fit(rows.x, rows.y, options_of(callbacks));
    Sequential unwatched = dropout_model(optimizer);
    const std::string best = folder.path("best");
    check_same_history(unwatched.fit(rows.x, rows.y, options_of(watchers(best))), history);
    check_same_weights(unwatched, straight);
    const std::string best_file = file_text(best);
    for (Index step = 1; step <= kEpochs * kBatches; ++step) {
      INFO(optimizer.class_name() << " from step " << step);
      Model loaded = Model::load(file(step));
      loaded.configure({.threads = 1});
      FitOptions options = options_of(watchers(best));
      options.resume = true;
      check_same_history(loaded.fit(rows.x, rows.y, options), history);
      CHECK(loaded.iterations() == straight.iterations());
      const bool same_best = file_text(best) == best_file;
      CHECK(same_best);
      check_same_weights(loaded, straight);
    }
  }
}

TEST_CASE("Saved before a batch, a fit begins that batch again", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const auto file = [&](Index step) { return folder.path("m" + std::to_string(step)); };
  Sequential straight = dropout_model();
  auto callbacks = watchers(folder.path("best"));
  callbacks.push_back(LambdaCallback{.on_train_batch_begin = [&](TrainingRun& run, Index) {
    run.model.save(file(run.model.iterations()));
  }});
  const History history = straight.fit(rows.x, rows.y, options_of(callbacks));
  for (const Index step : {0, 3, 5, 14}) {
    INFO("from step " << step);
    Model loaded = Model::load(file(step));
    loaded.configure({.threads = 1});
    auto again = watchers(folder.path("best"));
    Index begun = 0;
    again.push_back(LambdaCallback{.on_train_batch_begin = [&](TrainingRun&, Index) { ++begun; }});
    FitOptions options = options_of(again);
    options.resume = true;
    check_same_history(loaded.fit(rows.x, rows.y, options), history);
    CHECK(begun == kEpochs * kBatches - step);
    check_same_weights(loaded, straight);
  }
}

TEST_CASE("Stopped after any batch, a fit goes on in the same model or from a file", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const std::vector<CallbackHandle> plain{
      ReduceLROnPlateau{.monitor = "val_loss", .patience = 0, .min_delta = 10}};
  Sequential straight = dropout_model();
  const History history = straight.fit(rows.x, rows.y, options_of(plain));
  for (const Index step : {1, 4, 5, 7, 10, 14}) {
    INFO("from step " << step);
    Sequential stopped = dropout_model();
    auto callbacks = plain;
    callbacks.push_back(each_batch([&](TrainingRun& run) {
      if (run.model.iterations() == step) run.stop = true;
    }));
    stopped.fit(rows.x, rows.y, options_of(callbacks));
    REQUIRE(stopped.iterations() == step);
    stopped.save(folder.path("m"));
    Model loaded = Model::load(folder.path("m"));
    FitOptions options = options_of(plain);
    options.resume = true;
    for (Model* model : {static_cast<Model*>(&stopped), &loaded}) {
      check_same_history(model->fit(rows.x, rows.y, options), history);
      check_same_weights(*model, straight);
    }
    // It is done: there is nothing to go on with.
    options.epochs = 1;
    CHECK(loaded.fit(rows.x, rows.y, options).epoch == std::vector<int>{0});
    CHECK(loaded.iterations() == kEpochs * kBatches + kBatches);
  }
}

TEST_CASE("Saved while some callbacks knew of the end of an epoch, the others are told",
          "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const auto run = [&](Model& model, const std::string& path, bool resume) {
    std::string told;
    const auto teller = [&told](const char* name) {
      return LambdaCallback{
          .on_epoch_begin = [&told, name](TrainingRun&, int) { told += name; },
          .on_epoch_end = [&told, name](TrainingRun&, int, const Logs&) { told += name; }};
    };
    FitOptions options = options_of({teller("a"), ModelCheckpoint{.filepath = path}, teller("b")});
    options.epochs = 2;
    options.resume = resume;
    model.fit(rows.x, rows.y, options);
    return told;
  };
  Sequential model = dropout_model();
  CHECK(run(model, folder.path("m{epoch}"), false) == "abababab");
  Model loaded = Model::load(folder.path("m1"));
  CHECK(run(loaded, folder.path("x"), true) == "babab");
  check_same_weights(model, loaded);
}

TEST_CASE("What has stopped a training stops it again", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const auto options = [&](bool first) {
    const CallbackHandle stop = EarlyStopping{.monitor = "loss", .min_delta = 10, .patience = 1};
    const CallbackHandle keep = ModelCheckpoint{.filepath = folder.path("m")};
    FitOptions all = options_of(first ? std::vector{stop, keep} : std::vector{keep, stop});
    all.epochs = 9;
    return all;
  };
  for (const bool first : {true, false}) {
    Sequential model = dropout_model();
    const History history = model.fit(rows.x, rows.y, options(first));
    REQUIRE(history.epoch.size() == 2);
    Model loaded = Model::load(folder.path("m"));
    FitOptions again = options(first);
    again.resume = true;
    check_same_history(loaded.fit(rows.x, rows.y, again), history);
    check_same_weights(model, loaded);
  }
}

TEST_CASE("A fit that was stopped at its best weights has nothing left to do", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const CallbackHandle stop = EarlyStopping{
      .monitor = "loss", .min_delta = 10, .patience = 1, .restore_best_weights = true};
  FitOptions options = options_of({stop});
  options.epochs = 9;
  Sequential model = dropout_model();
  const History history = model.fit(rows.x, rows.y, options);
  REQUIRE(history.epoch.size() == 2);
  model.save(folder.path("m"));
  const auto best = model.get_weights();
  Model loaded = Model::load(folder.path("m"));
  options.resume = true;
  for (Model* again : {static_cast<Model*>(&model), &loaded}) {
    check_same_history(again->fit(rows.x, rows.y, options), history);
    CHECK(again->iterations() == 2 * kBatches);
    for (std::size_t i = 0; i < best.size(); ++i) {
      CHECK(same_bits(again->get_weights()[i], best[i]));
    }
    // What no longer stops it goes on at the next epoch, from these weights.
    FitOptions free = options;
    free.callbacks = {};
    free.epochs = 4;
    const History rest = again->fit(rows.x, rows.y, free);
    CHECK(rest.epoch == std::vector<int>{0, 1, 2, 3});
    CHECK(rest.logs[1]["loss"] == history.logs[1]["loss"]);
    CHECK(again->iterations() == 4 * kBatches);
  }
  check_same_weights(model, loaded);
}

TEST_CASE("A stopped fit whose averages became its weights goes on from them", "[model]") {
  const TextRows rows;
  const auto stop = LambdaCallback{.on_epoch_end = [](TrainingRun& run, int epoch, const Logs&) {
    if (epoch == 0) run.stop = true;
  }};
  Sequential model = dropout_model(Adam{.learning_rate = 0.02f, .use_ema = true});
  model.fit(rows.x, rows.y, options_of({stop}));
  FitOptions options = options_of({});
  options.resume = true;
  CHECK(model.fit(rows.x, rows.y, options).epoch == std::vector<int>{0, 1, 2});
  CHECK(model.iterations() == kEpochs * kBatches);
}

TEST_CASE("An Error within a fit leaves where it stood", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  Sequential straight = dropout_model(), broken = dropout_model();
  const History history = straight.fit(rows.x, rows.y, options_of(watchers(folder.path("best"))));
  bool breaks = true;
  const auto callbacks = [&] {
    auto list = watchers(folder.path("best"));
    list.push_back(each_batch([&](TrainingRun& run) {
      if (breaks && run.model.iterations() == 7) throw Error(ErrorCode::io, "broken");
    }));
    return list;
  };
  CHECK(error_of([&] {
          broken.fit(rows.x, rows.y, options_of(callbacks()));
        }).is(ErrorCode::io, "broken"));
  breaks = false;
  FitOptions options = options_of(callbacks());
  options.resume = true;
  check_same_history(broken.fit(rows.x, rows.y, options), history);
  check_same_weights(broken, straight);
}

TEST_CASE("A stream that is shuffled in a pool goes on in its middle", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const Dataset data = Dataset::stream([&](Index) -> Dataset::Generator {
                         return [&, at = Index{0}](Batch& batch) mutable {
                           if (at == kRows) return false;
                           batch.x = rows.x.rows(at, at + 4);
                           batch.y = rows.y.rows(at, at + 4);
                           at += 4;
                           return true;
                         };
                       })
                           .shuffle(5, 16)
                           .batch(kBatch)
                           .prefetch(2);
  Sequential straight = dropout_model();
  const auto save = each_batch([&](TrainingRun& run) {
    if (run.model.iterations() == 9) run.model.save(folder.path("m"));
  });
  const History history = straight.fit(data, {.epochs = 2, .callbacks = {save}});
  Model loaded = Model::load(folder.path("m"));
  check_same_history(loaded.fit(data, {.epochs = 2, .callbacks = {save}, .resume = true}), history);
  check_same_weights(straight, loaded);
}

TEST_CASE("Statistics, noise and rows changed by their position go on too", "[model]") {
  const TempFolder folder;
  const NumberRows numbers(40);
  const Dataset data = Dataset::from(numbers.x, numbers.y)
                           .shuffle(3)
                           .batch(kBatch)
                           .map([](Batch& batch, DataPosition at) {
                             Tensor x = std::get<Tensor>(batch.x[0]).clone();
                             const RandomStream noise(17);
                             for (std::size_t i = 0; i < x.data<float>().size(); ++i) {
                               x.data<float>()[i] += noise.normal(
                                   i, static_cast<std::uint64_t>(at.epoch * 100 + at.element));
                             }
                             batch.x = std::move(x);
                           });
  set_random_seed(8);
  Sequential straight{BatchNormalization{}, Dense{.units = 8, .activation = "relu"},
                      Dropout{.rate = 0.5f}, Dense{.units = 3, .activation = "softmax"}};
  straight.build({any, 6});
  straight.compile({.loss = "sparse_categorical_crossentropy"});
  const auto save = each_batch([&](TrainingRun& run) {
    run.model.save(folder.path(std::to_string(run.model.iterations())));
  });
  const FitOptions options{.epochs = 2, .validation_data = data.take(2), .callbacks = {save}};
  const History history = straight.fit(data, options);
  for (const char* step : {"1", "5", "8", "10"}) {
    INFO("from step " << step);
    Model loaded = Model::load(folder.path(step));
    FitOptions rest = options;
    rest.resume = true;
    check_same_history(loaded.fit(data, rest), history);
    check_same_weights(straight, loaded);
  }
}

TEST_CASE("Ragged rows in buckets by length are learned, and go on bit for bit", "[model]") {
  const TempFolder folder;
  const RaggedRows rows;
  const Dataset data = Dataset::from(rows.x, rows.y)
                           .shuffle(3)
                           .bucket_by_sequence_length(
                               {.bucket_boundaries = {3, 6}, .bucket_batch_sizes = {8, 5, 3}});
  Sequential straight = dropout_model();
  Index batches = 0;
  const auto save =
      each_batch([&](TrainingRun& run) { run.model.save(folder.path(std::to_string(++batches))); });
  const FitOptions options{.epochs = 2, .validation_data = data.take(2), .callbacks = {save}};
  const History history = straight.fit(data, options);
  REQUIRE(batches > 16);
  const Index last = batches;

  // The same batches, given one after another.
  Sequential by_hand = dropout_model();
  for (Index epoch = 0; epoch < 2; ++epoch) {
    DatasetIterator pass = data.iterate(epoch);
    for (Batch batch; pass.next(batch);) {
      by_hand.train_on_batch(std::get<Ragged>(batch.x[0]), std::get<Tensor>(batch.y[0]));
    }
  }
  CHECK(by_hand.iterations() == last);
  check_same_weights(by_hand, straight);

  for (Index step = 1; step <= last; ++step) {
    INFO("from step " << step);
    Model loaded = Model::load(folder.path(std::to_string(step)));
    loaded.configure({.threads = 1});
    FitOptions rest = options;
    rest.callbacks = {};
    rest.resume = true;
    check_same_history(loaded.fit(data, rest), history);
    check_same_weights(loaded, straight);
  }
}

TEST_CASE("Other batches cannot take the place of the rest of an epoch", "[model]") {
  const TextRows rows;
  Sequential model = dropout_model();
  const auto stop = each_batch([](TrainingRun& run) { run.stop = run.model.iterations() == 2; });
  model.fit(rows.x, rows.y, options_of({stop}));
  FitOptions options = options_of({});
  options.resume = true;
  options.batch_size = 4;
  CHECK(error_of([&] {
          model.fit(rows.x, rows.y, options);
        }).is(ErrorCode::bad_state, "5 batches of 8 rows, shuffled"));
  CHECK(model.iterations() == 2);
  options.batch_size = kBatch;
  model.fit(rows.x, rows.y, options);
  CHECK(model.iterations() == kEpochs * kBatches);
}

}  // namespace linnet::test
