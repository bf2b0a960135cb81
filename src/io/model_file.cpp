// linnet's own model files: one safetensors file.
//   metadata  linnet.format, linnet.version, linnet.model (JSON: config, training, labels, ...)
//   tensors   <path>                     a parameter, as everybody but training reads it
//             optimizer/<path>/<slot>    what the optimizer keeps of it
//             optimizer/<path>/rows      the table itself, if rows of it wait for updates
//             assets/<layer path>/<name> what a layer learnt outside training
//             fit/<callback>/<name>      what a callback keeps of a fit() that goes on
//             self_test/x0, y0, ...      a few rows, and what the model makes of them
// Lists of strings are packed as uint8.
#include "io/model_file.hpp"

#include <algorithm>
#include <linnet/io/json.hpp>
#include <linnet/io/packed_strings.hpp>
#include <linnet/version.hpp>
#include <set>
#include <span>

#include "io/file.hpp"
#include "io/safetensors_format.hpp"
#include "model/load_limits.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::FitPosition;
using detail::LayerInstance;
using detail::ModelState;
using detail::TensorTable;

namespace {

constexpr int kFormat = 1;
constexpr const char* kFitPrefix = "fit/";
constexpr std::string_view kStringSuffix = ":strings";  ///< of a packed asset

std::string version_text() {
  return cat(LINNET_VERSION_MAJOR, ".", LINNET_VERSION_MINOR, ".", LINNET_VERSION_PATCH);
}

/// Calls f(layer, path) for all layers, those of inner models after these.
template <class F>
void each_layer(const LayerInstance& model, const std::string& prefix, F&& f) {
  for (const auto& layer : model.sublayers()) {
    const std::string path = prefix + layer->name;
    f(*layer, path);
    each_layer(*layer, path + "/", f);
  }
}

/// A file keeps a layer with the model that it belongs to, so it can belong to one only.
void refuse_layers_of_two_models(const ModelState& model) {
  std::set<const LayerInstance*> seen;
  each_layer(model, "", [&](const LayerInstance& layer, const std::string& path) {
    if (seen.insert(&layer).second) return;
    fail(ErrorCode::unsupported,
         cat("save: the layer '", path, "' is part of two of the models that this one is made of"));
  });
}

Config model_json(const ModelState& model, const SaveOptions& options,
                  const std::optional<FitPosition>& fit) {
  Config json = Config::object();
  json["config"] = model.config();
  json["training"] = options.include_optimizer ? detail::training_config(model) : Config();
  json["fit"] = fit ? fit->config : Config();
  json["seed"] = Config(static_cast<std::int64_t>(model.seed));
  json["deterministic"] = Config(model.run.deterministic);
  Config labels = Config::list();
  for (const std::string& label : model.labels) labels.push_back(Config(label));
  json["labels"] = std::move(labels);
  if (model.rejection_threshold > 0) {
    json["rejection_threshold"] = Config(model.rejection_threshold);
  }
  return json;
}

void add_assets(const ModelState& model, std::vector<NamedTensor>& tensors) {
  each_layer(model, "", [&](const LayerInstance& layer, const std::string& path) {
    if (detail::as_model(layer) != nullptr) return;
    for (const auto& [name, tensor] : layer.assets()) {
      const std::string full = cat("assets/", path, "/", name);
      if (tensor.dtype() != DType::string) {
        tensors.push_back({full, tensor});
        continue;
      }
      const auto strings = tensor.data<std::string>();
      tensors.push_back({cat(full, kStringSuffix), pack_strings({strings.begin(), strings.end()})});
    }
  });
}

/// f(), which refuses what does not fit together in a file.
template <class F>
void require_consistent(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    fail(ErrorCode::corrupt_file, error.what());
  }
}

void restore_assets(ModelState& model, TensorTable& tensors) {
  each_layer(model, "", [&](LayerInstance& layer, const std::string& path) {
    if (detail::as_model(layer) != nullptr) return;
    LayerAssets assets;
    for (NamedTensor& asset : tensors.take_all(cat("assets/", path, "/"), false)) {
      std::string_view name = asset.name;
      if (name.ends_with(kStringSuffix)) {
        name.remove_suffix(kStringSuffix.size());
        assets.emplace_back(name, Tensor::strings(unpack_strings(asset.tensor)));
      } else {
        assets.emplace_back(name, asset.tensor.clone());
      }
    }
    layer.set_assets(assets);
  });
  // Now that the vocabularies are known.
  require_consistent([&] {
    detail::check_id_counts(model);
    each_layer(model, "", [](const LayerInstance& layer, const std::string&) {
      if (const ModelState* inner = detail::as_model(layer)) detail::check_id_counts(*inner);
    });
  });
}

