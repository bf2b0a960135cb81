#include <chrono>
#include <cmath>
#include <fstream>
#include <limits>
#include <linnet/applications/text_classifier.hpp>
#include <linnet/io/json.hpp>
#include <linnet/model/callbacks.hpp>
#include <linnet/model/rejection.hpp>
#include <linnet/text/labels.hpp>
#include <optional>
#include <random>

#include "commands.hpp"
#include "print_result.hpp"
#include "progress.hpp"
#include "score.hpp"

namespace linnet::cli {

namespace {

using Clock = std::chrono::steady_clock;
using applications::TextClassifierOptions;

constexpr Option kOptions[] = {
    {"--save", "MODEL", "write the trained model to this file"},
    {"--test", "TEST.tsv", "rows to measure the accuracy on"},
    {"--config", "FILE.json",
     "options by name, {\"epochs\": 5, \"batch_size\": 64}; those given here come before them. A "
     "key "
     "\"rules\" holds TextRules in the place of the language's"},
    {"--language", "NAME", "en, or zh: Chinese, by words and characters (en)"},
    {"--epochs", "N", "passes over the rows (3)"},
    {"--batch-size", "N", "rows of one training step (32)"},
    {"--dim", "N", "numbers in a word's vector (32)"},
    {"--learning-rate", "RATE", "at the start; 0: by the number of classes (0)"},
    {"--seed", "N", "seed of everything random (0)"},
    {"--threads", "N", "threads to use; 0: all cores (0)"},
    {"--validation-split", "PART",
     "keep this part of the rows, for instance 0.1, drawn at random, out of training and measure "
     "the accuracy on it (0)"},
    {"--answer", "PART",
     "with --validation-split: predict is to reject texts that it is less sure of than of this "
     "part "
     "of the rows kept, for instance 0.95 (0: it answers all)"},
    {"--resume", "",
     "keep the training in MODEL.backup after each epoch, and go on with one that was ended"},
    {"--header", "",
     "the first row of each file names its columns: 'label' and 'text' are read, or of two of "
     "other "
     "names the first as the label"},
    {"--json", "", "print one JSON object"},
};

struct Job {
  TextClassifierOptions options;
  std::string save;
  bool json = false;
  double answer = 0;  ///< the part of the validation rows that is to be answered; 0: all
  LabelledText train, validation, test;
};

TextRules rules_of(const Config& config) {
  try {
    return TextRules::from_config(config);
  } catch (const Error& error) {
    throw error.within("'rules'");
  }
}

std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  for (char c; file.get(c);) text += c;
  if (!file.is_open() || file.bad()) throw Error(ErrorCode::io, path + ": cannot be read");
  return text;
}

/// The options of the command line and behind them those of --config.
Arguments with_config(Arguments arguments, std::optional<TextRules>& rules) {
  const std::string path = arguments.text("--config");
  if (path.empty()) return arguments;
  const std::string text = text_of_file(path);
  try {
    Config options = Config::object();
    const Config whole = parse_json(text);
    for (const auto& [key, value] : whole.members()) {
      if (key == "config") throw UsageError(path + ": 'config' is no option of a file");
      if (key == "rules") {
        rules = rules_of(value);
      } else {
        options[key] = value;
      }
    }
    arguments.add(kOptions, options, path);
  } catch (const Error& error) {
    throw error.within(path);
  }
  return arguments;
}

/// Moves a random part of `rows` to the result. Files are often sorted by label, so that the last
/// rows would not do.
LabelledText take_part(LabelledText& rows, double part, std::uint64_t seed) {
  const std::size_t count = rows.texts.size();
  const auto taken = static_cast<std::size_t>(std::ceil(part * static_cast<double>(count)));
  if (taken >= count) {
    throw Error(ErrorCode::invalid_argument, "--validation-split leaves no rows to train on");
  }
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < taken; ++i) {
    const std::size_t last = count - 1 - i;
    const std::size_t pick = random() % (last + 1);
    std::swap(rows.texts[pick], rows.texts[last]);
    std::swap(rows.labels[pick], rows.labels[last]);
  }
  const auto middle = static_cast<std::ptrdiff_t>(count - taken);
  LabelledText part_rows{{rows.labels.begin() + middle, rows.labels.end()},
                         {rows.texts.begin() + middle, rows.texts.end()}};
  rows.labels.resize(count - taken);
  rows.texts.resize(count - taken);
  return part_rows;
}

/// Error: a label of which no row is left to train on.
void require_trained(const LabelIndex& labels, const LabelledText& kept) {
  try {
    for (const std::string& label : kept.labels) labels.id(label);
  } catch (const Error& error) {
    throw error.within("--validation-split leaves no row to train on");
  }
}

