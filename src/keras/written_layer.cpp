#include "keras/written_layer.hpp"

#include <algorithm>
#include <linnet/layers.hpp>

#include "core/is_one_of.hpp"
#include "keras/model_writer.hpp"
#include "keras/old_hard_sigmoid.hpp"
#include "keras/written_inputs.hpp"
#include "layers/registry.hpp"
#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// A kind of object: what the keys end in that hold one, where Keras has it, and whether it is one
/// of Keras's.
struct Kind {
  std::string_view ending, module;
  bool (*known)(std::string_view class_name);
};

constexpr Kind kKinds[] = {
    {"_initializer", "keras.initializers",
     [](std::string_view name) { return Initializers::find(name) >= 0; }},
    {"_regularizer", "keras.regularizers",
     [](std::string_view name) { return Regularizers::find(name) >= 0; }},
    {"_constraint", "keras.constraints",
     [](std::string_view name) { return Constraints::find(name) >= 0; }},
    {"learning_rate", "keras.optimizers.schedules",
     [](std::string_view name) { return Schedules::find(name) >= 0; }},
};

/// A key that Keras's layer has not: left out if it holds `harmless`, or whatever it holds.
struct Own {
  std::string_view layer, key;
  const char* harmless = nullptr;
};

constexpr Own kOwn[] = {
    // arguments of call()
    {AdditiveAttention::kName, "use_causal_mask"},
    {AdditiveAttention::kName, "return_attention_scores"},
    {Attention::kName, "use_causal_mask"},
    {Attention::kName, "return_attention_scores"},
    {GroupQueryAttention::kName, "use_causal_mask"},
    {GroupQueryAttention::kName, "return_attention_scores"},
    {MultiHeadAttention::kName, "use_causal_mask"},
    {MultiHeadAttention::kName, "return_attention_scores"},
    {Cropping1D::kName, "data_format", "channels_last"},
    {Discretization::kName, "trainable"},
    {SpatialDropout1D::kName, "data_format", "channels_last"},
    {SpatialDropout1D::kName, "trainable"},
    {SpatialDropout2D::kName, "trainable"},
    {SpatialDropout3D::kName, "trainable"},
};

/// Keys that older versions of Keras 3 do not know, left out where they change nothing.
struct Newer {
  std::string_view key;
  Config (*idle)();
};

const Newer kNewer[] = {
    {"input_axes", [] { return Config(); }},
    {"output_axes", [] { return Config(); }},
    {"renorm", [] { return Config(false); }},
    {"renorm_clipping", [] { return Config(); }},
    {"renorm_momentum", [] { return Config(0.99f); }},
    {"rms_scaling", [] { return Config(false); }},
    {"sliding_window", [] { return Config(); }},
    {"use_gate", [] { return Config(false); }},
};

bool is_idle(const Config::Member& member) {
  return std::ranges::any_of(kNewer, [&](const Newer& newer) {
    return newer.key == member.key && newer.idle() == member.value;
  });
}

bool is_object(const Config& value) {
  return value.is_object() && value.find("class_name") != nullptr;
}

/// True if the key is left out. Error: it holds what Keras's layer cannot do.
bool is_own(std::string_view class_name, const Config::Member& member) {
  const auto at = std::ranges::find_if(
      kOwn, [&](const Own& own) { return own.layer == class_name && own.key == member.key; });
  if (at == std::end(kOwn)) return false;
  if (at->harmless == nullptr || member.value == Config(at->harmless)) return true;
  fail(ErrorCode::unsupported,
       cat(class_name, ": Keras's has no ", member.key, "; it can only be '", at->harmless, "'"));
}

/// Keys of linnet's lists that Keras has none of where they are empty.
bool is_unset(const Config::Member& member) {
  const bool key =
      member.key == "vocabulary" || member.key == "idf_weights" || member.key == "bin_boundaries";
  return key && member.value.is_list() && member.value.items().empty();
}

