// Image classification: a network fine-tuned on folders of photographs.
//
//   image_classification [FOLDER] [--weights open_nsfw_resnet50_thin.h5] [--epochs n] [--tune n]
//                        [--out FOLDER] [--save MODEL]
//
// FOLDER has the photographs as train/CLASS/*.jpg and test/CLASS/*.jpg; without it, 120 photographs
// of waste serve. With --weights a ResNet-50 of half width, trained on other photographs, is
// frozen and a new head put on it (--epochs); then its last stage learns too, at a low rate
// (--tune). Without, a small network learns from nothing, and not much. --out gets learning.svg
// and predictions.svg.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <linnet/linnet.hpp>
#include <map>
#include <string>
#include <vector>

namespace ln = linnet;

namespace {

struct Options {
  std::string folder = LINNET_EXAMPLE_DATA "/trashnet";
  std::string weights, out, save;
  int epochs = 20;
  int tune = 4;
};

// The networks -----------------------------------------------------------------------------------

/// ResNet-50 with half as many channels in its stages, up to its pooled features, for BGR less
/// (104, 117, 123).
ln::Model resnet50_thin(const std::string& weights) {
  const ln::Value x = ln::input({224, 224, 3});
  ln::Value y =
      x | ln::ZeroPadding2D{.padding = 3, .name = "conv1_pad"} |
      ln::Conv2D{.filters = 64, .kernel_size = 7, .strides = 2, .name = "conv1_conv"} |
      ln::BatchNormalization{.epsilon = 1.001e-5, .name = "conv1_bn"} |
      ln::Activation{.activation = "relu", .name = "conv1_relu"} |
      ln::MaxPooling2D{
          .pool_size = 3, .strides = ln::Sizes<2>(2), .padding = "same", .name = "pool1_pool"};
  const int blocks[] = {3, 4, 6, 3};
  for (int stage = 0; stage < 4; ++stage) {
    for (int block = 1; block <= blocks[stage]; ++block) {
      y = ln::blocks::residual(
          y, {.filters = ln::Index{32} << stage,
              .strides = stage > 0 && block == 1 ? 2 : 1,
              .conv_shortcut = block == 1,
              .name = "conv" + std::to_string(stage + 2) + "_block" + std::to_string(block)});
    }
  }
  ln::Model model(x, y | ln::GlobalAveragePooling2D{.name = "avg_pool"}, "resnet50_thin");
  model.load_weights(weights, {.by_name = true});
  return model;
}

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
  ln::ImageDataset train, validation, test;
};

Photographs find_photographs(const Options& options, ln::Index size) {
  const auto [train, validation] = ln::image_datasets_from_directory(
      options.folder + "/train",
      {.batch_size = 16, .image_size = {size, size}, .seed = 1, .validation_split = 0.2});
  return {train, validation,
          ln::image_dataset_from_directory(options.folder + "/test",
                                           {.image_size = {size, size}, .shuffle = false})};
}

// Training ---------------------------------------------------------------------------------------

/// What is drawn at the end.
struct Curve {
  std::vector<ln::Logs> logs;
  std::size_t frozen_epochs = 0;  ///< before the last stage was thawed

  void add(const ln::History& history) {
    logs.insert(logs.end(), history.logs.begin(), history.logs.end());
  }
};

void train(ln::Model& model, const Photographs& data, int epochs, Curve& curve) {
  curve.add(model.fit(data.train, {.epochs = epochs,
                                   .validation_data = data.validation,
                                   .callbacks = {ln::progress_to_stdout()}}));
}

