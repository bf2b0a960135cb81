#include <cstdio>

#include "commands.hpp"

namespace linnet::cli {

namespace {

constexpr Option kOptions[] = {
    {"--threads", "N", "threads to use; 0: all cores (0)"},
    {"--header", "", "the first row names the columns; 'label' and 'text' are read"},
    {"--json", "", "print one JSON object"},
};

void run(const Arguments& arguments) {
  const std::vector<std::string> names = arguments.names({"MODEL", "TEST.tsv"});
  const std::int64_t threads = arguments.integer("--threads", 0, 0, 1024);
  const Model model = load_model(names[0], threads, true);
  const LabelledText data = read_labelled_text(names[1], {.header = arguments.has("--header")});
  Score result;
  try {
    result = score(model, data);
  } catch (const Error& error) {
    throw error.within(names[1]);
  }
  if (arguments.has("--json")) {
    Config object = Config::object();
    object["accuracy"] = Config(result.accuracy);
    object["loss"] = Config(result.loss);
    object["rows"] = Config(result.rows);
    object["classes"] = Config(static_cast<Index>(model.labels().size()));
    return print_json(object);
  }
  std::printf("rows      %lld\naccuracy  %.4f\nloss      %.4f\n",
              static_cast<long long>(result.rows), result.accuracy, result.loss);
}

}  // namespace

const Command kEvaluate{"evaluate", "MODEL TEST.tsv[.gz] [options]",
                        "accuracy and loss on rows of label<TAB>text", kOptions, run};

}  // namespace linnet::cli
