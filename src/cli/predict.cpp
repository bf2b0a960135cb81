#include <algorithm>
#include <cstdio>
#include <iostream>
#include <linnet/core/printable.hpp>
#include <linnet/io/atomic_file.hpp>
#include <linnet/io/npy.hpp>
#include <numeric>

#include "arrays.hpp"
#include "commands.hpp"
#include "load_model.hpp"
#include "print_result.hpp"

namespace linnet::cli {

namespace {

constexpr Option kOptions[] = {
    {"--text", "TEXT",
     "a text to classify, may be given again; without it, the lines of standard input", true},
    {"--image", "FILE...", "a JPEG or PNG picture to classify, and all names behind MODEL", true},
    {"--input", "X.npy", "an input; given again for each further one, in the model's order", true},
    {"--output", "Y.npy", "where to write an output; given again for each further one", true},
    {"--weights", "W.h5", "weights for a JSON architecture"},
    {"--top", "K", "show the K most likely labels of each text or picture (1)", false, "!--input"},
    {"--batch-size", "N", "with --input: rows at a time (256)", false, "--input"},
    {"--threads", "N", "threads to use; 0: all cores (1)"},
    kMaxBytes,
    kMaxParameters,
    {"--json", "", "print one JSON object"},
};

/// A model without labels answers with class numbers.
std::string label_of(const Model& model, std::size_t index) {
  const auto& labels = model.labels();
  return index < labels.size() ? labels[index] : std::to_string(index);
}

/// The k most likely classes, the best first.
std::vector<std::size_t> best(const std::vector<float>& probabilities, std::size_t k) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto shown = static_cast<std::ptrdiff_t>(std::min(k, order.size()));
  std::partial_sort(
      order.begin(), order.begin() + shown, order.end(), [&](std::size_t a, std::size_t b) {
        return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
      });
  order.resize(static_cast<std::size_t>(shown));
  return order;
}

class Writer {
 public:
  Writer(const Model& model, std::size_t top, bool json) : model_(model), top_(top), json_(json) {}

  void add_texts(const std::vector<std::string>& texts) {
    add("text", texts, model_.predict(texts));
  }
  void add_images(const std::vector<std::string>& paths) {
    add("image", paths, model_.predict_images(paths));
  }

  void finish() {
    if (!json_) return;
    Config result = Config::object();
    result["predictions"] = std::move(list_);
    print_json(result);
  }

 private:
  /// As JSON they are kept, and written by finish(): one object is one object.
  void add(const char* kind, const std::vector<std::string>& of,
           const std::vector<Prediction>& predictions) {
    for (std::size_t i = 0; i < of.size(); ++i) {
      if (json_) {
        list_.push_back(json_of(kind, of[i], predictions[i]));
      } else {
        print(predictions[i]);
      }
    }
    std::fflush(stdout);
  }

  void print(const Prediction& prediction) const {
    const char* before = "";
    if (prediction.rejected) std::printf("rejected\t");
    for (const std::size_t index : best(prediction.probabilities, top_)) {
      std::printf("%s%s\t%.4f", before, detail::printable(label_of(model_, index)).c_str(),
                  static_cast<double>(prediction.probabilities[index]));
      before = "\t";
    }
    std::printf("\n");
  }

  Config json_of(const char* kind, const std::string& of, const Prediction& prediction) const {
    Config labels = Config::list();
    for (const std::size_t index : best(prediction.probabilities, top_)) {
      Config entry = Config::object();
      entry["label"] = Config(label_of(model_, index));
      entry["probability"] = Config(prediction.probabilities[index]);
      labels.push_back(std::move(entry));
    }
    Config result = Config::object();
    result[kind] = Config(of);
    result["label"] = Config(label_of(model_, static_cast<std::size_t>(prediction.index)));
    result["probability"] = Config(prediction.probability);
    if (model_.rejection_threshold() > 0) result["rejected"] = Config(prediction.rejected);
    if (top_ > 1) result["top"] = std::move(labels);
    return result;
  }