/// First the head alone, on features that are computed once; then also the last stage, whose
/// normalization keeps its statistics.
ln::Model fine_tuned(const Options& options, const Photographs& data, Curve& curve) {
  ln::Model base = resnet50_thin(options.weights);
  base.trainable = false;
  const auto classes = static_cast<ln::Index>(data.train.class_names.size());
  ln::Sequential model{
      ln::applications::preprocessing("caffe"),  // BGR less ImageNet's own means
      ln::Rescaling{.scale = 1.0f, .offset = {103.939f - 104, 116.779f - 117, 123.68f - 123}},
      base,
      ln::Dropout{.rate = 0.2f},
      ln::Dense{.units = classes, .activation = "softmax", .name = "head"},
  };
  model.compile({.optimizer = ln::Adam{.learning_rate = 1e-3f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  train(model, data, options.epochs, curve);
  curve.frozen_epochs = curve.logs.size();
  if (options.tune > 0) {
    base.trainable = true;
    for (ln::Layer layer : base.layers()) {
      layer.trainable =
          layer.name().starts_with("conv5") && layer.class_name() != "BatchNormalization";
    }
    model.compile(
        {.optimizer = ln::Adam{.learning_rate = 1e-4f},
         .loss = "sparse_categorical_crossentropy",
         .metrics = {"accuracy"},
         .parameter_groups = {{.path = "resnet50_thin", .learning_rate_multiplier = 0.1f}}});
    train(model, data, options.tune, curve);
  }
  return model;
}

ln::Model from_nothing(const Options& options, const Photographs& data, Curve& curve) {
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
  train(model, data, options.epochs, curve);
  curve.frozen_epochs = curve.logs.size();
  return model;
}

// The report -------------------------------------------------------------------------------------

/// One photograph, what it shows and what the model takes it for.
struct Answer {
  std::string path, truth;
  ln::Prediction guess;
  bool right() const { return guess.label == truth; }
};

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

// Pictures ---------------------------------------------------------------------------------------

constexpr const char* kStyle =
    "<style>text{font-family:'DejaVu Sans',Helvetica,Arial,sans-serif;fill:#222}"
    ".title{font-size:20px;font-weight:bold}.label{font-size:13px}.small{font-size:12px;"
    "fill:#666}</style>\n";

template <class... Parts>
std::string format(const char* pattern, Parts... parts) {
  char text[512];
  std::snprintf(text, sizeof text, pattern, parts...);
  return text;
}

std::string svg(int width, int height, const std::string& body) {
  return format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" "
             "xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
             "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
             width, height, width, height) +
         kStyle + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + body + "</svg>\n";
}

std::string text_at(double x, double y, const char* style, const std::string& text,
                    const char* more = "") {
  return format("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" %s>", x, y, style, more) + text +
         "</text>\n";
}

/// The bytes of a file in base64, as a picture inside another file has them.
std::string base64_of(const std::string& path) {
  constexpr const char* kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k <= bytes.size() ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
    }
  }
  return text;
}

constexpr int kColumns = 6, kTileWidth = 176, kTileHeight = 132, kCaption = 44;

std::string tile(const Answer& answer, int x, int y) {
  const char* color = answer.right() ? "#2a9d4a" : "#d1372c";
  std::string body =
      format(
          "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
          "preserveAspectRatio=\"xMidYMid slice\" xlink:href=\"data:image/jpeg;base64,",
          x, y, kTileWidth, kTileHeight) +
      base64_of(answer.path) + "\"/>\n";
  body += format(
      "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"%s\" "
      "stroke-width=\"3\"/>\n",
      x, y, kTileWidth, kTileHeight, color);
  const int percent = static_cast<int>(100 * answer.guess.probability + 0.5f);
  body += text_at(x, y + kTileHeight + 17, "label",
                  answer.guess.label + " " + std::to_string(percent) + " %",
                  format("style=\"fill:%s;font-weight:bold\"", color).c_str());
  if (!answer.right()) {
    body += text_at(x, y + kTileHeight + 33, "small", "is " + answer.truth);
  }
  return body;
}

/// Some photographs that were told right and some that were not, of every class in turn.
std::string contact_sheet(const std::vector<Answer>& answers) {
  std::string body;
  int y = 16;
  for (const bool right : {true, false}) {
    std::map<std::string, std::vector<const Answer*>> by_class;
    std::size_t all = 0;
    for (const Answer& a : answers) {
      if (a.right() != right) continue;
      by_class[a.truth].push_back(&a);
      ++all;
    }
    std::vector<const Answer*> shown;
    for (std::size_t turn = 0; turn < all && shown.size() < 3 * kColumns; ++turn) {
      for (const auto& [name, list] : by_class) {
        if (turn < list.size() && shown.size() < 3 * kColumns) shown.push_back(list[turn]);
      }
    }
    body += text_at(16, y + 18, "title",
                    format("%s: %zu of %zu", right ? "Right" : "Wrong", all, answers.size()));
    y += 34;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const auto row = static_cast<int>(i) / kColumns, column = static_cast<int>(i) % kColumns;
      body += tile(*shown[i], 16 + column * (kTileWidth + 14), y + row * (kTileHeight + kCaption));
    }
    const int rows = (static_cast<int>(shown.size()) + kColumns - 1) / kColumns;
    y += rows * (kTileHeight + kCaption) + 12;
  }
  return svg(16 + kColumns * (kTileWidth + 14) + 2, y + 4, body);
}

