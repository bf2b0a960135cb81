// classes_in: which classes a config of Keras names.
#pragma once

#include <linnet/core/config.hpp>
#include <set>
#include <string>
#include <vector>

namespace linnet::test {

/// Those of all objects in `config` that have a module, with it: "keras.layers.Dense".
inline std::set<std::string> classes_in(const Config& config) {
  std::set<std::string> found;
  std::vector<const Config*> open{&config};
  while (!open.empty()) {
    const Config& next = *open.back();
    open.pop_back();
    if (next.is_list()) {
      for (const Config& item : next.items()) open.push_back(&item);
    }
    if (!next.is_object()) continue;
    for (const auto& [key, value] : next.members()) open.push_back(&value);
    const Config *module = next.find("module"), *name = next.find("class_name");
    if (module == nullptr || name == nullptr || !module->is_string()) continue;
    found.insert(module->as_string() + "." + name->as_string());
  }
  return found;
}

}  // namespace linnet::test
