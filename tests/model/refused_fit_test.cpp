// A fit that is refused, and then one that is not: as if there had been the latter alone.
#include "model/resumable.hpp"
#include "model/state.hpp"

namespace linnet::test {

namespace {

/// A fit of text rows that is refused, and what it is told.
struct Refusal {
  ErrorCode code;
  std::function<void(Model&, const TextRows&)> fit;
};

Tensor with_bad_row(const Tensor& numbers) {
  Tensor bad = numbers.clone();
  bad.data<std::int32_t>().back() = 99;
  return bad;
}

std::vector<Refusal> refusals() {
  const auto with = [](ErrorCode code, const FitOptions& options) {
    return Refusal{code, [=](Model& m, const TextRows& rows) { m.fit(rows.x, rows.y, options); }};
  };
  const auto validated = [](const Tensor& x, const Tensor& y) {
    return FitOptions{.validation_data = {.x = x, .y = y}};
  };
  const TextRows rows;
  return {
      {ErrorCode::out_of_range, [](Model& m, const TextRows& r) { m.fit(with_bad_row(r.x), r.y); }},
      {ErrorCode::out_of_range, [](Model& m, const TextRows& r) { m.fit(r.x, with_bad_row(r.y)); }},
      {ErrorCode::out_of_range,
       [](Model& m, const TextRows& r) { m.fit(Dataset::from(r.x, with_bad_row(r.y))); }},
      {ErrorCode::out_of_range,
       [](Model& m, const TextRows& r) { m.train_on_batch(r.x, with_bad_row(r.y)); }},
      with(ErrorCode::out_of_range, validated(with_bad_row(rows.x), rows.y)),
      with(ErrorCode::out_of_range, validated(rows.x, with_bad_row(rows.y))),
      with(ErrorCode::out_of_range, {.class_weight = {{9, 2.0f}}}),
      with(ErrorCode::shape_mismatch, {.sample_weight = Tensor::full({3}, 1.0f)}),
      with(ErrorCode::invalid_argument, {.batch_size = 0}),
      with(ErrorCode::not_found, {.callbacks = {EarlyStopping{.monitor = "val_loss"}}}),
      with(ErrorCode::other, {.callbacks = {LambdaCallback{.on_train_begin =
                                                               [](TrainingRun&) {
                                                                 throw Error(ErrorCode::other,
                                                                             "not today");
                                                               }}}}),
  };
}

}  // namespace

TEST_CASE("Weights that are set after a refused first step are trained on from", "[model]") {
  Sequential refused{Input{{2}}, Dense{.units = 1, .name = "d"}};
  Sequential fresh{Input{{2}}, Dense{.units = 1, .name = "d"}};
  const Tensor x = Tensor::of<float>({1, 2}, {1, 2}), y = Tensor::full<float>({1, 1}, 3);
  for (Sequential* model : {&refused, &fresh}) {
    model->compile({.optimizer = ScheduleFreeAdamW{}, .loss = "mean_squared_error"});
  }
  const Tensor infinite = Tensor::full<float>({1, 2}, std::numeric_limits<float>::infinity());
  CHECK(error_of([&] { refused.train_on_batch(infinite, y); }).is(ErrorCode::not_finite));
  const std::vector<Tensor> weights{Tensor::of<float>({2, 1}, {5, 6}), Tensor::full<float>({1}, 7)};
  for (Sequential* model : {&refused, &fresh}) {
    model->set_weights(weights);
    model->train_on_batch(x, y);
  }
  CHECK(refused.get_weights()[0].data<float>()[0] == fresh.get_weights()[0].data<float>()[0]);
}

TEST_CASE("After a fit that was refused, the next trains as if it had been the first", "[model]") {
  const TextRows rows;
  Sequential straight = dropout_model();
  straight.fit(rows.x, rows.y, {.epochs = 2, .batch_size = kBatch});
  for (const Refusal& refusal : refusals()) {
    Sequential model = dropout_model();
    const Caught caught = error_of([&] { refusal.fit(model, rows); });
    INFO(caught.message);
    CHECK(caught.code == refusal.code);
    CHECK(model.state()->sample.empty());
    model.fit(rows.x, rows.y, {.epochs = 2, .batch_size = kBatch});
    check_same_weights(straight, model);
  }
}

TEST_CASE("Rows are looked at before a backup takes the place of the weights", "[model]") {
  const TempFolder folder;
  const TextRows rows;
  const auto options = [&](Index epochs) {
    return FitOptions{.epochs = static_cast<int>(epochs),
                      .batch_size = kBatch,
                      .callbacks = {BackupAndRestore{.backup_dir = folder.path("backup"),
                                                     .delete_checkpoint = false}}};
  };
  Sequential straight = dropout_model(), stopped = dropout_model(), model = dropout_model();
  straight.fit(rows.x, rows.y, {.epochs = 3, .batch_size = kBatch});
  stopped.fit(rows.x, rows.y, options(2));
  const auto before = model.get_weights();
  const Tensor bad = with_bad_row(rows.y);
  FitOptions bad_validation = options(3);
  bad_validation.validation_data = {.x = rows.x, .y = bad};
  CHECK(error_of([&] { model.fit(rows.x, bad, options(3)); }).is(ErrorCode::out_of_range));
  CHECK(error_of([&] {
          model.fit(Dataset::from(rows.x, bad), options(3));
        }).is(ErrorCode::out_of_range));
  CHECK(error_of([&] {
          model.fit(rows.x, rows.y, bad_validation);
        }).is(ErrorCode::out_of_range, "validation_data"));
  CHECK(model.iterations() == 0);
  const auto after = model.get_weights();
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(same_bits(before[i], after[i]));
  model.fit(rows.x, rows.y, options(3));
  check_same_weights(straight, model);
}

TEST_CASE("Texts are numbered by the vocabulary that comes with a backup", "[model]") {
  const TempFolder folder;
  const Tensor texts =
      Tensor::strings({"red", "green", "green blue", "blue blue red", "red green"});
  const Tensor y = Tensor::of<std::int32_t>({5}, {0, 1, 2, 2, 0});
  const auto model_of = [](const std::vector<std::string>& learnt) {
    TextVectorization words{.output_sequence_length = 3};
    words.adapt(learnt);
    set_random_seed(5);
    Sequential model{words, Embedding{.input_dim = 5, .output_dim = 4}, GlobalAveragePooling1D{},
                     Dense{.units = 3, .activation = "softmax"}};
    model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
    return model;
  };
  const auto train = [&](Model model, int epochs) {
    model.fit(texts, y,
              {.epochs = epochs,
               .validation_data = {.x = texts, .y = y},
               .callbacks = {BackupAndRestore{.backup_dir = folder.path("backup"),
                                              .delete_checkpoint = false}}});
    return model;
  };
  Sequential straight = model_of({"red green blue"});
  straight.fit(texts, y, {.epochs = 4});
  train(model_of({"red green blue"}), 2);
  check_same_weights(straight, train(model_of({"blue blue green green green red"}), 4));
}

}  // namespace linnet::test