Config written_inner(const Config& value) {
  if (value.is_null()) return value;
  if (value.is_list()) {
    Config list = Config::list();
    for (const Config& item : value.items()) list.push_back(written_inner(item));
    return list;
  }
  const std::string& class_name = value.at("class_name").as_string();
  const Config& config = value.at("config");
  const bool model = class_name == "Sequential" || class_name == "Functional";
  return model ? written_model(*model_from_config(config, false))
               : written_layer(class_name, config);
}

std::string_view layer_module(std::string_view class_name) {
  if (class_name == LayerScale::kName || class_name == StochasticDepth::kName) {
    return "keras.src.applications.convnext";
  }
  if (class_name == CustomScaleLayer::kName) return "keras.src.applications.inception_resnet_v2";
  return "keras.layers";
}

void require_known(std::string_view class_name) {
  if (layer_origin(class_name) != LayerOrigin::built_in) {
    fail(ErrorCode::unsupported, cat("the layer class ", class_name, " is not one of Keras's"));
  }
  constexpr std::string_view kNotKeras[] = {EmbeddingBag::kName, MixUp::kName, CutMix::kName};
  if (!is_one_of(class_name, kNotKeras)) return;
  fail(ErrorCode::unsupported,
       cat(class_name, " cannot be written for Keras, which has nothing that is called like it"));
}

}  // namespace

Config written_object(std::string_view module, std::string_view class_name, Config config) {
  Config object = Config::object();
  object["module"] = Config(module);
  object["class_name"] = Config(class_name);
  object["config"] = std::move(config);
  object["registered_name"] = Config();
  return object;
}

Config written_fields(const Config& config) {
  Config::Object members;
  for (const Config::Member& member : config.members()) {
    if (is_idle(member)) continue;
    if (!is_object(member.value)) {
      members.push_back(member);
      continue;
    }
    const std::string& class_name = member.value.at("class_name").as_string();
    const auto kind =
        std::ranges::find_if(kKinds, [&](const Kind& k) { return member.key.ends_with(k.ending); });
    if (kind == std::end(kKinds) || !kind->known(class_name)) {
      fail(ErrorCode::unsupported, cat(member.key, ": ", class_name, " is not one of Keras's"));
    }
    members.push_back({member.key, written_object(kind->module, class_name,
                                                  written_fields(member.value.at("config")))});
  }
  return Config::object(std::move(members));
}

Config written_layer(std::string_view class_name, const Config& config) {
  require_known(class_name);
  Config::Object plain, inner;
  for (const Config::Member& member : config.members()) {
    if (is_own(class_name, member) || is_idle(member)) continue;
    if (is_one_of(member.key, {"layer", "backward_layer", "cell", "cells"})) {
      inner.push_back({member.key, written_inner(member.value)});
    } else if (member.key == "name") {
      plain.push_back({member.key, Config(written_name(member.value.as_string()))});
    } else if (is_old_hard_sigmoid(member)) {
      inner.push_back({member.key, written_hard_sigmoid()});
    } else {
      plain.push_back({member.key, is_unset(member) ? Config() : member.value});
    }
  }
  Config fields = written_fields(Config::object(std::move(plain)));
  for (auto& [key, value] : inner) fields[key] = std::move(value);
  return written_object(layer_module(class_name), class_name, std::move(fields));
}

bool differs_in_training(const LayerInstance& layer, bool frozen) {
  frozen = frozen || !layer.trainable;
  const std::string_view kind = layer.class_name();
  if (kind == BatchNormalization::kName) return !frozen;
  for (const char* part : {"Dropout", "Gaussian", "Random", "Spectral", "StochasticDepth"}) {
    if (kind.find(part) != kind.npos) return true;
  }
  const Config fields = as_model(layer) != nullptr ? Config::object() : layer.config();
  for (const char* rate : {"dropout", "recurrent_dropout"}) {
    const Config* value = fields.find(rate);
    if (value != nullptr && value->is_number() && value->as_number() > 0) return true;
  }
  return std::ranges::any_of(
      layer.sublayers(), [&](const auto& inside) { return differs_in_training(*inside, frozen); });
}

}  // namespace linnet::inline v0::detail::keras
