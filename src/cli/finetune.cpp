#include <algorithm>
#include <chrono>
#include <linnet/linnet.hpp>
#include <optional>

#include "commands.hpp"
#include "load_model.hpp"
#include "print_result.hpp"
#include "progress.hpp"

namespace linnet::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr Option kOptions[] = {
    {"--base", "MODEL", "a model of pictures, trained on others: its last Dense is left out"},
    {"--weights", "W.h5", "weights for a base that is a JSON architecture"},
    {"--save", "MODEL",
     "write the trained model to this file; without it the model is measured and then gone. .keras "
     "is Keras's format, which keeps neither the labels nor, after --tune, the optimizer"},
    {"--features", "LAYER", "learn from what this layer of the base gives; may be given again",
     true},
    {"--preprocess", "MODE",
     "how the base takes pictures of 0 to 255: caffe, tf, torch or none, if it begins with that "
     "itself (none)"},
    {"--epochs", "N", "passes over the pictures for the new head (30)"},
    {"--tune", "N", "then N passes for the base too, at a hundredth of the rate (0)"},
    {"--validation-split", "PART", "keep this part of the pictures to measure on (0.2)"},
    {"--batch-size", "N", "pictures of one training step (48)"},
    {"--size", "N", "of the sides, if the base takes any (224)"},
    {"--learning-rate", "RATE", "of the head, at the start (0.003)"},
    {"--seed", "N", "seed of everything random (0)"},
    {"--threads", "N", "threads to use; 0: all cores (0)"},
    kMaxBytes,
    kMaxParameters,
    {"--json", "", "print one JSON object"},
};

/// The mean over all places, where there are some.
Value pooled(const Value& x) { return x.shape().rank() == 4 ? x | GlobalAveragePooling2D{} : x; }

/// What the last Dense takes, if only layers of no shape's change follow it; else the output.
Value before_head(const Value& output) {
  Value x = output;
  while (const auto* call = x.node().op.as<ops::LayerCall>()) {
    const std::string_view kind = call->layer.class_name();
    if (x.node().inputs.size() != 1) break;
    if (kind == "Dense") return x.node().inputs.front();
    if (kind != "Activation" && kind != "Softmax" && kind != "Dropout") break;
    x = x.node().inputs.front();
  }
  return output;
}

Value output_of(const Model& model, const std::string& layer) {
  model.layer(layer);  // or an error that lists those that there are
  Value found;
  for (const auto& node : topological_order(model.outputs())) {
    const auto* call = node->op.as<ops::LayerCall>();
    if (call != nullptr && call->layer.name() == layer) found = Value(node, 0);
  }
  return found;
}

/// The base as features for a head.
Model features_of(const Model& base, const std::vector<std::string>& layers) {
  Values features;
  for (const std::string& name : layers) features.push_back(pooled(output_of(base, name)));
  if (layers.empty()) features.push_back(pooled(before_head(base.outputs().front())));
  const Value all = features.size() == 1 ? features.front() : concatenate(features);
  return Model(base.inputs(), {all}, "base");
}

struct Photographs {
  ImageDataset train;
  Data validation;  ///< empty: all are trained on
};

/// Everything that can be wrong with the call is found before the base is read.
struct Settings {
  std::string folder, base, weights, save;
  std::vector<std::string> features;
  applications::PreprocessMode mode = "none";
  int epochs = 0, tune = 0, threads = 0;
  float rate = 0;
  double validation = 0;
  Index batch_size = 0, seed = 0;
  std::optional<Index> size;  ///< of the sides, if it is said
  LoadLimits limits = {};
  bool json = false;
};

Settings settings_of(const Arguments& arguments) {
  constexpr std::int64_t kMost = 1'000'000;
  Settings settings;
  settings.folder = arguments.names({"DIR"}).front();
  if (!arguments.has("--base")) throw UsageError("--base is missing");
  settings.base = arguments.text("--base");
  settings.weights = arguments.text("--weights");
  settings.save = arguments.text("--save");
  settings.features = arguments.all("--features");
  try {
    settings.mode = applications::PreprocessMode::named(arguments.text("--preprocess", "none"));
  } catch (const Error& error) {
    throw UsageError(std::string("--preprocess: ") + error.what());
  }
  settings.epochs = static_cast<int>(arguments.integer("--epochs", 30, 1, kMost));
  settings.tune = static_cast<int>(arguments.integer("--tune", 0, 0, kMost));
  settings.threads = static_cast<int>(arguments.integer("--threads", 0, 0, 1024));
  settings.rate = static_cast<float>(arguments.number("--learning-rate", 3e-3, 1e-9, 10));
  settings.validation = arguments.number("--validation-split", 0.2, 0, 1);
  settings.batch_size = arguments.integer("--batch-size", 48, 1, kMost);
  if (arguments.has("--size")) settings.size = arguments.integer("--size", 0, 1, 65536);
  settings.seed = arguments.integer("--seed", 0, 0, 2147483647);
  settings.limits = limits_of(arguments);
  settings.json = arguments.has("--json");
  if (settings.save.empty() && settings.validation == 0) {
    throw UsageError("nothing would be done with the model: give --save or --validation-split");
  }
  if (!settings.save.empty()) {
    require_apart({settings.save}, {settings.base, settings.weights});
    check_writable(settings.save, {".h5", ".hdf5", ".jpg", ".jpeg", ".png"},
                   "end it in .linnet or .keras");
  }
  return settings;
}

