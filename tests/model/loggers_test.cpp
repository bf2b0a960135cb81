// What CSVLogger, JSONLogger, TensorBoard and LearningCurves write.
#include <cstdlib>
#include <fstream>
#include <linnet/io/json.hpp>
#include <sstream>

#include "io/temp_folder.hpp"
#include "model/event_records.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::istringstream text(file_text(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

FitOptions logged(std::vector<CallbackHandle> callbacks, int epochs = 3) {
  return {.epochs = epochs,
          .batch_size = 8,
          .validation_split = 0.25,
          .callbacks = std::move(callbacks),
          .validation_freq = 2};
}

}  // namespace

TEST_CASE("CSVLogger writes a row an epoch", "[model]") {
  const TempFolder folder;
  const NumberRows data(40);
  Sequential model = perceptron();
  const std::string path = folder.path("new/log.csv");
  const auto history = model.fit(data.x, data.y, logged({CSVLogger{.filename = path}}));
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "epoch,accuracy,loss,val_accuracy,val_loss");
  CHECK(lines[1].starts_with("0,"));
  CHECK(lines[1].ends_with(",NA,NA"));
  std::istringstream second(lines[2]);
  char comma = 0;
  double epoch = 0, accuracy = 0, loss = 0, val_accuracy = 0, val_loss = 0;
  second >> epoch >> comma >> accuracy >> comma >> loss >> comma >> val_accuracy >> comma >>
      val_loss;
  CHECK(epoch == 1);
  CHECK(accuracy == history.logs[1]["accuracy"]);
  CHECK(loss == history.logs[1]["loss"]);
  CHECK(val_loss == history.logs[1]["val_loss"]);
  // Another fit begins anew, or goes on behind what is there.
  model.fit(data.x, data.y, logged({CSVLogger{.filename = path, .append = true}}, 1));
  CHECK(lines_of(path).size() == 5);
  CHECK(lines_of(path)[4].starts_with("0,"));
  const CSVLogger tabs{.filename = path, .separator = '\t'};
  model.fit(data.x, data.y, logged({tabs, ReduceLROnPlateau{.monitor = "loss"}}, 1));
  CHECK(lines_of(path)[0] == "epoch\taccuracy\tlearning_rate\tloss\tval_accuracy\tval_loss");
  CHECK(lines_of(path).size() == 2);
}

TEST_CASE("JSONLogger writes an object an epoch, null for what is not finite", "[model]") {
  const TempFolder folder;
  const NumberRows data(40);
  Sequential model{Dense{.units = 1}};
  model.compile({.optimizer = SGD{.learning_rate = 1e30f}, .loss = "mse"});
  const std::string path = folder.path("log.jsonl");
  const auto history = model.fit(data.x, random_floats({40, 1}, 4),
                                 {.epochs = 2, .callbacks = {JSONLogger{.filename = path}}});
  REQUIRE_FALSE(std::isfinite(history["loss"][1]));
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 2);
  CHECK(parse_json(lines[0]).at("epoch").as_integer() == 0);
  CHECK(parse_json(lines[1]).at("epoch").as_integer() == 1);
  CHECK(parse_json(lines[1]).at("loss").is_null());
}

TEST_CASE("Logs of a fit that goes on are those of one that was never stopped", "[model]") {
  const TempFolder folder;
  const NumberRows data(40);
  const auto callbacks = [&](const std::string& name) {
    return std::vector<CallbackHandle>{
        CSVLogger{.filename = folder.path(name + ".csv")},
        ModelCheckpoint{.filepath = folder.path(name + "{epoch}")},
        JSONLogger{.filename = folder.path(name + ".jsonl")},
        TensorBoard{.log_dir = folder.path(name), .histogram_freq = 1, .update_freq = 2}};
  };
  Sequential straight = perceptron(), broken = perceptron();
  straight.fit(data.x, data.y, logged(callbacks("a"), 4));
  auto breaking = callbacks("b");
  breaking.push_back(LambdaCallback{.on_train_batch_end = [](TrainingRun& run, Index, const Logs&) {
    if (run.model.iterations() == 11) throw Error(ErrorCode::io, "broken");
  }});
  CHECK_THROWS_AS(broken.fit(data.x, data.y, logged(breaking, 4)), Error);
  // From the end of the first epoch, though the logs have two already.
  Model loaded = Model::load(folder.path("b1"));
  FitOptions options = logged(callbacks("b"), 4);
  options.resume = true;
  loaded.fit(data.x, data.y, options);
  check_same_weights(straight, loaded);
  CHECK(lines_of(folder.path("b.csv")).size() == 5);
  CHECK(file_text(folder.path("b.csv")) == file_text(folder.path("a.csv")));
  CHECK(file_text(folder.path("b.jsonl")) == file_text(folder.path("a.jsonl")));
  for (const char* part : {"/train", "/validation"}) {
    CHECK(read_events(folder.path("b") + part) == read_events(folder.path("a") + part));
  }
}

