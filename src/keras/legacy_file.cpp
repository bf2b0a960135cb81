#include "keras/legacy_file.hpp"

#include <algorithm>
#include <linnet/io/json.hpp>

#include "io/hdf5/write_hdf5.hpp"
#include "keras/model_writer.hpp"
#include "keras/training_writer.hpp"
#include "keras/weight_plan.hpp"
#include "keras/written_inputs.hpp"
#include "keras/written_text.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

constexpr std::string_view kModel = "model_weights", kOptimizer = "optimizer_weights",
                           kOwn = "top_level_model_weights";

class LegacyWriter {
 public:
  explicit LegacyWriter(const ModelState& model) : model_(model) {
    for (const auto& layer : model.layers) refuse_idf(*layer);
    make_readable(model);
    say("", "model_config", to_json(of_class(written_model(model)), {.non_finite = true}));
    for (const std::string& group : {std::string(), std::string(kModel)}) {
      say(group, "keras_version", kKerasVersion);
      say(group, "backend", "tensorflow");
    }
    const WrittenNames written(model);
    std::vector<std::string> names;
    for (const ListedLayer& layer : listed_layers(model, keras_order)) {
      names.push_back(written.layers.at(layer.layer));
      refuse_name(names.back());
      add_layer(layer, names.back());
    }
    list(std::string(kModel), "layer_names", names);
    list(cat(kModel, "/", kOwn), "weight_names", {});
  }

  void add_training() {
    const Config training = written_training(model_);
    // With its module: of some optimizers Keras does not know the class alone.
    Config::Object members;
    for (const auto& [key, value] : training.members()) {
      members.push_back({key == "optimizer" ? "optimizer_config" : key, value});
    }
    say("", "training_config", to_json(Config::object(std::move(members)), {.non_finite = true}));
    std::vector<std::string> names;
    for (NamedTensor& variable : optimizer_variables(model_)) {
      names.push_back(variable.name);
      datasets_.push_back({cat(kOptimizer, "/", variable.name), std::move(variable.tensor)});
    }
    list(std::string(kOptimizer), "weight_names", names);
  }

  std::vector<std::byte> bytes() const { return hdf5_bytes(datasets_, attributes_); }

 private:
  /// What Keras wrote of an object before it said modules.
  static Config of_class(const Config& object) {
    Config config = Config::object();
    for (const char* key : {"class_name", "config"}) config[key] = object.at(key);
    return config;
  }

  static void refuse_idf(const LayerInstance& layer) {
    if (!idf_variable(layer).empty()) {
      fail(ErrorCode::unsupported, cat("save: the weights of words of the layer '", layer.name,
                                       "' have no place in Keras's legacy format; save a .keras "
                                       "file"));
    }
    for (const auto& inner : layer.sublayers()) refuse_idf(*inner);
  }

  /// Layers have groups called as they are, beside one of the format's own.
  static void refuse_name(const std::string& name) {
    if (name != kOwn && name != "." && name != "..") return;
    fail(ErrorCode::unsupported,
         cat("save: a layer called '", name, "' has no place in Keras's legacy format"));
  }

  void say(std::string group, std::string name, std::string_view text) {
    Tensor value(DType::string, {});
    value.data<std::string>()[0] = std::string(text);
    attributes_.push_back({std::move(group), std::move(name), std::move(value)});
  }

  /// As one attribute, or in parts: name0, name1, ... None are an array of no numbers.
  void list(const std::string& group, const std::string& name,
            const std::vector<std::string>& texts) {
    if (texts.empty()) {
      attributes_.push_back({group, name, Tensor(DType::float64, {0})});
    }
    constexpr std::size_t kMost = 3000;
    for (std::size_t first = 0; first < texts.size(); first += kMost) {
      const std::size_t count = std::min(kMost, texts.size() - first);
      const auto begin = texts.begin() + static_cast<std::ptrdiff_t>(first);
      const bool whole = texts.size() <= kMost;
      attributes_.push_back({group, whole ? name : cat(name, std::uint64_t{first / kMost}),
                             Tensor::strings({begin, begin + static_cast<std::ptrdiff_t>(count)})});
    }
  }

  void add_layer(const ListedLayer& layer, const std::string& name) {
    const std::string group = cat(kModel, "/", name);
    std::vector<std::string> names;
    for (const auto& [path, parameter] : layer.weights) {
      names.push_back(cat(name, "/", path));
      datasets_.push_back({cat(group, "/", names.back()), readable(*parameter)});
    }
    list(group, "weight_names", names);
  }

  const ModelState& model_;
  std::vector<NamedTensor> datasets_;
  std::vector<Hdf5Attribute> attributes_;
};

}  // namespace

std::vector<std::byte> legacy_file(const ModelState& model, bool compiled) {
  LegacyWriter writer(model);
  if (compiled) writer.add_training();
  return writer.bytes();
}

}  // namespace linnet::inline v0::detail::keras