Photographs find_photographs(const Settings& settings, ImageSize size) {
  ImageDatasetOptions options{.batch_size = settings.batch_size,
                              .image_size = size,
                              .seed = static_cast<std::uint32_t>(settings.seed),
                              .threads = settings.threads};
  if (settings.validation == 0) {
    return {image_dataset_from_directory(settings.folder, options), {}};
  }
  options.validation_split = settings.validation;
  auto [train, validation] = image_datasets_from_directory(settings.folder, options);
  return {std::move(train), validation};
}

ImageSize size_of_pictures(const Model& base, std::optional<Index> wanted) {
  const Values& inputs = base.inputs();
  const Shape shape = inputs.front().shape();
  if (inputs.size() != 1 || shape.rank() != 4 || (shape[3] != 3 && shape[3] != any)) {
    throw Error(ErrorCode::shape_mismatch,
                detail::cat("--base: the model takes ", shape,
                            ", expected one input (batch, height, width, 3)"));
  }
  if (wanted && shape[1] != any && shape[2] != any) {
    throw UsageError(detail::cat("--size: the base takes pictures of ", shape[1], " x ", shape[2]));
  }
  const Index size = wanted.value_or(224);
  return {shape[1] == any ? size : shape[1], shape[2] == any ? size : shape[2]};
}

/// Trains for some epochs more than `done`; adds what they were like.
void train(Model& model, const Photographs& data, int done, int epochs, History& history) {
  const History more = model.fit(data.train, {.epochs = done + epochs,
                                              .validation_data = data.validation,
                                              .callbacks = progress_on_terminal(),
                                              .initial_epoch = done});
  history.logs.insert(history.logs.end(), more.logs.begin(), more.logs.end());
}

/// All of the base learns, but for its normalizations, which keep their statistics.
void thaw(Model& model, Model& base, float rate) {
  base.trainable = true;
  for (Layer layer : base.layers()) {
    if (layer.class_name() == "BatchNormalization") layer.trainable = false;
  }
  model.compile({.optimizer = Adam{.learning_rate = rate},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"},
                 .parameter_groups = {{.path = base.name(), .learning_rate_multiplier = 0.1f}}});
}

void run(const Arguments& arguments) {
  const Settings settings = settings_of(arguments);
  set_random_seed(static_cast<std::uint64_t>(settings.seed));
  const auto start = Clock::now();

  const Model whole =
      load_model(settings.base, {.weights = settings.weights, .limits = settings.limits});
  const ImageSize size = size_of_pictures(whole, settings.size);
  Model base = features_of(whole, settings.features);
  base.trainable = false;
  const Photographs data = find_photographs(settings, size);
  Sequential model{
      applications::preprocessing(settings.mode),
      base,
      BatchNormalization{.momentum = 0.9},  // features of all layers on one scale
      Dropout{.rate = 0.5f},
      Dense{.units = static_cast<Index>(data.train.class_names.size()),
            .activation = "softmax",
            .name = "head"},
  };
  model.configure({.threads = settings.threads});
  const schedules::CosineDecay decay{.initial_learning_rate = settings.rate,
                                     .decay_steps = settings.epochs * data.train.size()};
  model.compile({.optimizer = AdamW{.learning_rate = decay, .weight_decay = 0.3f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  History history;
  train(model, data, 0, settings.epochs, history);
  if (settings.tune > 0) {
    thaw(model, base, 0.1f * settings.rate);
    train(model, data, settings.epochs, settings.tune, history);
  }
  model.set_labels(data.train.class_names);
  // Keras has no groups of parameters, which the tuning has.
  const bool compiled = settings.tune == 0 || !settings.save.ends_with(".keras");
  if (!settings.save.empty()) model.save(settings.save, {.include_optimizer = compiled});

  Config result = Config::object();
  for (const auto& [name, value] : history.logs.back()) result[name] = Config(value);
  result["classes"] = Config(static_cast<Index>(data.train.class_names.size()));
  result["train_pictures"] = Config(static_cast<Index>(data.train.file_paths.size()));
  result["train_seconds"] = Config(std::chrono::duration<double>(Clock::now() - start).count());
  if (!settings.save.empty()) result["model"] = Config(settings.save);
  print_result(result, settings.json);
}

}  // namespace

const Command kFinetune{
    "finetune",
    "DIR --base MODEL [--save MODEL] [options]",
    "teach a model that knows pictures the classes of a folder of others",
    kOptions,
    run,
    "DIR has a folder of JPEG or PNG files for each class. The base is frozen, and what it makes "
    "of "
    "a picture is\ncomputed once; a new head learns from that. Keras's ResNet50, VGG take "
    "--preprocess caffe, DenseNet torch,\nMobileNet, ResNet50V2, Inception, Xception tf, "
    "EfficientNet and MobileNetV3 none.\n"};

}  // namespace linnet::cli
