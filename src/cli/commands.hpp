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
  std::string_view notes = {};  ///< lines behind the options in its help
};

extern const Command kTrainText, kFinetune, kPredict, kEvaluate, kVerify, kInspect, kSummary,
    kConvert, kBench;

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

struct Loading {
  std::int64_t threads = 1;
  std::string weights = {};  ///< a file of Keras's, read into the model; empty: none
  bool compile = false;      ///< with what the model was compiled with
};
/// Loads a model. Error: as Model::load and Model::load_weights.
Model load_model(const std::string& path, const Loading& loading);

}  // namespace linnet::cli
