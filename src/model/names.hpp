// What inputs, outputs, losses and metrics are called in messages and logs.
#pragma once

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// In messages: the name of its Input, or else "x", of several "x[i]".
std::string input_label(const ModelState& model, std::size_t index);
/// In messages: "y", of several "y (dense_1)".
std::string target_label(const ModelState& model, std::size_t index);
/// The names of the layers that make the outputs, each once: "dense", "dense_1".
std::vector<std::string> output_names(const ModelState& model);
struct OutputMetric {
  Metric metric;
  bool weighted = false;
};
/// The metrics of one output, in the order of the logs.
std::vector<OutputMetric> metrics_of(const ModelState& model, std::size_t output);
struct LogNumber {
  std::string name;
  std::optional<bool> larger_is_better;  ///< empty: nobody knows
};
/// "loss", of several outputs "dense_loss", ..., "accuracy", "accuracy_1", "f1_score[0]", ...
std::vector<LogNumber> log_numbers(const ModelState& model);
std::vector<std::string> log_names(const ModelState& model);

}  // namespace linnet::inline v0::detail