TEST_CASE("TensorBoard writes what Keras's writes", "[model]") {
  const TempFolder folder;
  const NumberRows data(40);
  Sequential model = perceptron(SGD{.learning_rate = 0.25f});
  const auto history =
      model.fit(data.x, data.y,
                logged({TensorBoard{.log_dir = folder.path("logs"), .update_freq = "batch"}}, 2));
  const auto train = read_events(folder.path("logs/train"));
  const auto validation = read_events(folder.path("logs/validation"));
  std::map<std::string, std::vector<std::pair<std::int64_t, float>>> scalars;
  for (const EventRecord& event : train) {
    if (event.plugin == "scalars") scalars[event.tag].emplace_back(event.step, event.scalar);
  }
  REQUIRE(scalars["batch_loss"].size() == 8);
  CHECK(scalars["batch_loss"].front().first == 1);
  CHECK(scalars["batch_loss"].back() ==
        std::pair<std::int64_t, float>{8, static_cast<float>(history.logs[1]["loss"])});
  REQUIRE(scalars["epoch_accuracy"].size() == 2);
  CHECK(scalars["epoch_accuracy"][1] ==
        std::pair<std::int64_t, float>{1, static_cast<float>(history.logs[1]["accuracy"])});
  CHECK(scalars["epoch_learning_rate"][0].second == 0.25f);
  REQUIRE(validation.size() == 4);  // two numbers of one epoch
  CHECK(validation[0].tag == "epoch_loss");
  CHECK(validation[0].scalar == static_cast<float>(history.logs[1]["val_loss"]));
  CHECK(validation[1].tag == "evaluation_loss_vs_iterations");
  CHECK(validation[1].step == 8);
  const auto text = std::ranges::find(train, "text", &EventRecord::plugin);
  REQUIRE(text != train.end());
  CHECK(text->text.find(model.summary()) != std::string::npos);
}

TEST_CASE("TensorBoard's histograms count the weights", "[model]") {
  const TempFolder folder;
  const NumberRows data(40);
  Sequential model = perceptron();
  model.fit(data.x, data.y,
            logged({TensorBoard{.log_dir = folder.path("logs"), .histogram_freq = 2}}));
  std::vector<std::int64_t> steps;
  for (const EventRecord& event : read_events(folder.path("logs/train"))) {
    if (event.plugin != "histograms" || event.tag != "dense/kernel/histogram") continue;
    steps.push_back(event.step);
    REQUIRE(event.histogram.size() == 30 * 3);
    double count = 0;
    for (std::size_t i = 0; i < 30; ++i) count += event.histogram[3 * i + 2];
    CHECK(count == 6 * 16);
    if (event.step != 2) continue;
    const auto kernel = model.get_weights()[0];
    const auto [low, high] = std::ranges::minmax(kernel.data<float>());
    CHECK(event.histogram.front() == double{low});
    CHECK(event.histogram[29 * 3 + 1] == double{high});
  }
  CHECK(steps == std::vector<std::int64_t>{0, 2});
}

