#include <algorithm>
#include <cstdio>
#include <linnet/core/printable.hpp>
#include <linnet/model/inspect_model.hpp>

#include "commands.hpp"
#include "load_model.hpp"
#include "print_result.hpp"

namespace linnet::cli {

namespace {

constexpr Option kOptions[] = {
    kMaxBytes,
    kMaxParameters,
    {"--json", "", "print one JSON object"},
};

Config json_of(const Inspection& found) {
  Config layers = Config::list();
  for (const InspectedLayer& layer : found.layers) {
    Config entry = Config::object();
    entry["path"] = Config(layer.path);
    entry["class"] = Config(layer.class_name);
    entry["supported"] = Config(layer.problem.empty());
    entry["problem"] = layer.problem.empty() ? Config() : Config(layer.problem);
    layers.push_back(std::move(entry));
  }
  Config json = Config::object();
  json["format"] = Config(found.format);
  json["supported"] = Config(found.supported());
  json["problem"] = found.problem.empty() ? Config() : Config(found.problem);
  json["training_problem"] =
      found.training_problem.empty() ? Config() : Config(found.training_problem);
  json["layers"] = std::move(layers);
  return json;
}

/// Whatever the file calls its layers, each has one line.
Inspection printable(Inspection found) {
  for (InspectedLayer& layer : found.layers) {
    for (std::string* text : {&layer.path, &layer.class_name, &layer.problem}) {
      *text = detail::printable(*text);
    }
  }
  found.problem = detail::printable(found.problem);
  found.training_problem = detail::printable(found.training_problem);
  return found;
}

void print_lines(const Inspection& found) {
  std::size_t path = 0, name = 0;
  for (const InspectedLayer& layer : found.layers) {
    path = std::max(path, layer.path.size());
    name = std::max(name, layer.class_name.size());
  }
  for (const InspectedLayer& layer : found.layers) {
    const char* verdict = layer.problem.empty() ? "supported" : "not supported: ";
    std::printf("%-*s  %-*s  %s%s\n", static_cast<int>(path), layer.path.c_str(),
                static_cast<int>(name), layer.class_name.c_str(), verdict, layer.problem.c_str());
  }
  if (!found.problem.empty()) std::printf("Not supported: %s\n", found.problem.c_str());
  if (!found.training_problem.empty()) {
    std::printf("Loads for prediction only: %s\n", found.training_problem.c_str());
  }
}

void run(const Arguments& arguments) {
  const std::string path = arguments.names({"MODEL"}).front();
  const Inspection found = inspect_model(path, limits_of(arguments));
  if (arguments.has("--json")) {
    print_json(json_of(found));
  } else {
    print_lines(printable(found));
  }
  if (found.supported()) return;
  const auto bad = std::ranges::count_if(
      found.layers, [](const InspectedLayer& layer) { return !layer.problem.empty(); });
  throw Error(ErrorCode::unsupported,
              bad == 0 ? path + ": not supported: " + found.problem
                       : detail::cat(path, ": of ", std::uint64_t{found.layers.size()},
                                     " layers, not supported: ", static_cast<Index>(bad)));
}

}  // namespace

const Command kInspect{"inspect",
                       "MODEL [options]",
                       "list each layer of a model file as supported or not, and why",
                       kOptions,
                       run,
                       "MODEL is a .keras, .h5 or JSON file of Keras, or linnet's own. Weights are "
                       "not read. The exit code\nis 0 if all layers are supported, else 1.\n"};

}  // namespace linnet::cli
