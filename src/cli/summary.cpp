#include <cstdio>
#include <linnet/core/printable.hpp>
#include <linnet/model/model_to_dot.hpp>
#include <linnet/model/summary.hpp>

#include "commands.hpp"
#include "load_model.hpp"
#include "print_result.hpp"

namespace linnet::cli {

namespace {

constexpr Option kOptions[] = {
    {"--weights", "W.h5", "weights for a JSON architecture"},
    kMaxBytes,
    kMaxParameters,
    {"--json", "", "print one JSON object"},
    {"--dot", "", "print the graph of the layers for Graphviz: | dot -Tsvg > model.svg", false,
     "!--json"},
};

/// Sizes, null where any size will do.
Config json_of(const Shape& shape) {
  Config sizes = Config::list();
  for (const Index size : shape) sizes.push_back(size == any ? Config() : Config(size));
  return sizes;
}

Config json_of(const LayerSummary& layer) {
  Config shapes = Config::list();
  for (const Shape& shape : layer.output_shapes) shapes.push_back(json_of(shape));
  Config json = Config::object();
  json["path"] = Config(layer.path);
  json["class"] = Config(layer.class_name);
  json["output_shape"] = layer.output_shapes.size() == 1 ? json_of(layer.output_shapes[0]) : shapes;
  json["parameters"] = Config(layer.parameters);
  json["trainable"] = Config(layer.trainable);
  return json;
}

Config json_of(const ModelSummary& summary, const std::vector<std::string>& labels) {
  Config layers = Config::list(), names = Config::list();
  for (const LayerSummary& layer : summary.layers) layers.push_back(json_of(layer));
  for (const std::string& label : labels) names.push_back(Config(label));
  Config json = Config::object();
  json["name"] = Config(summary.name);
  json["layers"] = std::move(layers);
  json["parameters"] = Config(summary.parameters());
  json["trainable_parameters"] = Config(summary.trainable_parameters);
  json["non_trainable_parameters"] = Config(summary.non_trainable_parameters);
  json["labels"] = std::move(names);
  return json;
}

void run(const Arguments& arguments) {
  const std::string path = arguments.names({"MODEL"}).front();
  const Model model = load_model(path, {.weights = arguments.text("--weights"),
                                        .any_weights = true,
                                        .limits = limits_of(arguments)});
  if (arguments.has("--dot")) {
    std::printf("%s", model_to_dot(model, {.expand_nested = true}).c_str());
    return;
  }
  if (arguments.has("--json"))
    return print_json(json_of(summarize(model, {.expand_nested = true}), model.labels()));
  std::printf("%s", model.summary({.expand_nested = true}).c_str());
  if (model.labels().empty()) return;
  std::printf("Labels (%zu):\n", model.labels().size());
  for (const std::string& label : model.labels()) {
    std::printf("  %s\n", detail::printable(label).c_str());
  }
}

}  // namespace

const Command kSummary{"summary", "MODEL [options]", "layers, shapes, parameters and labels",
                       kOptions, run};

}  // namespace linnet::cli