TextClassifierOptions options_of(const Arguments& arguments) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  TextClassifierOptions options;
  options.language = arguments.text("--language", options.language);
  if (options.language != "en" && options.language != "zh") {
    throw UsageError("--language must be en or zh, got '" + options.language + "'");
  }
  options.epochs = static_cast<int>(arguments.integer("--epochs", options.epochs, 1, kMost));
  options.batch_size = arguments.integer("--batch-size", options.batch_size, 1, kMost);
  options.output_dim = arguments.integer("--dim", options.output_dim, 1, 65536);
  options.learning_rate =
      static_cast<float>(arguments.number("--learning-rate", options.learning_rate, 0, 1e3));
  options.seed = static_cast<std::uint64_t>(
      arguments.integer("--seed", 0, 0, std::numeric_limits<std::int64_t>::max()));
  options.threads = static_cast<int>(arguments.integer("--threads", 0, 0, 1024));
  options.callbacks = progress_on_terminal();
  return options;
}

/// Everything that can be wrong with the files is found before training starts.
Job job_of(const Arguments& command_line) {
  std::optional<TextRules> rules;
  const Arguments arguments = with_config(command_line, rules);
  const std::string train = arguments.names({"TRAIN.tsv"}).front();
  Job job{.options = options_of(arguments),
          .save = arguments.text("--save"),
          .json = arguments.has("--json"),
          .answer = arguments.number("--answer", 0, 0, 1),
          .train = {},
          .validation = {},
          .test = {}};
  const double part = arguments.number("--validation-split", 0, 0, 1);
  job.options.rules = std::move(rules);
  if (job.answer > 0 && part == 0) throw UsageError("--answer needs --validation-split");
  if (arguments.has("--resume")) {
    if (job.save.empty()) throw UsageError("--resume needs --save");
    job.options.callbacks.push_back(BackupAndRestore{.backup_dir = job.save + ".backup"});
  }
  if (job.save.empty() && !arguments.has("--test") && part == 0) {
    throw UsageError(
        "nothing would be done with the model: give --save, --test or --validation-split");
  }
  if (!job.save.empty()) {
    require_apart({job.save}, {train, arguments.text("--test"), arguments.text("--config")});
    check_writable(job.save, {".keras", ".h5", ".hdf5"},
                   "Keras has no such layers; end it in .linnet");
  }
  const TableFormat format{.header = arguments.has("--header")};
  job.train = read_labelled_text(train, format);
  if (arguments.has("--test")) job.test = read_labelled_text(arguments.text("--test"), format);
  if (part > 0) job.validation = take_part(job.train, part, job.options.seed);
  const auto labels = LabelIndex::of(job.train.labels);
  require_known(labels, job.test, arguments.text("--test"), format);
  require_trained(labels, job.validation);
  return job;
}

Config result_of(const Job& job, const Model& model, double seconds) {
  Config result = Config::object();
  result["test_accuracy"] = Config();
  if (!job.test.texts.empty()) result["test_accuracy"] = Config(score(model, job.test).accuracy);
  if (!job.validation.texts.empty()) {
    result["validation_accuracy"] = Config(score(model, job.validation).accuracy);
  }
  result["train_seconds"] = Config(std::round(seconds * 1e3) / 1e3);
  result["epochs"] = Config(job.options.epochs);
  result["parameters"] = Config(model.count_params());
  result["classes"] = Config(static_cast<Index>(model.labels().size()));
  result["train_rows"] = Config(static_cast<Index>(job.train.texts.size()));
  if (!job.validation.texts.empty()) {
    result["validation_rows"] = Config(static_cast<Index>(job.validation.texts.size()));
  }
  if (!job.test.texts.empty()) {
    result["test_rows"] = Config(static_cast<Index>(job.test.texts.size()));
  }
  if (job.answer > 0) result["rejection_threshold"] = Config(model.rejection_threshold());
  if (!job.save.empty()) result["model"] = Config(job.save);
  return result;
}

void run(const Arguments& arguments) {
  const Job job = job_of(arguments);
  const auto start = Clock::now();
  Model model = applications::train_text_classifier(job.train.texts, job.train.labels, job.options);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (job.answer > 0) {
    const RocCurve curve = rejection_curve(model, job.validation.texts);
    model.set_rejection_threshold(curve.at_recall(job.answer).threshold);
  }
  if (!job.save.empty()) model.save(job.save);
  print_result(result_of(job, model, seconds), job.json);
}

}  // namespace

const Command kTrainText{"train-text",
                         "TRAIN.tsv[.gz] [--save MODEL] [--test TEST.tsv[.gz]] [options]",
                         "train a text classifier on rows of label<TAB>text", kOptions, run};

}  // namespace linnet::cli
