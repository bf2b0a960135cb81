#include <algorithm>
#include <linnet/layers.hpp>
#include <linnet/model/inspect_model.hpp>

#include "io/file.hpp"
#include "io/model_file.hpp"
#include "keras/call_context.hpp"
#include "keras/call_data.hpp"
#include "keras/file_config.hpp"
#include "keras/function_call.hpp"
#include "keras/layer_call.hpp"
#include "keras/model_reader.hpp"
#include "keras/training_config.hpp"
#include "model/load_limits.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using namespace detail::keras;

namespace {

/// What `f` throws, in one line; empty: nothing.
template <class F>
std::string problem_of(F&& f) {
  try {
    f();
    return {};
  } catch (const Error& error) {
    std::string line = error.what();
    std::ranges::replace(line, '\n', ' ');
    return line;
  }
}

std::string name_of(const Config& item, const Config& config) {
  for (const Config* from : {&item, &config}) {
    const Config* name = from->is_object() ? from->find("name") : nullptr;
    if (name != nullptr && name->is_string()) return name->as_string();
  }
  return {};
}

/// The layers that a config lists, each made by itself.
class Lister {
 public:
  Lister(Inspection& result, bool config_alone) : result_(result) {
    context_.config_alone = config_alone;
  }

  /// Those of a model. Error: corrupt_file: it has no list of layers.
  void add_layers(const Config& config, const std::string& prefix) {
    const Config& entries = config.is_list() ? config : config.at("layers");
    for (const Config& item : entries.items()) add(item, prefix);
  }

 private:
  void add(const Config& item, const std::string& prefix) {
    InspectedLayer layer;
    const Config* inner = nullptr;
    layer.problem = problem_of([&] {
      const Entry entry(item);
      layer.class_name = entry.class_name;
      layer.path = prefix + name_of(item, *entry.config);
      if (entry.is_model()) {
        inner = entry.config;
      } else if (entry.is_input()) {
        read_input(entry);
      } else {
        check(entry, item);
      }
    });
    const std::size_t at = result_.layers.size();
    result_.layers.push_back(layer);
    if (inner == nullptr) return;
    std::string problem = problem_of([&] { add_layers(*inner, layer.path + "/"); });
    result_.layers[at].problem = std::move(problem);
  }

  void check(const Entry& entry, const Config& item) {
    const Config* nodes = item.find("inbound_nodes");
    const auto calls = nodes != nullptr ? read_calls(*nodes) : std::vector<CallData>{};
    if (entry.is_operation()) {
      for (const CallData& call : calls) read_function(entry, call);
      return;
    }
    const Layer layer = read_layer(entry, context_);
    for (const CallData& call : calls) {
      masks_of_call(layer, call, tensors_of_call(layer, call));
      is_inference(layer, call);
    }
  }

  Inspection& result_;
  ReadContext context_;
};

/// Connects the model, without weights.
void check_whole(const Config& config, const Config* compiled, const LoadLimits& limits,
                 const Assets* assets, Inspection& result) {
  std::shared_ptr<detail::ModelState> model;
  result.problem = problem_of([&] {
    ReadContext context;
    context.assets = assets;
    context.config_alone = assets == nullptr;
    model = read_model(Entry(config), context);
    detail::check_parameters(*model, limits);
  });
  if (model == nullptr || compiled == nullptr) return;
  result.training_problem = problem_of([&] { training_settings(*model, *compiled); });
}

Inspection inspected(std::string format, const Config& config, const Config* compiled,
                     const LoadLimits& limits, const Assets* assets = nullptr) {
  Inspection result;
  result.format = std::move(format);
  Lister(result, assets == nullptr)
      .add_layers(Entry(config).is_model() ? config.at("config") : config, "");
  const bool all =
      std::ranges::all_of(result.layers, &std::string::empty, &InspectedLayer::problem);
  if (all) check_whole(config, compiled, limits, assets, result);
  return result;
}

/// A file of linnet's describes its layers in its own way, and its models too.
void add_own(const Config& config, const std::string& prefix, Inspection& result) {
  for (const Config& entry : config.at("layers").items()) {
    const std::string& class_name = entry.at("class_name").as_string();
    const Config& fields = entry.at("config");
    const std::string path = prefix + name_of(entry, fields);
    if (class_name == "Sequential" || class_name == "Functional") {
      result.layers.push_back({path, class_name, {}});
      add_own(fields, path + "/", result);
      continue;
    }
    result.layers.push_back(
        {path, class_name, problem_of([&] { layer_from_config(class_name, fields); })});
  }
}

Inspection inspected_own(const std::string& path, const LoadLimits& limits) {
  Inspection result;
  result.format = "linnet";
  const Config config = detail::own_config(path, limits);
  detail::naming(path, [&] {
    add_own(config, "", result);
    if (!result.supported()) return;
    result.problem = problem_of(
        [&] { detail::check_parameters(*detail::model_from_config(config, false), limits); });
  });
  return result;
}

}  // namespace

bool Inspection::supported() const {
  return problem.empty() &&
         std::ranges::all_of(layers, &std::string::empty, &InspectedLayer::problem);
}

Inspection inspect_model(const std::string& path, const LoadLimits& limits) {
  detail::check_limits(limits);
  const FileKind kind = kind_of(path, limits);
  if (kind == FileKind::own) return inspected_own(path, limits);
  if (kind == FileKind::zip) {
    const detail::ZipFile file(path, zip_limits(limits));
    const Assets assets(file, limits);
    const Config config = config_of(file, limits);
    return detail::naming(path, [&] {
      return inspected("keras", config, config.find("compile_config"), limits, &assets);
    });
  }
  if (kind == FileKind::json) {
    const Config config = config_of(path, limits);
    return detail::naming(path, [&] { return inspected("json", config, nullptr, limits); });
  }
  detail::Hdf5File file(path, hdf5_limits(limits));
  const Config config = config_of(file, limits), compiled = training_config_of(file, limits);
  return detail::naming(path, [&] {
    return inspected("h5", config, compiled.is_null() ? nullptr : &compiled, limits);
  });
}

}  // namespace linnet::inline v0
