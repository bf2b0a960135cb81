// keras_config: the configs of golden files without what linnet's layers do not have.
#pragma once

#include <algorithm>
#include <linnet/core/config.hpp>

namespace linnet::test {

/// A layer's config without the keys of Keras that do not change what it computes in float32.
inline Config without_keras_keys(const Config& config) {
  constexpr std::string_view kDropped[] = {"dtype", "quantization_config", "input_axes",
                                           "output_axes"};
  if (config.is_list()) {
    Config list = Config::list();
    for (const Config& item : config.items()) list.push_back(without_keras_keys(item));
    return list;
  }
  if (!config.is_object()) return config;
  Config kept = Config::object();
  for (const auto& [key, value] : config.members()) {
    if (std::ranges::find(kDropped, key) != std::end(kDropped)) continue;
    // Keras gives every layer this key; of ours only Dense has it.
    if (key == "activity_regularizer" && value.is_null()) continue;
    kept[key] = without_keras_keys(value);
  }
  return kept;
}

}  // namespace linnet::test
