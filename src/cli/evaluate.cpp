#include <algorithm>
#include <linnet/model/rejection.hpp>

#include "arrays.hpp"
#include "commands.hpp"
#include "load_model.hpp"
#include "print_result.hpp"
#include "score.hpp"

namespace linnet::cli {

namespace {

constexpr Option kOptions[] = {
    {"--threads", "N", "threads to use; 0: all cores (0)"},
    {"--out-of-scope", "FILE.tsv",
     "rows of none of the classes, to see how well the model's sureness tells them: the area under "
     "its ROC curve, and what part of both files it answers",
     false, "!--input"},
    {"--input", "X.npy",
     "in the place of TEST.tsv: an input; given again for each further one, in the model's order",
     true},
    {"--expect", "Y.npy",
     "with --input: the targets of an output; given again for each further one", true},
    {"--loss", "NAME", "with --input: in the place of what the model was compiled with", false,
     "--input"},
    {"--metric", "NAME", "with --loss: a metric, may be given again", true, "--loss"},
    {"--weights", "W.h5", "with --input: weights for a JSON architecture", false, "--input"},
    {"--batch-size", "N", "with --input: rows at a time (32)", false, "--input"},
    {"--header", "",
     "the first row names the columns: 'label' and 'text' are read, or of two of other names the "
     "first as the label",
     false, "!--input"},
    kMaxBytes,
    kMaxParameters,
    {"--json", "", "print one JSON object"},
};

/// Adds what `data` and rows of none of the classes say about rejection.
void add_rejection(Config& result, const Model& model, const LabelledText& data,
                   const LabelledText& outside) {
  const RocCurve curve = rejection_curve(model, data.texts, outside.texts);
  const auto threshold = model.rejection_threshold();
  const auto& points = curve.points();
  const auto first_below = std::ranges::find_if(
      points, [&](const RocPoint& point) { return point.threshold < threshold; });
  const RocPoint& last = *(first_below - 1);  // the first point is above all
  result["out_of_scope_rows"] = Config(static_cast<Index>(outside.texts.size()));
  result["auc"] = Config(curve.auc());
  result["rejection_threshold"] = Config(threshold);
  result["answered"] = Config(last.recall);
  result["answered_out_of_scope"] = Config(last.false_positive_rate);
}

/// What compile() was given, or --loss and --metric.
Model compiled_model(const std::string& path, const Arguments& arguments, std::int64_t threads) {
  Loading loading{
      .threads = threads, .weights = arguments.text("--weights"), .limits = limits_of(arguments)};
  if (!arguments.has("--loss")) {
    loading.compile = true;
    return load_model(path, loading);
  }
  const Loss loss = Loss::named(arguments.text("--loss"));
  std::vector<Metric> metrics;
  for (const std::string& name : arguments.all("--metric")) metrics.push_back(Metric::named(name));
  Model model = load_model(path, loading);
  model.compile({.loss = loss, .metrics = std::move(metrics)});
  return model;
}

/// Loss and metrics on arrays.
void evaluate_arrays(const Arguments& arguments, std::int64_t threads) {
  const std::string path = arguments.names({"MODEL"}).front();
  const Index batch_size = arguments.integer("--batch-size", 32, 1, 1'000'000'000);
  Model model = compiled_model(path, arguments, threads);
  const std::vector<Tensor> x = read_inputs(model, arguments.all("--input"));
  const std::vector<Tensor> y = read_outputs(model, arguments.all("--expect"), "--expect");
  Logs logs;
  try {
    logs = model.evaluate(x, y, {.batch_size = batch_size});
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_state || arguments.has("--loss")) throw;
    throw Error(error.code(), path + ": it was saved without a loss: give --loss");
  }
  Config object = Config::object();
  for (const auto& [name, value] : logs) object[name] = Config(value);
  print_result(object, arguments.has("--json"));
}

void evaluate_texts(const Arguments& arguments, std::int64_t threads) {
  const std::vector<std::string> names = arguments.names({"MODEL", "TEST.tsv"});
  const Model model = load_model(names[0], {.threads = threads, .limits = limits_of(arguments)});
  if (model.labels().empty()) {
    throw Error(ErrorCode::bad_state,
                names[0] +
                    ": the model has no labels to look for in rows of text; with arrays give "
                    "--input and --expect");
  }
  const TableFormat format{.header = arguments.has("--header")};
  const LabelledText data = read_labelled_text(names[1], format);
  require_known(LabelIndex(model.labels()), data, names[1], format);
  Config rejection = Config::object();
  if (arguments.has("--out-of-scope")) {
    add_rejection(rejection, model, data,
                  read_labelled_text(arguments.text("--out-of-scope"), format));
  }
  const Score result = score(model, data);
  Config object = Config::object();
  object["rows"] = Config(result.rows);
  object["accuracy"] = Config(result.accuracy);
  object["loss"] = Config(result.loss);
  object["classes"] = Config(static_cast<Index>(model.labels().size()));
  for (const auto& [key, value] : rejection.members()) object[key] = value;
  print_result(object, arguments.has("--json"));
}

void run(const Arguments& arguments) {
  const std::int64_t threads = arguments.integer("--threads", 0, 0, 1024);
  if (arguments.has("--input") != arguments.has("--expect")) {
    throw UsageError("--input and --expect go together");
  }
  arguments.has("--input") ? evaluate_arrays(arguments, threads)
                           : evaluate_texts(arguments, threads);
}

}  // namespace

const Command kEvaluate{"evaluate",
                        "MODEL {TEST.tsv[.gz] | --input X.npy ... --expect Y.npy ...} [options]",
                        "accuracy and loss on rows of label<TAB>text, or on arrays", kOptions, run};

}  // namespace linnet::cli
