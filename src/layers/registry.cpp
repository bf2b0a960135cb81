// Layers by class name.
#include "layers/registry.hpp"

#include <linnet/layers.hpp>
#include <map>
#include <mutex>

#include "layers/dtype_policy.hpp"
#include "layers/operation.hpp"

namespace linnet::inline v0 {

namespace {

struct Entry {
  detail::LayerMaker make = nullptr;
  bool built_in = false;
};

struct Registry {
  std::mutex mutex;
  std::map<std::string, Entry, std::less<>> entries;
};

template <class... Ls>
void add_all(Registry& registry, LayerList<Ls...>) {
  (registry.entries.emplace(Ls::kName, Entry{&detail::make_layer<Ls>, true}), ...);
}

Registry& registry() {
  static Registry* const all = [] {
    auto* made = new Registry;
    add_all(*made, BuiltInLayers{});
    add_all(*made, LayerList<Operation>{});
    return made;
  }();
  return *all;
}

/// Keras writes a policy into the config of every layer; layers of one's own may mean something
/// else by the word.
Config without_dtype(std::string_view class_name, const Config& config) {
  const Config* dtype = config.is_object() ? config.find("dtype") : nullptr;
  if (dtype == nullptr) return config;
  try {
    detail::check_dtype_policy(*dtype);
  } catch (const Error& error) {
    throw error.within(class_name);
  }
  Config::Object members = config.members();
  std::erase_if(members, [](const Config::Member& member) { return member.key == "dtype"; });
  return Config::object(std::move(members));
}

}  // namespace

Layer layer_from_config(std::string_view class_name, const Config& config) {
  if (class_name == "Sequential" || class_name == "Functional") return detail::model_layer(config);
  Entry entry;
  std::string known;
  {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    if (const auto at = all.entries.find(class_name); at != all.entries.end()) entry = at->second;
    for (const auto& [name, unused] : all.entries)
      known += detail::cat(known.empty() ? "" : ", ", name);
  }
  if (entry.make == nullptr) {
    detail::fail(ErrorCode::not_found,
                 detail::cat("unknown layer class '", class_name, "'; known: ", known,
                             "; a layer of your own needs register_layer<MyLayer>()"));
  }
  return entry.make(entry.built_in ? without_dtype(class_name, config) : config);
}

detail::LayerOrigin detail::layer_origin(std::string_view class_name) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto at = all.entries.find(class_name);
  if (at == all.entries.end()) return LayerOrigin::unknown;
  return at->second.built_in ? LayerOrigin::built_in : LayerOrigin::registered;
}

void detail::register_layer_maker(std::string_view class_name, LayerMaker maker) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  all.entries.insert_or_assign(std::string(class_name), Entry{maker, false});
}

}  // namespace linnet::inline v0