/// One number and its val_ by epoch, from 0 to `most`.
std::string panel(const Curve& curve, const std::string& name, double most, int left) {
  constexpr double kWidth = 400, kHeight = 260, kTop = 56;
  const auto x_of = [&](double epoch) {
    return left + kWidth * epoch / std::max<double>(1, static_cast<double>(curve.logs.size()) - 1);
  };
  const auto y_of = [&](double value) {
    return kTop + kHeight * (1 - std::min(value / most, 1.0));
  };
  std::string body = text_at(left, 36, "title", name);
  for (int i = 0; i <= 4; ++i) {
    const double value = most * i / 4;
    body += format("<line x1=\"%d\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", left,
                   left + kWidth, y_of(value), y_of(value));
    body +=
        text_at(left - 8, y_of(value) + 4, "small", format("%.2f", value), "text-anchor=\"end\"");
  }
  if (curve.frozen_epochs < curve.logs.size()) {
    const double x = x_of(static_cast<double>(curve.frozen_epochs) - 0.5);
    body += format(
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\" stroke=\"#999\" "
        "stroke-dasharray=\"5 4\"/>\n",
        x, x, kTop, kTop + kHeight);
    body += text_at(x - 5, kTop + kHeight - 6, "small", "last stage thawed", "text-anchor=\"end\"");
  }
  const std::pair<const char*, const char*> lines[] = {{"", "#1f6fb4"}, {"val_", "#e07b1a"}};
  for (const auto& [prefix, color] : lines) {
    std::string points;
    for (std::size_t i = 0; i < curve.logs.size(); ++i) {
      points +=
          format("%.1f,%.1f ", x_of(static_cast<double>(i)), y_of(curve.logs[i][prefix + name]));
    }
    body += format("<polyline fill=\"none\" stroke-width=\"2.5\" stroke=\"%s\" points=\"", color) +
            points + "\"/>\n";
  }
  body += text_at(left, kTop + kHeight + 22, "small", "epoch 1");
  body += text_at(left + kWidth, kTop + kHeight + 22, "small", std::to_string(curve.logs.size()),
                  "text-anchor=\"end\"");
  return body;
}

std::string learning_curve(const Curve& curve) {
  double most = 0;
  for (const ln::Logs& logs : curve.logs) most = std::max({most, logs["loss"], logs["val_loss"]});
  std::string body =
      panel(curve, "loss", std::ceil(std::min(most, 4.0)), 64) + panel(curve, "accuracy", 1, 540);
  body += "<rect x=\"64\" y=\"356\" width=\"22\" height=\"4\" fill=\"#1f6fb4\"/>\n" +
          text_at(92, 363, "label", "training") +
          "<rect x=\"180\" y=\"356\" width=\"22\" height=\"4\" fill=\"#e07b1a\"/>\n" +
          text_at(208, 363, "label", "validation");
  return svg(964, 380, body);
}

// The program ------------------------------------------------------------------------------------

void run(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  ln::set_random_seed(1);
  const bool pretrained = !options.weights.empty();
  const Photographs data = find_photographs(options, pretrained ? 224 : 64);
  std::printf("%zu photographs to train with, %zu for validation, %zu to test with\n",
              data.train.file_paths.size(), data.validation.file_paths.size(),
              data.test.file_paths.size());
  Curve curve;
  ln::Model model =
      pretrained ? fine_tuned(options, data, curve) : from_nothing(options, data, curve);
  model.set_labels(data.train.class_names);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const auto answers = answers_for(model, data.test.file_paths);
  print_report(answers);
  std::printf("Training       %.1f s\n", seconds);
  if (!options.save.empty()) model.save(options.save);
  if (options.out.empty()) return;
  std::filesystem::create_directories(options.out);
  std::ofstream(options.out + "/learning.svg") << learning_curve(curve);
  std::ofstream(options.out + "/predictions.svg") << contact_sheet(answers);
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
    } else if (argument == "--out") {
      options.out = arguments[i];
    } else if (argument == "--save") {
      options.save = arguments[i];
    } else {
      return false;
    }
  }
  return options.epochs > 0 && options.tune >= 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(std::vector<std::string>(argv + 1, argv + argc), options)) {
    std::fprintf(stderr,
                 "usage: image_classification [FOLDER] [--weights FILE.h5] [--epochs n] [--tune n] "
                 "[--out FOLDER] [--save MODEL]\n");
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
