// Model::save and Model::save_weights: linnet's own file, or what Keras 3 reads.
#include <chrono>
#include <ctime>
#include <linnet/io/json.hpp>
#include <linnet/layers.hpp>

#include "io/file.hpp"
#include "io/hdf5/write_hdf5.hpp"
#include "io/model_file.hpp"
#include "io/zip/zip_writer.hpp"
#include "keras/legacy_file.hpp"
#include "keras/model_writer.hpp"
#include "keras/training_writer.hpp"
#include "keras/weight_groups.hpp"
#include "keras/written_text.hpp"
#include "model/keras_layers.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::ModelState;
using detail::WeightGroup;
using namespace detail::keras;

namespace {

/// All weights under their names in a weight file of Keras's, as everybody but training reads them.
std::vector<NamedTensor> weights_of(const ModelState& model) {
  detail::make_readable(model);
  std::vector<NamedTensor> all;
  const auto add = [&](const Parameter& parameter, const std::string& group, std::size_t number) {
    all.push_back({cat(group.substr(1), "/", std::uint64_t{number}), detail::readable(parameter)});
  };
  const auto layers_in = [](const std::string& group) { return cat(group, "/layers"); };
  const auto groups = detail::weight_groups(model, detail::keras_order, layers_in);
  for (const WeightGroup& group : groups.own) {
    std::size_t number = 0;
    if (group.layer.class_name() == SpectralNormalization::kName) {
      // Keras lists the kernel of the layer inside with its own weights.
      add(*group.layer.sublayers()[0]->parameters[0], group.groups.front(), number++);
    }
    for (const auto& parameter : group.weights) add(*parameter, group.groups.front(), number++);
  }
  for (const auto& [layer, group] : groups.lookups) {
    const Tensor weights = idf_variable(*layer);
    if (!weights.empty()) all.push_back({cat(group.substr(1), "/idf_weights"), weights});
  }
  return all;
}

std::vector<std::byte> weight_file(const ModelState& model, bool optimizer) {
  std::vector<NamedTensor> datasets = weights_of(model);
  if (optimizer) {
    for (NamedTensor& variable : optimizer_variables(model))
      datasets.push_back(std::move(variable));
  }
  return detail::hdf5_bytes(datasets);
}

std::string metadata() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%d@%H:%M:%S", &utc);
  Config config = Config::object();
  config["keras_version"] = Config(kKerasVersion);
  config["date_saved"] = Config(date);
  return to_json(config);
}

void save_keras(const ModelState& model, const std::string& path, const SaveOptions& options) {
  const bool compiled = options.include_optimizer && model.compiled;
  const std::string text = detail::naming(path, [&] {
    Config config = written_model(model);
    if (compiled) config["compile_config"] = written_training(model);
    return to_json(config, {.non_finite = true});
  });
  const std::vector<std::byte> weights = weight_file(model, compiled);
  detail::ZipWriter zip(path);
  zip.add("metadata.json", metadata());
  zip.add("config.json", text);
  zip.add("model.weights.h5", weights);
  zip.finish();
}

}  // namespace

void Model::save(const std::string& path, const SaveOptions& options) const {
  detail::require_built(*state_, "save");
  if (path.ends_with(".keras")) return save_keras(*state_, path, options);
  if (path.ends_with(".weights.h5")) {
    fail(ErrorCode::invalid_argument,
         cat("save: ", path, ": a file of weights alone is called so: save_weights() writes it"));
  }
  if (path.ends_with(".h5") || path.ends_with(".hdf5")) {
    const bool compiled = options.include_optimizer && state_->compiled;
    return write_file(path, detail::naming(path, [&] { return legacy_file(*state_, compiled); }));
  }
  detail::save_own_file(*this, path, options);
}

void Model::save_weights(const std::string& path) const {
  detail::require_built(*state_, "save_weights");
  if (!path.ends_with(".weights.h5")) {
    fail(ErrorCode::invalid_argument,
         cat("save_weights: expected a path that ends in .weights.h5, got ", path));
  }
  write_file(path, weight_file(*state_, true));
}

}  // namespace linnet::inline v0