// For tensorboard_test.py, which names the folder.
TEST_CASE("Event files for TensorBoard itself", "[.tensorboard]") {
  const char* folder = std::getenv("LINNET_EVENT_FOLDER");
  REQUIRE(folder != nullptr);
  const NumberRows data(40);
  Sequential model = perceptron();
  model.fit(data.x, data.y,
            logged({TensorBoard{.log_dir = folder, .histogram_freq = 1, .update_freq = "batch"},
                    JSONLogger{.filename = std::string(folder) + "/log.jsonl"}}));
}

TEST_CASE("Loggers refuse settings that make no sense", "[model]") {
  const auto refused = [](auto settings) { return error_of([&] { make_callback(settings); }); };
  const auto invalid = ErrorCode::invalid_argument;
  CHECK(refused(CSVLogger{}).is(invalid, "CSVLogger: filename"));
  CHECK(refused(CSVLogger{.filename = "a", .separator = '.'}).is(invalid, "separator"));
  CHECK(refused(CSVLogger{.filename = "a", .separator = '\0'}).is(invalid, "separator"));
  CHECK(refused(JSONLogger{}).is(invalid, "JSONLogger: filename"));
  CHECK(refused(TensorBoard{.log_dir = ""}).is(invalid, "log_dir"));
  CHECK(refused(TensorBoard{.histogram_freq = -1}).is(invalid, "histogram_freq"));
  CHECK(refused(TensorBoard{.update_freq = -2}).is(invalid, "update_freq"));
  CHECK(refused(LearningCurves{}).is(invalid, "LearningCurves: filename"));
  const TempFolder folder;
  put_text(folder.path("file"), "");
  const NumberRows data(8);
  Sequential model = perceptron();
  CHECK(error_of([&] {
          model.fit(data.x, data.y,
                    {.callbacks = {CSVLogger{.filename = folder.path("file/log.csv")}}});
        }).is(ErrorCode::io, "file/log.csv"));
  CHECK(model.iterations() == 0);
}

TEST_CASE("CSVLogger appends to a file of the same numbers only", "[model]") {
  const TempFolder folder;
  const NumberRows data(16);
  Sequential model = perceptron();
  const std::string path = folder.path("log.csv");
  const CSVLogger append{.filename = path, .append = true};
  model.fit(data.x, data.y, {.callbacks = {append}});
  const auto before = lines_of(path);
  const Index updates = model.iterations();
  const Caught caught = error_of(
      [&] { model.fit(data.x, data.y, {.validation_split = 0.5, .callbacks = {append}}); });
  CHECK(caught.is(ErrorCode::bad_state, "log.csv begins with 'epoch,accuracy,loss'; this fit has"));
  CHECK(caught.is(ErrorCode::bad_state, "'epoch,accuracy,loss,val_accuracy,val_loss'"));
  CHECK(model.iterations() == updates);
  CHECK(lines_of(path) == before);
  std::ofstream(folder.path("empty.csv"));
  const CSVLogger empty{.filename = folder.path("empty.csv"), .append = true};
  model.fit(data.x, data.y, {.callbacks = {empty, append}});
  CHECK(lines_of(folder.path("empty.csv")).size() == 2);
  CHECK(lines_of(path).size() == before.size() + 1);
}

TEST_CASE("What cannot be written is refused before training, with its path", "[model]") {
  const TempFolder folder;
  const NumberRows data(16);
  std::ofstream(folder.path("file")) << "text";
  const std::string below = folder.path("file/log");
  const CallbackHandle all[] = {
      CSVLogger{.filename = below},           CSVLogger{.filename = below, .append = true},
      JSONLogger{.filename = below},          LearningCurves{.filename = below},
      TensorBoard{.log_dir = below},          BackupAndRestore{.backup_dir = below},
      CSVLogger{.filename = folder.path("")}, LearningCurves{.filename = folder.path("")}};
  for (const CallbackHandle& callback : all) {
    Sequential model = perceptron();
    const auto before = model.get_weights();
    const Caught caught = error_of([&] { model.fit(data.x, data.y, {.callbacks = {callback}}); });
    INFO(callback->name() << ": " << caught.message);
    CHECK(caught.is(ErrorCode::io, folder.path("").c_str()));
    CHECK(same_bits(before[0], model.get_weights()[0]));
  }
}

}  // namespace linnet::test
