// Layers by class name.
#include <linnet/layers.hpp>
#include <map>
#include <mutex>

namespace linnet::inline v0 {

namespace {

struct Registry {
  std::mutex mutex;
  std::map<std::string, detail::LayerMaker, std::less<>> makers;
};

template <class... Ls>
void add_all(Registry& registry, LayerList<Ls...>) {
  (registry.makers.emplace(Ls::kName, &detail::make_layer<Ls>), ...);
}

Registry& registry() {
  static Registry* const all = [] {
    auto* made = new Registry;
    add_all(*made, BuiltInLayers{});
    return made;
  }();
  return *all;
}

}  // namespace

Layer layer_from_config(std::string_view class_name, const Config& config) {
  detail::LayerMaker maker = nullptr;
  std::string known;
  {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    if (const auto at = all.makers.find(class_name); at != all.makers.end()) maker = at->second;
    for (const auto& [name, unused] : all.makers)
      known += detail::cat(known.empty() ? "" : ", ", name);
  }
  if (maker == nullptr) {
    detail::fail(ErrorCode::not_found,
                 detail::cat("unknown layer class '", class_name, "'; known: ", known,
                             "; a layer of your own needs register_layer<MyLayer>()"));
  }
  return maker(config);
}

void detail::register_layer_maker(std::string_view class_name, LayerMaker maker) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  all.makers.insert_or_assign(std::string(class_name), maker);
}

}  // namespace linnet::inline v0
