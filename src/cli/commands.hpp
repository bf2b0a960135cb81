// The commands of `linnet`, one a file, and what they share.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/data/table.hpp>
#include <linnet/model/model.hpp>

#include "arguments.hpp"

namespace linnet::cli {

/// One command. run() prints its result on standard output; failures are exceptions.
struct Command {
  std::string_view name;
  std::string_view usage;    ///< its arguments, after "linnet <name> "
  std::string_view summary;  ///< one line
  std::span<const Option> options;
  void (*run)(const Arguments& arguments);
};

extern const Command kTrainText, kPredict, kEvaluate, kSummary;

/// Prints one JSON object and a line end on standard output.
void print_json(const Config& object);

/// How a model does on labelled texts.
struct Score {
  Index rows = 0;
  double accuracy = 0;
  double loss = 0;  ///< the mean of -log of what the right label got
};
/// Error: a label that the model does not know, naming its row.
Score score(const Model& model, const LabelledText& data);

/// Loads a model. Error: as Model::load; a model that has no labels, if they are needed.
Model load_model(const std::string& path, std::int64_t threads, bool needs_labels);

}  // namespace linnet::cli