/// The weights in the order of parameters_of(). Error: corrupt_file: one is missing, or has another
/// shape.
std::vector<Tensor> take_weights(const ModelState& model, TensorTable& tensors) {
  std::vector<Tensor> weights;
  for (const auto& p : detail::parameters_of(model)) {
    weights.push_back(tensors.take(p.path, p.parameter->type));
  }
  return weights;
}

void restore_weights(ModelState& model, TensorTable& tensors) {
  const std::vector<Tensor> weights = take_weights(model, tensors);
  std::size_t i = 0;
  for (const auto& p : detail::parameters_of(model)) {
    p.parameter->value = weights[i++].clone();
    ++p.parameter->version;
  }
}

/// Where the fit() stood within which the file was saved, if it was.
std::optional<FitPosition> take_fit(const Config& json, TensorTable& tensors) {
  FitPosition fit;
  for (NamedTensor& named : tensors.take_all(kFitPrefix, false)) {
    fit.tensors.emplace(std::move(named.name), std::move(named.tensor));
  }
  const Config* config = json.find("fit");
  if (config == nullptr || config->is_null()) return {};
  fit.config = *config;
  return fit;
}

[[noreturn]] void refuse_foreign(const std::string& path, std::string_view why) {
  fail(ErrorCode::corrupt_file, cat(path, " is not a linnet model: ", why));
}

/// Throws unless the file begins with the bytes that linnet's files begin with.
void check_start(const std::string& path) {
  using namespace detail::safetensors;
  const detail::InputFile file(path);
  std::string start(std::min<std::uint64_t>(file.size(), kDigitsAt), '\0');
  detail::naming(path, [&] { file.read(0, std::as_writable_bytes(std::span(start))); });
  if (start.empty()) refuse_foreign(path, "it is empty");
  const std::string_view header =
      std::string_view(start).substr(std::min(start.size(), kLengthBytes));
  if (header == kHeaderStart) return;
  if (header.starts_with('{')) refuse_foreign(path, "its header is not one that linnet writes");
  refuse_foreign(path,
                 "it does not begin with a safetensors header; nor is it one of Keras's files "
                 "(.keras, .h5, JSON)");
}

/// The config of a model whatever its name.
Config unnamed(Config config) {
  config["name"] = Config();
  return config;
}

SafetensorsFile read_tensors(const std::string& path) {
  check_start(path);
  SafetensorsFile file = read_safetensors(path, {.checksum = ChecksumRule::required});
  for (const char* key : {"linnet.format", "linnet.model"}) {
    if (file.find_metadata(key) == nullptr) refuse_foreign(path, cat("it has no ", key));
  }
  return file;
}

/// The JSON of a file of our format. Error: unsupported: a newer format.
Config read_json(const SafetensorsFile& file, const LoadLimits& limits = {}) {
  const std::string* format = file.find_metadata("linnet.format");
  if (*format != cat(kFormat)) {
    fail(ErrorCode::unsupported, cat("expected a model file of format ", kFormat, ", got format '",
                                     *format, "', which a newer linnet has written"));
  }
  return parse_json(*file.find_metadata("linnet.model"),
                    {.depth = static_cast<std::size_t>(limits.depth), .non_finite = true});
}

Model restored(SafetensorsFile file, const LoadOptions& options) {
  const Config json = read_json(file, options.limits);
  auto state = detail::model_from_config(json.at("config"), false);
  detail::check_parameters(*state, options.limits);
  TensorTable tensors(std::move(file.tensors));
  state->seed = static_cast<std::uint64_t>(json.at("seed").as_integer());
  state->run.deterministic = json.at("deterministic").as_bool();
  for (const Config& label : json.at("labels").items()) state->labels.push_back(label.as_string());
  require_consistent([&] { detail::check_labels(*state, state->labels); });
  if (const Config* threshold = json.find("rejection_threshold")) {
    state->rejection_threshold = static_cast<float>(threshold->as_number());
  }
  restore_assets(*state, tensors);
  restore_weights(*state, tensors);
  std::optional<FitPosition> fit = take_fit(json, tensors);
  if (options.compile) {
    detail::restore_training(*state, json.at("training"), tensors);
    state->stopped = std::move(fit);
  } else {
    tensors.take_all("optimizer/", false);
  }
  Model model(std::move(state));
  detail::run_self_test(model, tensors);
  tensors.check_empty();
  return model;
}

}  // namespace

