// Image classification: a network fine-tuned on folders of photographs.
//
//   image_classification [FOLDER] [--weights open_nsfw_resnet50_thin.h5] [--epochs n] [--tune n]
//                        [--validation part] [--seed n] [--out FOLDER] [--save MODEL]
//
// FOLDER has the photographs as train/CLASS/*.jpg and test/CLASS/*.jpg; without it, 120 photographs
// of waste serve. With --weights a ResNet-50 of half width, trained on other photographs, is
// frozen and a new head learns from what six of its blocks give (--epochs); then its last stage
// may learn too, at a low rate (--tune). Without, a small network learns from nothing, and not
// much. --validation 0.2 keeps a fifth of the training photographs, to see when to stop. --out
// gets learning.svg and predictions.svg.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <linnet/linnet.hpp>
#include <map>
#include <string>
#include <vector>

#include "parts/contact_sheet.hpp"
#include "parts/resnet50_thin.hpp"

namespace ln = linnet;

namespace {

using example::Answer;

struct Options {
  std::string folder = LINNET_EXAMPLE_DATA "/trashnet";
  std::string weights, out, save;
  int epochs = 30;
  int tune = 0;
  double validation = 0;
  std::uint64_t seed = 1;
};

// The networks -----------------------------------------------------------------------------------

/// A few residual blocks, for pictures of 64 x 64.
ln::Model small_network() {
  const ln::Value x = ln::input({64, 64, 3});
  ln::Value y = x | ln::Conv2D{.filters = 16, .kernel_size = 3, .strides = 2, .padding = "same"} |
                ln::BatchNormalization{.momentum = 0.9} | ln::Activation{.activation = "relu"};
  for (int stage = 1; stage <= 3; ++stage) {
    y = ln::blocks::residual(y, {.filters = ln::Index{16} << stage,
                                 .strides = 2,
                                 .bottleneck = false,
                                 .name = "block" + std::to_string(stage)});
  }
  return ln::Model(x, y | ln::GlobalAveragePooling2D{}, "small");
}

struct Photographs {
  ln::ImageDataset train, test;
  ln::Data validation;  ///< empty: all are trained on
};

Photographs find_photographs(const Options& options, ln::Index size, ln::Index batch) {
  ln::ImageDatasetOptions of_train{.batch_size = batch,
                                   .image_size = {size, size},
                                   .seed = static_cast<std::uint32_t>(options.seed)};
  const std::string folder = options.folder + "/train";
  ln::ImageDataset test = ln::image_dataset_from_directory(
      options.folder + "/test", {.image_size = {size, size}, .shuffle = false});
  if (options.validation == 0) {
    return {ln::image_dataset_from_directory(folder, of_train), std::move(test), {}};
  }
  of_train.validation_split = options.validation;
  auto [train, validation] = ln::image_datasets_from_directory(folder, of_train);
  return {std::move(train), std::move(test), validation};
}

// Training ---------------------------------------------------------------------------------------

/// Trains for some epochs more than `history` has.
void train(ln::Model& model, const Photographs& data, int epochs, ln::History& history) {
  const auto done = static_cast<int>(history.logs.size());
  const ln::History more = model.fit(data.train, {.epochs = done + epochs,
                                                  .validation_data = data.validation,
                                                  .callbacks = {ln::progress_to_stdout()},
                                                  .initial_epoch = done});
  history.logs.insert(history.logs.end(), more.logs.begin(), more.logs.end());
  history.epoch.insert(history.epoch.end(), more.epoch.begin(), more.epoch.end());
}

/// The last stage learns at a tenth of the rate; its normalization keeps its statistics.
void thaw_last_stage(ln::Model& model, ln::Model& base) {
  base.trainable = true;
  for (ln::Layer layer : base.layers()) {
    layer.trainable =
        layer.name().starts_with("conv5") && layer.class_name() != "BatchNormalization";
  }
  model.compile({.optimizer = ln::Adam{.learning_rate = 1e-4f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"},
                 .parameter_groups = {{.path = base.name(), .learning_rate_multiplier = 0.1f}}});
}

/// First the head alone, on features that are computed once. bench/programs/photograph_recipes.cpp
/// has the cross-validation that chose it.
ln::Model fine_tuned(const Options& options, const Photographs& data, ln::History& history) {
  ln::Model base = example::resnet50_thin(options.weights);
  base.trainable = false;
  const auto classes = static_cast<ln::Index>(data.train.class_names.size());
  ln::Sequential model{
      example::preprocessing(),
      base,
      ln::BatchNormalization{.momentum = 0.9},  // features of all blocks on one scale
      ln::Dropout{.rate = 0.5f},
      ln::Dense{.units = classes, .activation = "softmax", .name = "head"},
  };
  const ln::schedules::CosineDecay rate{.initial_learning_rate = 3e-3f,
                                        .decay_steps = options.epochs * data.train.size()};
  model.compile({.optimizer = ln::AdamW{.learning_rate = rate, .weight_decay = 0.3f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  train(model, data, options.epochs, history);
  if (options.tune > 0) {
    thaw_last_stage(model, base);
    train(model, data, options.tune, history);
  }
  return model;
}

ln::Model from_nothing(const Options& options, const Photographs& data, ln::History& history) {
  ln::Sequential model{
      ln::applications::preprocessing("tf"),
      small_network(),
      ln::Dense{.units = static_cast<ln::Index>(data.train.class_names.size()),
                .activation = "softmax",
                .name = "head"},
  };
  model.compile({.optimizer = ln::Adam{.learning_rate = 1e-3f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  train(model, data, options.epochs, history);
  return model;
}

// The report -------------------------------------------------------------------------------------

std::vector<Answer> answers_for(const ln::Model& model, const std::vector<std::string>& paths) {
  const auto guesses = model.predict_images(paths);
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto folder = std::filesystem::path(paths[i]).parent_path().filename();
    answers.push_back({paths[i], folder.string(), guesses[i]});
  }
  return answers;
}

void print_report(const std::vector<Answer>& answers) {
  std::map<std::string, std::pair<int, int>> by_class;  // right, all
  std::map<std::pair<std::string, std::string>, int> confused;
  int right = 0;
  for (const Answer& a : answers) {
    auto& [of_class, all] = by_class[a.truth];
    of_class += a.right() ? 1 : 0;
    right += a.right() ? 1 : 0;
    ++all;
    if (!a.right()) ++confused[{a.truth, a.guess.label}];
  }
  std::printf("\nAccuracy by class\n");
  for (const auto& [name, count] : by_class) {
    std::printf("  %-12s %5.1f %%  %3d of %d\n", name.c_str(),
                100.0 * count.first / std::max(count.second, 1), count.first, count.second);
  }
  std::vector<std::pair<int, std::string>> pairs;
  for (const auto& [names, count] : confused) {
    pairs.emplace_back(-count, names.first + " taken for " + names.second);
  }
  std::sort(pairs.begin(), pairs.end());
  std::printf("\nMost confused\n");
  for (std::size_t i = 0; i < std::min<std::size_t>(5, pairs.size()); ++i) {
    std::printf("  %3d x  %s\n", -pairs[i].first, pairs[i].second.c_str());
  }
  std::printf("\nTest accuracy  %.4f (%d of %zu photographs)\n",
              static_cast<double>(right) / static_cast<double>(answers.size()), right,
              answers.size());
}

// The program ------------------------------------------------------------------------------------

void run(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  ln::set_random_seed(options.seed);
  const bool pretrained = !options.weights.empty();
  const Photographs data =
      pretrained ? find_photographs(options, 224, 48) : find_photographs(options, 64, 16);
  std::printf("%zu photographs to train with, %zu to test with\n", data.train.file_paths.size(),
              data.test.file_paths.size());
  ln::History history;
  ln::Model model =
      pretrained ? fine_tuned(options, data, history) : from_nothing(options, data, history);
  model.set_labels(data.train.class_names);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const auto answers = answers_for(model, data.test.file_paths);
  print_report(answers);
  std::printf("Training       %.1f s\n", seconds);
  if (!options.save.empty()) model.save(options.save);
  if (options.out.empty()) return;
  std::filesystem::create_directories(options.out);
  std::ofstream(options.out + "/learning.svg") << ln::learning_curves(history);
  std::ofstream(options.out + "/predictions.svg") << example::contact_sheet(answers);
  std::printf("Pictures       %s/learning.svg, predictions.svg\n", options.out.c_str());
}

/// False: the arguments make no sense.
bool parse(const std::vector<std::string>& arguments, Options& options) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--")) {
      options.folder = argument;
      continue;
    }
    if (++i == arguments.size()) return false;
    if (argument == "--weights") {
      options.weights = arguments[i];
    } else if (argument == "--epochs") {
      options.epochs = std::atoi(arguments[i].c_str());
    } else if (argument == "--tune") {
      options.tune = std::atoi(arguments[i].c_str());
    } else if (argument == "--validation") {
      options.validation = std::atof(arguments[i].c_str());
    } else if (argument == "--seed") {
      options.seed = static_cast<std::uint64_t>(std::atoll(arguments[i].c_str()));
    } else if (argument == "--out") {
      options.out = arguments[i];
    } else if (argument == "--save") {
      options.save = arguments[i];
    } else {
      return false;
    }
  }
  return options.epochs > 0 && options.tune >= 0 && options.validation >= 0 &&
         options.validation < 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(std::vector<std::string>(argv + 1, argv + argc), options)) {
    std::fprintf(stderr,
                 "usage: image_classification [FOLDER] [--weights FILE.h5] [--epochs n] [--tune n] "
                 "[--validation part] [--seed n] [--out FOLDER] [--save MODEL]\n");
    return 2;
  }
  try {
    run(options);
    return 0;
  } catch (const ln::Error& error) {
    std::fprintf(stderr, "image_classification: %s\n", error.what());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "image_classification: %s\n", error.what());
    return 1;
  }
}
