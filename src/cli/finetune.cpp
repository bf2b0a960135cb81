#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <linnet/linnet.hpp>

#include "commands.hpp"
#include "progress.hpp"

namespace linnet::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr Option kOptions[] = {
    {"--base", "MODEL", "a model of pictures, trained on others: its last Dense is left out"},
    {"--save", "MODEL", "write the trained model to this file"},
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

Photographs find_photographs(const std::string& folder, ImageSize size,
                             const Arguments& arguments) {
  ImageDatasetOptions options{
      .batch_size = arguments.integer("--batch-size", 48, 1, 1'000'000),
      .image_size = size,
      .seed = static_cast<std::uint32_t>(arguments.integer("--seed", 0, 0, 2147483647)),
      .threads = static_cast<int>(arguments.integer("--threads", 0, 0, 1024))};
  const double part = arguments.number("--validation-split", 0.2, 0, 1);
  if (part == 0) return {image_dataset_from_directory(folder, options), {}};
  options.validation_split = part;
  auto [train, validation] = image_datasets_from_directory(folder, options);
  return {std::move(train), validation};
}

ImageSize size_of_pictures(const Model& base, Index wanted) {
  const Values& inputs = base.inputs();
  const Shape shape = inputs.front().shape();
  if (inputs.size() != 1 || shape.rank() != 4 || (shape[3] != 3 && shape[3] != any)) {
    throw Error(ErrorCode::shape_mismatch,
                detail::cat("--base: the model takes ", shape,
                            ", expected one input (batch, height, width, 3)"));
  }
  return {shape[1] == any ? wanted : shape[1], shape[2] == any ? wanted : shape[2]};
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

void print_result(const Config& result, bool json) {
  if (json) return print_json(result);
  for (const auto& [key, value] : result.members()) {
    std::string text = value.is_string() ? value.as_string() : std::string();
    if (value.is_integer()) text = std::to_string(value.as_integer());
    if (text.empty() && value.is_number()) {
      char number[32];
      std::snprintf(number, sizeof number, "%.4f", value.as_number());
      text = number;
    }
    std::printf("%-20s  %s\n", key.c_str(), text.c_str());
  }
}

void run(const Arguments& arguments) {
  const std::string folder = arguments.names({"DIR"}).front();
  if (!arguments.has("--base")) throw UsageError("--base is missing");
  const int epochs = static_cast<int>(arguments.integer("--epochs", 30, 1, 1'000'000));
  const int tune = static_cast<int>(arguments.integer("--tune", 0, 0, 1'000'000));
  const auto rate = static_cast<float>(arguments.number("--learning-rate", 3e-3, 1e-9, 10));
  const auto mode = applications::PreprocessMode::named(arguments.text("--preprocess", "none"));
  const std::string save = arguments.text("--save");
  if (!save.empty()) check_writable(save);
  set_random_seed(static_cast<std::uint64_t>(arguments.integer("--seed", 0, 0, 2147483647)));
  const auto start = Clock::now();

  const Model whole = load_model(arguments.text("--base"), {});
  const ImageSize size = size_of_pictures(whole, arguments.integer("--size", 224, 1, 65536));
  Model base = features_of(whole, arguments.all("--features"));
  base.trainable = false;
  const Photographs data = find_photographs(folder, size, arguments);
  Sequential model{
      applications::preprocessing(mode),
      base,
      BatchNormalization{.momentum = 0.9},  // features of all layers on one scale
      Dropout{.rate = 0.5f},
      Dense{.units = static_cast<Index>(data.train.class_names.size()),
            .activation = "softmax",
            .name = "head"},
  };
  model.configure({.threads = static_cast<int>(arguments.integer("--threads", 0, 0, 1024))});
  const schedules::CosineDecay decay{.initial_learning_rate = rate,
                                     .decay_steps = epochs * data.train.size()};
  model.compile({.optimizer = AdamW{.learning_rate = decay, .weight_decay = 0.3f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  History history;
  train(model, data, 0, epochs, history);
  if (tune > 0) {
    thaw(model, base, 0.1f * rate);
    train(model, data, epochs, tune, history);
  }
  model.set_labels(data.train.class_names);
  if (!save.empty()) model.save(save);

  Config result = Config::object();
  for (const auto& [name, value] : history.logs.back()) result[name] = Config(value);
  result["classes"] = Config(static_cast<Index>(data.train.class_names.size()));
  result["train_pictures"] = Config(static_cast<Index>(data.train.file_paths.size()));
  result["train_seconds"] = Config(std::chrono::duration<double>(Clock::now() - start).count());
  if (!save.empty()) result["model"] = Config(save);
  print_result(result, arguments.has("--json"));
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