namespace detail {

void save_own_file(const Model& saved, const std::string& path, const SaveOptions& options) {
  const ModelState& model = *saved.state();
  refuse_layers_of_two_models(model);
  make_readable(model);
  std::optional<FitPosition> fit;
  if (options.include_optimizer && model.compiled) {
    fit = model.position ? model.position() : model.stopped;
  }
  SafetensorsFile file;
  file.metadata = {
      {"linnet.format", cat(kFormat)},
      {"linnet.version", version_text()},
      {"linnet.model", to_json(model_json(model, options, fit), {.non_finite = true})}};
  for (const auto& p : parameters_of(model)) {
    const Parameter& parameter = *p.parameter;
    const bool waits = !parameter.caught_up.empty();
    file.tensors.push_back({p.path, waits ? parameter.caught_up : parameter.value});
  }
  if (options.include_optimizer) add_training(model, file.tensors);
  if (fit) {
    for (const auto& [name, tensor] : fit->tensors) {
      file.tensors.push_back({kFitPrefix + name, tensor});
    }
  }
  add_assets(model, file.tensors);
  add_self_test(saved, file.tensors);
  write_safetensors(path, file);
}

Model load_own_file(const std::string& path, const LoadOptions& options) {
  SafetensorsFile file = read_tensors(path);
  return naming(path, [&] { return restored(std::move(file), options); });
}

Config own_config(const std::string& path, const LoadLimits& limits) {
  const SafetensorsFile file = read_tensors(path);
  return naming(path, [&] { return read_json(file, limits).at("config"); });
}

void load_training(ModelState& model, const std::string& path) {
  SafetensorsFile file = read_tensors(path);
  naming(path, [&] {
    const Config json = read_json(file);
    if (unnamed(json.at("config")) != unnamed(model.config())) {
      fail(ErrorCode::bad_state,
           "it was saved with another model; make the model as before, or remove the file to train "
           "anew");
    }
    const auto seed = static_cast<std::uint64_t>(json.at("seed").as_integer());
    if (seed != model.seed) {
      fail(ErrorCode::bad_state,
           cat("it was saved with another random seed: call set_random_seed(", seed,
               ") before the model is made, or remove the file to train anew"));
    }
    require_same_settings(model, json.at("training"));
    TensorTable tensors(std::move(file.tensors));
    restore_assets(model, tensors);
    restore_weights(model, tensors);
    restore_progress(model, json.at("training"), tensors);
    model.stopped = take_fit(json, tensors);
    model.plans.clear();
  });
}

TensorTable::TensorTable(std::vector<NamedTensor> tensors) {
  for (NamedTensor& named : tensors) {
    tensors_.emplace(std::move(named.name), std::move(named.tensor));
  }
}

Tensor TensorTable::take(const std::string& name) {
  auto found = tensors_.extract(name);
  if (found.empty()) fail(ErrorCode::corrupt_file, cat("the tensor '", name, "' is missing"));
  return std::move(found.mapped());
}

Tensor TensorTable::take(const std::string& name, const TensorType& type) {
  Tensor tensor = take(name);
  if (tensor.dtype() != type.dtype || !tensor.shape().fits(type.shape)) {
    fail(ErrorCode::corrupt_file, cat("the tensor '", name, "': expected ", type, ", got ",
                                      tensor.dtype(), " ", tensor.shape()));
  }
  return tensor;
}

std::vector<NamedTensor> TensorTable::take_all(const std::string& prefix, bool flat) {
  std::vector<NamedTensor> taken;
  for (auto at = tensors_.lower_bound(prefix);
       at != tensors_.end() && at->first.starts_with(prefix);) {
    std::string rest = at->first.substr(prefix.size());
    if (flat && rest.find('/') != std::string::npos) {
      ++at;
      continue;
    }
    taken.push_back({std::move(rest), std::move(at->second)});
    at = tensors_.erase(at);
  }
  return taken;
}

void TensorTable::check_empty() const {
  if (tensors_.empty()) return;
  fail(ErrorCode::corrupt_file,
       cat("the tensor '", tensors_.begin()->first, "' belongs to nothing in the model"));
}

}  // namespace detail
}  // namespace linnet::inline v0
