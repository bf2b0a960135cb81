#include <algorithm>
#include <cstdio>
#include <iostream>
#include <numeric>

#include "commands.hpp"

namespace linnet::cli {

namespace {

constexpr Option kOptions[] = {
    {"--text", "TEXT",
     "a text to classify, may be given again; without it, the lines of standard input", true},
    {"--top", "K", "show the K most likely labels of each text (1)"},
    {"--threads", "N", "threads to use; 0: all cores (1)"},
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

  /// As JSON they are kept, and written by finish(): one object is one object.
  void add(const std::vector<std::string>& texts) {
    const std::vector<Prediction> predictions = model_.predict(texts);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (json_) {
        list_.push_back(json_of(texts[i], predictions[i]));
      } else {
        print(predictions[i]);
      }
    }
    std::fflush(stdout);
  }

  void finish() {
    if (!json_) return;
    Config result = Config::object();
    result["predictions"] = std::move(list_);
    print_json(result);
  }

 private:
  void print(const Prediction& prediction) const {
    const char* before = "";
    if (prediction.rejected) std::printf("rejected\t");
    for (const std::size_t index : best(prediction.probabilities, top_)) {
      std::printf("%s%s\t%.4f", before, label_of(model_, index).c_str(),
                  static_cast<double>(prediction.probabilities[index]));
      before = "\t";
    }
    std::printf("\n");
  }

  Config json_of(const std::string& text, const Prediction& prediction) const {
    Config labels = Config::list();
    for (const std::size_t index : best(prediction.probabilities, top_)) {
      Config entry = Config::object();
      entry["label"] = Config(label_of(model_, index));
      entry["probability"] = Config(prediction.probabilities[index]);
      labels.push_back(std::move(entry));
    }
    Config result = Config::object();
    result["text"] = Config(text);
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

/// Lines as they come: a person, or a program at the other end of a pipe, gets an answer to each;
/// a file is read in larger pieces.
void predict_lines(Writer& writer) {
  constexpr std::size_t kMost = 256;
  std::vector<std::string> lines;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
    if (lines.size() < kMost && std::cin.rdbuf()->in_avail() > 0) continue;
    writer.add(lines);
    lines.clear();
  }
  if (!lines.empty()) writer.add(lines);
}

void run(const Arguments& arguments) {
  const std::string path = arguments.names({"MODEL"}).front();
  const std::int64_t top = arguments.integer("--top", 1, 1, 1'000'000);
  const std::int64_t threads = arguments.integer("--threads", 1, 0, 1024);
  const Model model = load_model(path, threads, false);
  Writer writer(model, static_cast<std::size_t>(top), arguments.has("--json"));
  if (arguments.has("--text")) {
    writer.add(arguments.all("--text"));
  } else {
    std::ios::sync_with_stdio(false);  // else in_avail() knows nothing
    predict_lines(writer);
  }
  writer.finish();
}

}  // namespace

const Command kPredict{"predict", "MODEL [--text TEXT ...] [options]",
                       "label and probability of each text, a line for each", kOptions, run};

}  // namespace linnet::cli
