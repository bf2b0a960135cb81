// The commands of `linnet`, one a file.
#pragma once

#include "arguments.hpp"

namespace linnet::cli {

/// One command. run() prints its result on standard output; failures are exceptions.
struct Command {
  std::string_view name;
  std::string_view usage;    ///< its arguments, after "linnet <name> "
  std::string_view summary;  ///< one line
  std::span<const Option> options;
  void (*run)(const Arguments& arguments);
  std::string_view notes = {};  ///< lines behind the options in its help, each with its end
};

extern const Command kTrainText, kFinetune, kPredict, kEvaluate, kVerify, kInspect, kSummary,
    kConvert, kBench;

}  // namespace linnet::cli