  const Model& model_;
  std::size_t top_;
  bool json_;
  Config list_ = Config::list();
};

/// Answers to lines, of which the first has this number; a line that cannot be answered is named,
/// and those before it are answered.
void add_lines(Writer& writer, const std::vector<std::string>& lines, std::uint64_t number) {
  try {
    return writer.add_texts(lines);
  } catch (const Error&) {
  }
  for (const std::string& line : lines) {
    try {
      writer.add_texts({line});
    } catch (const Error& error) {
      throw error.within(detail::cat("standard input: line ", number));
    }
    ++number;
  }
}

/// Lines as they come: a person, or a program at the other end of a pipe, gets an answer to each;
/// a file is read in larger pieces.
void predict_lines(Writer& writer) {
  constexpr std::size_t kMost = 256;
  std::vector<std::string> lines;
  std::string line;
  std::uint64_t first = 1;
  while (std::getline(std::cin, line)) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
    if (lines.size() < kMost && std::cin.rdbuf()->in_avail() > 0) continue;
    add_lines(writer, lines, first);
    first += lines.size();
    lines.clear();
  }
  if (std::cin.bad()) throw Error(ErrorCode::io, "standard input: cannot be read");
  if (!lines.empty()) add_lines(writer, lines, first);
}

/// Writes all or, as far as what is found beforehand goes, none.
void write_arrays(const std::vector<std::string>& paths, const std::vector<Tensor>& arrays) {
  std::vector<std::unique_ptr<AtomicFile>> files;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    files.push_back(std::make_unique<AtomicFile>(paths[i]));
    files.back()->write(to_npy(arrays[i]));
  }
  for (const auto& file : files) file->commit();
}

/// Arrays in, arrays out.
void predict_arrays(const Model& model, const Arguments& arguments) {
  const std::vector<std::string> paths = arguments.all("--output");
  const Index batch_size = arguments.integer("--batch-size", 256, 1, 1'000'000'000);
  require_count(paths, model.outputs().size(), "--output", "outputs");
  std::vector<std::string> read = arguments.all("--input");
  read.insert(read.end(), {arguments.names({"MODEL"}).front(), arguments.text("--weights")});
  require_apart(paths, read);
  const std::vector<Tensor> x = read_inputs(model, arguments.all("--input"));
  const std::vector<Tensor> y = model.predict_all(x, {.batch_size = batch_size});
  write_arrays(paths, y);
  Config outputs = Config::list();
  for (std::size_t i = 0; i < y.size(); ++i) {
    Config sizes = Config::list(), output = Config::object();
    for (const Index size : y[i].shape()) sizes.push_back(Config(size));
    output["file"] = Config(paths[i]);
    output["shape"] = std::move(sizes);
    outputs.push_back(std::move(output));
    if (!arguments.has("--json")) {
      std::printf("%s\t%s\n", detail::printable(paths[i]).c_str(), y[i].shape().str().c_str());
    }
  }
  if (!arguments.has("--json")) return;
  Config result = Config::object();
  result["outputs"] = std::move(outputs);
  print_json(result);
}

void run(const Arguments& arguments) {
  const bool images = arguments.has("--image"), arrays = arguments.has("--input");
  const std::vector<std::string> names = arguments.names({"MODEL"}, images);
  if (images + arrays + arguments.has("--text") > 1) {
    throw UsageError("--text, --image and --input exclude one another");
  }
  if (arrays != arguments.has("--output")) throw UsageError("--input and --output go together");
  const std::int64_t top = arguments.integer("--top", 1, 1, 1'000'000);
  const Model model =
      load_model(names.front(), {.threads = arguments.integer("--threads", 1, 0, 1024),
                                 .weights = arguments.text("--weights"),
                                 .limits = limits_of(arguments)});
  if (arrays) return predict_arrays(model, arguments);
  Writer writer(model, static_cast<std::size_t>(top), arguments.has("--json"));
  if (images) {
    std::vector<std::string> paths = arguments.all("--image");
    paths.insert(paths.end(), names.begin() + 1, names.end());
    writer.add_images(paths);
  } else if (arguments.has("--text")) {
    writer.add_texts(arguments.all("--text"));
  } else {
    std::ios::sync_with_stdio(false);  // else in_avail() knows nothing
    predict_lines(writer);
  }
  writer.finish();
}

}  // namespace

const Command kPredict{
    "predict",
    "MODEL [--text TEXT ... | --image FILE... | --input X.npy ... --output Y.npy ...] [options]",
    "label and probability of each text or picture, a line for each; or arrays for arrays",
    kOptions,
    run,
    "MODEL is a .keras, .h5 or JSON file of Keras, or linnet's own. X.npy holds numbers, or texts "
    "as "
    "numpy saves\nthem (its types U, and S in UTF-8).\n"};

}  // namespace linnet::cli
