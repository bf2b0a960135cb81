#include "keras/old_hard_sigmoid.hpp"

#include "core/config_access.hpp"
#include "keras/written_layer.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

constexpr double kSlope = 0.2, kOffset = 0.5;

/// The config of a layer of the class; null: it is something else.
const Config* config_of_class(const Config& layer, std::string_view class_name) {
  if (!layer.is_object()) return nullptr;
  const std::string* kind = string_at(layer, "class_name");
  const Config* config = layer.find("config");
  const bool same = kind != nullptr && *kind == class_name;
  return same && config != nullptr && config->is_object() ? config : nullptr;
}

bool holds(const Config& config, std::string_view key, double number) {
  const Config* value = config.find(key);
  return value != nullptr && value->is_number() && value->as_number() == number;
}

/// Also where the key is missing.
bool holds_no(const Config& config, std::string_view key) {
  return config.find(key) == nullptr || holds(config, key, 0);
}

Config named(std::string_view name) {
  Config config = Config::object();
  config["name"] = Config(name);
  return config;
}

}  // namespace

bool is_old_hard_sigmoid(const Config::Member& member) {
  return member.key.ends_with("activation") && member.value == Config(kOldHardSigmoid);
}

Config written_hard_sigmoid() {
  Config line = named("line");
  line["scale"] = Config(kSlope);
  line["offset"] = Config(kOffset);
  Config clip = named("clip");
  clip["max_value"] = Config(1.0);
  Config config = named(kOldHardSigmoid);
  config["layers"] = Config(Config::List{written_object("keras.layers", "Rescaling", line),
                                         written_object("keras.layers", "ReLU", clip)});
  return written_object("keras.layers", "Pipeline", std::move(config));
}

bool is_written_hard_sigmoid(const Config& activation) {
  const Config* pipeline = config_of_class(activation, "Pipeline");
  const Config* layers = pipeline == nullptr ? nullptr : pipeline->find("layers");
  if (layers == nullptr || !layers->is_list() || layers->items().size() != 2) return false;
  const Config* line = config_of_class(layers->items()[0], "Rescaling");
  const Config* clip = config_of_class(layers->items()[1], "ReLU");
  return line != nullptr && clip != nullptr && holds(*line, "scale", kSlope) &&
         holds(*line, "offset", kOffset) && holds(*clip, "max_value", 1) &&
         holds_no(*clip, "negative_slope") && holds_no(*clip, "threshold");
}

}  // namespace linnet::inline v0::detail::keras
