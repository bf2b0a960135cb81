// Text classification, from a file of labelled lines to a saved model that takes raw text.
//
//   text_classification [TRAIN.tsv[.gz] TEST.tsv[.gz]] [--language zh] [--no-mask] [--epochs n]
//                       [--save MODEL]
//
// Rows are label<TAB>text. Without files it sorts questions that bank customers asked, one of 77
// kinds each. With --language zh every character is a word, which suits Chinese. Without --save the
// model is saved to a temporary file, loaded and removed.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <linnet/linnet.hpp>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace ln = linnet;

namespace {

struct Options {
  std::string train = LINNET_EXAMPLE_DATA "/banking77/train.tsv.gz";
  std::string test = LINNET_EXAMPLE_DATA "/banking77/test.tsv.gz";
  std::string language = "en";
  std::string save;
  bool mask = true;
  int epochs = 10;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Words become numbers: 0 is padding, 1 a word that training never saw, then the words of the
/// training texts, the most frequent first. Every text becomes 64 numbers.
ln::TextVectorization learn_words(const ln::LabelledText& train, const Options& options) {
  ln::TextVectorization vectorize{
      .max_tokens = 20000,
      .split = options.language == "zh" ? ln::Split("character") : ln::Split("whitespace"),
      .output_sequence_length = 64,
  };
  vectorize.adapt(train.texts);
  return vectorize;
}

/// The mean of the vectors of a text's words, and one Dense layer on it. Short texts are mostly
/// padding: unless the mean leaves it out (mask_zero), it drowns the words.
ln::Sequential make_model(ln::Index words, ln::Index classes, bool mask) {
  ln::Sequential model{
      ln::Embedding{.input_dim = words, .output_dim = 64, .mask_zero = mask},
      ln::GlobalAveragePooling1D{},
      ln::Dense{.units = classes, .activation = "softmax"},
  };
  model.compile({.optimizer = "adam", .loss = "categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

// The report -------------------------------------------------------------------------------------

struct ClassResult {
  ln::Index id = 0;
  int rows = 0;
  int right = 0;
  double accuracy() const { return rows == 0 ? 0.0 : static_cast<double>(right) / rows; }
};

/// `confusion` (classes, classes): how often the row's class was taken for the column's.
std::vector<ClassResult> by_class(const ln::Tensor& confusion) {
  const auto classes = static_cast<std::size_t>(confusion.shape()[0]);
  const auto counts = confusion.data<std::int32_t>();
  std::vector<ClassResult> results(classes);
  for (std::size_t i = 0; i < classes; ++i) {
    const auto row = counts.subspan(i * classes, classes);
    results[i] = {static_cast<ln::Index>(i), std::accumulate(row.begin(), row.end(), 0), row[i]};
  }
  std::erase_if(results, [](const ClassResult& result) { return result.rows == 0; });
  std::stable_sort(results.begin(), results.end(), [](const ClassResult& a, const ClassResult& b) {
    return a.accuracy() < b.accuracy();
  });
  return results;
}

void print_classes(const std::vector<ClassResult>& results, const ln::LabelIndex& labels) {
  constexpr std::size_t kShown = 5;
  const std::size_t all = results.size();
  std::printf("\nAccuracy by class (of %zu)\n", all);
  for (std::size_t i = 0; i < all; ++i) {
    if (i >= kShown && i + kShown < all) {
      if (i == kShown) std::printf("     ...\n");
      continue;
    }
    const ClassResult& r = results[i];
    std::printf("  %6.1f %%  %4d of %-5d %s\n", 100 * r.accuracy(), r.right, r.rows,
                labels.name(r.id).c_str());
  }
}

void print_confused(const ln::Tensor& confusion, const ln::LabelIndex& labels) {
  struct Pair {
    int count;
    ln::Index truth, guess;
  };
  std::vector<Pair> pairs;
  const ln::Index classes = confusion.shape()[0];
  const auto counts = confusion.data<std::int32_t>();
  for (ln::Index t = 0; t < classes; ++t) {
    for (ln::Index g = 0; g < classes; ++g) {
      const int count = counts[static_cast<std::size_t>(t * classes + g)];
      if (t != g && count > 0) pairs.push_back({count, t, g});
    }
  }
  const auto shown = std::min<std::ptrdiff_t>(5, std::ssize(pairs));
  std::partial_sort(pairs.begin(), pairs.begin() + shown, pairs.end(),
                    [](const Pair& a, const Pair& b) { return a.count > b.count; });
  std::printf("\nMost confused\n");
  for (const Pair& pair : std::span(pairs).first(static_cast<std::size_t>(shown))) {
    std::printf("  %4d x  %-44s taken for %s\n", pair.count, labels.name(pair.truth).c_str(),
                labels.name(pair.guess).c_str());
  }
}

/// Some test texts as the loaded model sees them: text in, label out.
void print_predictions(const ln::Model& model, const ln::LabelledText& test) {
  constexpr std::size_t kShown = 8;
  std::printf("\nFrom raw text, by the saved and loaded model\n");
  const std::size_t step = std::max<std::size_t>(1, test.texts.size() / kShown);
  for (std::size_t row = 0, n = 0; row < test.texts.size() && n < kShown; row += step, ++n) {
    const ln::Prediction guess = model.predict(test.texts[row]);
    const bool right = guess.label == test.labels[row];
    std::printf("  %5.1f %%  %-44s %s\n", 100 * static_cast<double>(guess.probability),
                guess.label.c_str(), test.texts[row].c_str());
    if (!right) std::printf("           (it is %s)\n", test.labels[row].c_str());
  }
}

// The program ------------------------------------------------------------------------------------

std::string temporary_name() {
  const auto name = "text_classification_" + std::to_string(std::random_device{}()) + ".linnet";
  return (std::filesystem::temp_directory_path() / name).string();
}

/// The vectorizer and the model as one, in one file: what reads it needs nothing else.
ln::Model save_and_load(const ln::TextVectorization& vectorize, const ln::Sequential& model,
                        const ln::LabelIndex& labels, const std::string& save) {
  ln::Sequential whole{vectorize, model};
  whole.build({ln::any});
  whole.set_labels(labels.names());
  const std::string path = save.empty() ? temporary_name() : save;
  whole.save(path);
  std::printf("\nSaved to %s (%.1f MB)\n", save.empty() ? "a temporary file" : path.c_str(),
              static_cast<double>(std::filesystem::file_size(path)) / 1e6);
  ln::Model loaded = ln::Model::load(path);
  if (save.empty()) std::filesystem::remove(path);  // what is loaded stays
  return loaded;
}

void run(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  const ln::LabelledText train = ln::read_labelled_text(options.train);
  const ln::LabelledText test = ln::read_labelled_text(options.test);
  const auto labels = ln::LabelIndex::of(train.labels);
  const ln::TextVectorization vectorize = learn_words(train, options);

  const ln::Tensor x_train = vectorize(train.texts), x_test = vectorize(test.texts);
  const ln::Tensor y_train = ln::to_categorical(labels.ids(train.labels), labels.size());
  const ln::Tensor y_test = ln::to_categorical(labels.ids(test.labels), labels.size());
  const double reading = seconds_since(start);

  ln::Sequential model = make_model(vectorize.vocabulary_size(), labels.size(), options.mask);
  const auto training_start = std::chrono::steady_clock::now();
  model.fit(x_train, y_train,
            {.epochs = options.epochs,
             .validation_data = {x_test, y_test},
             .callbacks = {ln::progress_to_stdout()}});
  const double training = seconds_since(training_start);

  std::printf("\n%s\n", model.summary().c_str());
  const ln::Logs logs = model.evaluate(x_test, y_test);
  const ln::Tensor confusion =
      ln::confusion_matrix(labels.ids(test.labels), model.predict(x_test), labels.size());
  std::printf("Test rows      %zu\n", test.texts.size());
  std::printf("Test accuracy  %.4f\n", logs["accuracy"]);
  std::printf("Test loss      %.4f\n", logs["loss"]);
  std::printf("Reading        %.2f s (both files, words, numbers)\n", reading);
  std::printf("Training       %.2f s (%d epochs of %zu rows, validation included)\n", training,
              options.epochs, train.texts.size());
  print_classes(by_class(confusion), labels);
  print_confused(confusion, labels);
  print_predictions(save_and_load(vectorize, model, labels, options.save), test);
}

/// False: the arguments make no sense.
bool parse(const std::vector<std::string>& arguments, Options& options) {
  std::vector<std::string> files;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--mask" || argument == "--no-mask") {
      options.mask = argument == "--mask";
    } else if (argument.starts_with("--")) {
      if (++i == arguments.size()) return false;
      if (argument == "--language") {
        options.language = arguments[i];
      } else if (argument == "--save") {
        options.save = arguments[i];
      } else if (argument == "--epochs") {
        options.epochs = std::atoi(arguments[i].c_str());
      } else {
        return false;
      }
    } else {
      files.push_back(argument);
    }
  }
  if (files.size() == 2) {
    options.train = files[0];
    options.test = files[1];
  }
  const bool known = options.language == "en" || options.language == "zh";
  return (files.empty() || files.size() == 2) && options.epochs > 0 && known;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(std::vector<std::string>(argv + 1, argv + argc), options)) {
    std::fprintf(stderr,
                 "usage: text_classification [TRAIN.tsv[.gz] TEST.tsv[.gz]] [--language zh] "
                 "[--no-mask] [--epochs n] [--save MODEL]\n");
    return 2;
  }
  try {
    run(options);
    return 0;
  } catch (const ln::Error& error) {
    std::fprintf(stderr, "text_classification: %s\n", error.what());
    return 1;
  }
}
