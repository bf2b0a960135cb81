// What inputs, outputs, losses and metrics are called in messages and logs.
#include "model/names.hpp"

#include <set>

namespace linnet::inline v0::detail {

namespace {

/// A name that is taken gets a number, as Keras gives it.
std::vector<std::string> made_unique(const std::vector<std::string>& names) {
  std::set<std::string> taken;
  std::vector<std::string> unique;
  for (const std::string& name : names) {
    std::string own = name;
    for (Index n = 1; !taken.insert(own).second; ++n) own = cat(name, "_", n);
    unique.push_back(std::move(own));
  }
  return unique;
}

}  // namespace

std::string input_label(const ModelState& model, std::size_t index) {
  const auto* input = model.inputs[index].node().op.as<ops::Input>();
  if (input != nullptr && !input->name.empty()) return input->name;
  return model.inputs.size() == 1 ? "x" : cat("x[", std::uint64_t{index}, "]");
}

std::string target_label(const ModelState& model, std::size_t index) {
  return model.outputs.size() == 1 ? "y" : cat("y (", output_names(model)[index], ")");
}

std::vector<std::string> output_names(const ModelState& model) {
  std::vector<std::string> names;
  for (const Value& output : model.outputs) {
    const auto* call = output.node().op.as<ops::LayerCall>();
    names.push_back(call != nullptr ? call->layer.name() : "output");
  }
  return made_unique(names);
}

std::vector<OutputMetric> metrics_of(const ModelState& model, std::size_t output) {
  const CompileOptions& options = model.compiled->options;
  std::vector<OutputMetric> all;
  for (const Metric& metric : options.metrics) all.push_back({metric, false});
  for (const Metric& metric : options.weighted_metrics) all.push_back({metric, true});
  const std::string name = output_names(model)[output];
  for (const bool weighted : {false, true}) {
    const auto& by_output = weighted ? options.output_weighted_metrics : options.output_metrics;
    const auto own = by_output.find(name);
    if (own == by_output.end()) continue;
    for (const Metric& metric : own->second) all.push_back({metric, weighted});
  }
  return all;
}

std::vector<LogNumber> log_numbers(const ModelState& model) {
  std::vector<std::string> names;
  std::vector<Index> counts;
  std::vector<std::optional<bool>> directions;
  const auto add = [&](std::string name, Index count, std::optional<bool> larger_is_better) {
    names.push_back(std::move(name));
    counts.push_back(count);
    directions.push_back(larger_is_better);
  };
  add("loss", 1, false);
  const std::vector<std::string> outputs = output_names(model);
  const bool several = outputs.size() > 1;
  std::vector<std::size_t> with_loss;  // one alone is the loss itself
  const auto losses = model.compiled->options.loss.for_outputs(outputs.size());
  for (std::size_t k = 0; k < losses.size(); ++k) {
    if (losses[k]) with_loss.push_back(k);
  }
  for (const std::size_t k : with_loss) {
    if (with_loss.size() > 1) add(outputs[k] + "_loss", 1, false);
  }
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const Shape& y_pred = model.outputs[k].shape();
    for (const OutputMetric& m : metrics_of(model, k)) {
      const std::string name = m.metric.name();
      add(several ? cat(outputs[k], "_", name) : name, m.metric.numbers(y_pred),
          m.metric.larger_is_better());
    }
  }
  const std::vector<std::string> unique = made_unique(names);
  std::vector<LogNumber> all;
  for (std::size_t i = 0; i < unique.size(); ++i) {
    all.push_back({unique[i], directions[i]});
    for (Index n = 0; counts[i] > 1 && n < counts[i]; ++n) {
      all.push_back({cat(unique[i], "[", n, "]"), directions[i]});
    }
  }
  return all;
}

std::vector<std::string> log_names(const ModelState& model) {
  std::vector<std::string> names;
  for (LogNumber& number : log_numbers(model)) names.push_back(std::move(number.name));
  return names;
}

}  // namespace linnet::inline v0::detail
