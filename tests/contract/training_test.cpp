// What training promises with every built-in loss, optimizer and metric.
#include "contract/steady_step.hpp"
#include "core/class_names.hpp"
#include "io/temp_folder.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

/// What a model learns, and with what.
struct Task {
  Tensor x, y;
  CompileOptions options;
  std::vector<Layer> layers;
};

Task numbers_task(CompileOptions options) {
  const NumberRows rows(200);
  return {.x = rows.x,
          .y = to_categorical(rows.y, 3),
          .options = std::move(options),
          .layers = {Dense{.units = 64, .activation = "tanh"}, Dropout{.rate = 0.1f},
                     Dense{.units = 3, .activation = "softmax"}}};
}

Task loss_task(const std::string& name) {
  Task task = numbers_task({.optimizer = "adam", .loss = Loss::named(name)});
  if (name == "CTC") {  // sequences of labels, 0 only behind their end
    task.x = random_floats({60, 9, 6}, 1);
    task.y = random_ints({60, 3}, 2, 3);
    for (std::int32_t& label : task.y.data<std::int32_t>()) ++label;
    task.layers.back() = Dense{.units = 4};
  } else if (name == "SparseCategoricalCrossentropy" || name == "Circle" ||
             name == "CategoricalGeneralizedCrossEntropy") {
    task.y = NumberRows(task.x.shape()[0]).y;
  }
  return task;
}

/// Metrics that do not say of how many classes are told.
Metric metric_named(const std::string& name) {
  if (name == "IoU") return IoU{.num_classes = 2, .target_class_ids = {0, 1}};
  if (name == "MeanIoU") return MeanIoU{.num_classes = 2};
  if (name == "OneHotIoU") return OneHotIoU{.num_classes = 3, .target_class_ids = {0, 2}};
  if (name == "OneHotMeanIoU") return OneHotMeanIoU{.num_classes = 3};
  return Metric::named(name);
}

/// Those metrics that take class numbers; the others take rows of numbers.
Task metric_task(const std::string& name) {
  Task task = numbers_task({.optimizer = "adam",
                            .loss = "categorical_crossentropy",
                            .metrics = {metric_named(name), "accuracy"}});
  if (name.starts_with("Sparse")) {
    task.options.loss = "sparse_categorical_crossentropy";
    task.y = NumberRows(task.x.shape()[0]).y;
  }
  if (name == "IoU" || name == "MeanIoU") {  // of classes, on both sides
    task.options.loss = "mse";
    task.layers.back() = Dense{.units = 1, .activation = "hard_sigmoid"};
    const Tensor classes = random_ints({task.x.shape()[0], 1}, 3, 2);
    task.y = classes.cast(DType::float32);
  }
  return task;
}

Sequential model_of(const Task& task, const RunOptions& run) {
  set_random_seed(6);
  Sequential model;
  for (const Layer& layer : task.layers) {
    model.add(layer_from_config(layer.class_name(), layer.config()));
  }
  model.build(task.x.shape().with(0, any));
  model.configure(run);
  model.compile(task.options);
  return model;
}

/// Deterministic steps give the same bits at any number of threads.
void check_same_at_any_threads(const Task& task) {
  std::vector<TrainedBits> results;
  for (const int threads : {1, 2, 8}) {
    INFO(threads << " threads");
    Sequential model = model_of(task, {.threads = threads, .deterministic = true});
    results.emplace_back(model, task.x, task.y, 3);
    CHECK(results.back() == results.front());
  }
}

/// A training that went through a file goes on as if it had not.
void check_goes_on_from_file(const Task& task) {
  const TempFolder folder;
  Sequential model = model_of(task, {.threads = 1});
  const TrainedBits begun(model, task.x, task.y, 2);
  model.save(folder.path("m"));
  Model loaded = Model::load(folder.path("m"));
  loaded.configure({.threads = 1});
  CHECK(same_bits(loaded.predict(task.x), model.predict(task.x)));
  CHECK(TrainedBits(loaded, task.x, task.y, 2) == TrainedBits(model, task.x, task.y, 2));
}

void check_task(const Task& task) {
  check_same_at_any_threads(task);
  check_goes_on_from_file(task);
  for (const int threads : {1, 2}) {
    INFO(threads << " threads");
    Sequential model = model_of(task, {.threads = threads});
    check_steady_step(model, task.x, task.y);
  }
}

/// Object -> config -> object gives the same config, under its class name.
template <class T>
void check_round_trip(const T& object, const std::string& name) {
  const Config written = object.to_config();
  CHECK(T::from_config(written).to_config() == written);
  if (written.is_string()) {  // a metric that was given by its name alone
    CHECK(written.as_string() == name);
    return;
  }
  CHECK(written.at("class_name").as_string() == name);
  Config wrong = written;
  wrong["config"]["no_such_key"] = Config(1);
  CHECK(error_of([&] { T::from_config(wrong); }).is(ErrorCode::not_found, "no_such_key"));
}

}  // namespace

TEST_CASE("Built-in losses keep the contract", "[contract][losses]") {
  for (const std::string& name : class_names(detail::Losses{})) {
    INFO(name);
    check_round_trip(Loss::named(name), name);
    check_task(loss_task(name));
  }
}

TEST_CASE("Built-in optimizers keep the contract", "[contract][optimizers]") {
  for (const std::string& name : class_names(detail::Optimizers{})) {
    INFO(name);
    check_round_trip(Optimizer::named(name), name);
    check_task(
        numbers_task({.optimizer = Optimizer::named(name), .loss = "categorical_crossentropy"}));
  }
}

TEST_CASE("Built-in optimizers keep the contract with tables", "[contract][optimizers]") {
  for (const std::string& name : class_names(detail::Optimizers{})) {
    INFO(name);
    check_task({.x = random_ints({64, 20}, 1, 300),
                .y = random_ints({64}, 2, 3),
                .options = {.optimizer = Optimizer::named(name),
                            .loss = "sparse_categorical_crossentropy"},
                .layers = {Embedding{.input_dim = 300, .output_dim = 16, .mask_zero = true},
                           GlobalAveragePooling1D{}, Dense{.units = 3, .activation = "softmax"}}});
  }
}

TEST_CASE("Built-in metrics keep the contract", "[contract][metrics]") {
  // Those that choose one of the others by types stand apart.
  for (const std::string& name : class_names(detail::Metrics{}, {"accuracy", "crossentropy"})) {
    INFO(name);
    check_round_trip(metric_named(name), name);
    check_task(metric_task(name));
  }
}

}  // namespace linnet::test
