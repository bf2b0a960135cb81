#include <cstdio>
#include <filesystem>
#include <linnet/core/printable.hpp>
#include <linnet/io/npy.hpp>
#include <map>

#include "arrays.hpp"
#include "commands.hpp"
#include "load_model.hpp"
#include "print_result.hpp"

namespace linnet::cli {

namespace {

constexpr Option kOptions[] = {
    {"--input", "X.npy", "an input; given again for each further one, in the model's order", true},
    {"--expect", "Y.npy", "what an output should be; given again for each further one", true},
    {"--layers", "FOLDER", "compare layers too: <layer>.npy is what that layer should give"},
    {"--tolerance", "T",
     "how much may differ, as a part of the largest number that is expected (1e-4)"},
    {"--weights", "W.h5", "weights for a JSON architecture"},
    {"--batch-size", "N", "rows at a time (256)"},
    {"--threads", "N", "threads to use; 0: all cores (0)"},
    kMaxBytes,
    kMaxParameters,
    {"--json", "", "print one JSON object"},
};

/// An array of a layer or output beside what it should be.
struct Compared {
  std::string name;
  Difference found;
};

/// The layers of the model that the folder has arrays for, in the order in which they run.
struct Probes {
  std::vector<std::string> names;
  std::vector<std::string> paths;
  Values values;
};

/// The arrays in the folder by their names. What layers are called makes no path: that comes from
/// the model.
std::map<std::string, std::string> arrays_in(const std::string& folder) {
  std::error_code problem;
  std::map<std::string, std::string> paths;
  std::filesystem::directory_iterator files(folder, problem);
  if (problem) throw Error(ErrorCode::io, folder + ": " + problem.message());
  for (const auto& file : files) {
    const std::filesystem::path& path = file.path();
    if (path.extension() == ".npy") paths.emplace(path.stem().string(), path.string());
  }
  return paths;
}

/// What the layer of a node gives in Keras: a layer that it has as its activation comes behind it,
/// under its name, where linnet reads the file. One that has an array is a layer of its own.
std::map<const Node*, Value> activated_nodes(const std::vector<std::shared_ptr<const Node>>& order,
                                             const std::map<std::string, std::string>& arrays) {
  std::map<const Node*, Value> all;
  for (const auto& node : order) {
    const auto* call = node->op.as<ops::LayerCall>();
    if (call == nullptr || node->inputs.size() != 1 || arrays.contains(call->layer.name())) {
      continue;
    }
    const auto* host = node->inputs[0].node().op.as<ops::LayerCall>();
    if (host == nullptr || call->layer.name() != host->layer.name() + "_activation") continue;
    all.emplace(&node->inputs[0].node(), Value(node, 0));
  }
  return all;
}

Probes probes_of(const Model& model, const std::string& folder) {
  const std::map<std::string, std::string> arrays = arrays_in(folder);
  const auto order = topological_order(model.outputs());
  const std::map<const Node*, Value> activated = activated_nodes(order, arrays);
  Probes probes;
  for (const auto& node : order) {
    const auto* call = node->op.as<ops::LayerCall>();
    if (call == nullptr) continue;
    const std::string& name = call->layer.name();
    const bool known = std::ranges::find(probes.names, name) != probes.names.end();
    const auto array = arrays.find(name);
    if (known || array == arrays.end()) continue;
    probes.names.push_back(name);
    probes.paths.push_back(array->second);
    const auto behind = activated.find(node.get());
    probes.values.push_back(behind != activated.end() ? behind->second : Value(node, 0));
  }
  return probes;
}

Compared compared(const std::string& name, const Tensor& got, const Tensor& expected) {
  try {
    return {name, difference(got, expected)};
  } catch (const Error& error) {
    throw error.within(name);
  }
}

std::vector<Compared> compare_layers(const Model& model, const std::vector<Tensor>& x,
                                     const std::string& folder, const PredictOptions& options) {
  const Probes probes = probes_of(model, folder);
  if (probes.names.empty()) {
    throw Error(ErrorCode::not_found, folder + ": it has no <layer>.npy of a layer of the model");
  }
  const Model inside(model.inputs(), probes.values);
  const std::vector<Tensor> got = inside.predict_all(x, options);
  std::vector<Compared> all;
  for (std::size_t i = 0; i < got.size(); ++i) {
    all.push_back(compared(probes.names[i], got[i], read_npy(probes.paths[i])));
  }
  return all;
}

void print_lines(const char* title, std::vector<Compared> all, double tolerance) {
  for (Compared& one : all) one.name = detail::printable(one.name);
  std::size_t width = std::string_view(title).size();
  for (const Compared& one : all) width = std::max(width, one.name.size());
  std::printf("%-*s  max absolute  max relative\n", static_cast<int>(width), title);
  for (const auto& [name, found] : all) {
    std::printf("%-*s  %12.3g  %12.3g%s\n", static_cast<int>(width), name.c_str(), found.absolute,
                found.relative, found.relative > tolerance ? "  differs" : "");
  }
}

Config json_of(const std::vector<Compared>& all) {
  Config list = Config::list();
  for (const auto& [name, found] : all) {
    Config entry = Config::object();
    entry["name"] = Config(name);
    const Config numbers = found.config();
    for (const auto& [key, value] : numbers.members()) entry[key] = value;
    list.push_back(std::move(entry));
  }
  return list;
}

const Compared* first_beyond(const std::vector<Compared>& all, double tolerance) {
  for (const Compared& one : all) {
    if (one.found.relative > tolerance) return &one;
  }
  return nullptr;
}

void run(const Arguments& arguments) {
  const std::string path = arguments.names({"MODEL"}).front();
  const double tolerance = arguments.number("--tolerance", 1e-4, 0, 1e9);
  const PredictOptions options{.batch_size =
                                   arguments.integer("--batch-size", 256, 1, 1'000'000'000)};
  const Model model = load_model(path, {.threads = arguments.integer("--threads", 0, 0, 1024),
                                        .weights = arguments.text("--weights"),
                                        .limits = limits_of(arguments)});
  const std::vector<Tensor> x = read_inputs(model, arguments.all("--input"));
  const std::vector<std::string> expected_paths = arguments.all("--expect");
  const std::vector<Tensor> expected = read_outputs(model, expected_paths, "--expect");
  std::vector<Compared> layers, outputs;
  if (arguments.has("--layers")) {
    layers = compare_layers(model, x, arguments.text("--layers"), options);
  }
  const std::vector<Tensor> y = model.predict_all(x, options);
  for (std::size_t i = 0; i < y.size(); ++i) {
    outputs.push_back(compared(expected_paths[i], y[i], expected[i]));
  }
  const Compared* layer = first_beyond(layers, tolerance);
  const Compared* output = first_beyond(outputs, tolerance);
  if (arguments.has("--json")) {
    Config json = Config::object();
    json["equal"] = Config(layer == nullptr && output == nullptr);
    json["tolerance"] = Config(tolerance);
    json["outputs"] = json_of(outputs);
    if (!layers.empty()) json["layers"] = json_of(layers);
    print_json(json);
  } else {
    if (!layers.empty()) print_lines("layer", layers, tolerance);
    print_lines("output", outputs, tolerance);
  }
  if (layer == nullptr && output == nullptr) return;
  const std::string where = layer != nullptr
                                ? "the first layer that differs is '" + layer->name + "'"
                                : "it differs from " + output->name;
  throw Error(ErrorCode::invalid_argument, path + ": " + where);
}

}  // namespace

const Command kVerify{
    "verify",
    "MODEL --input X.npy --expect Y.npy [options]",
    "compare what a model gives with what it should give, also layer by layer",
    kOptions,
    run,
    "The exit code is 1 where a number differs by more than the tolerance. This is how Keras "
    "writes the arrays\n(of a model whose layers give one output and are used once):\n\n"
    "  m = keras.saving.load_model('m.keras'); x = numpy.load('x.npy'); "
    "numpy.save('y.npy', m.predict(x))\n"
    "  inside = keras.Model(m.inputs, [l.output for l in m.layers]); os.makedirs('layers')\n"
    "  for l, y in zip(m.layers, inside.predict(x)): numpy.save(f'layers/{l.name}.npy', y)\n\n"
    "Where x are texts, Keras takes tensorflow.constant(x).\n"};

}  // namespace linnet::cli
