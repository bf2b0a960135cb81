// Models and layers inside others: how deep, and never in a circle.
#include <set>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

namespace {

using Level = std::set<const LayerInstance*>;

/// Adds the layers inside `outer` that have others inside.
void add_inner(const LayerInstance& outer, Level& level) {
  for (const auto& layer : outer.sublayers()) {
    if (as_model(*layer) != nullptr || !layer->sublayers().empty()) level.insert(layer.get());
  }
}

}  // namespace

const LayerInstance* layer_of(const Node& node) {
  const auto* call = node.op.as<ops::LayerCall>();
  return call == nullptr ? nullptr : call->layer.instance().get();
}

const ModelState* as_model(const LayerInstance& layer) {
  // Not by dynamic_cast: layers that a program built without RTTI has made have no type_info.
  const bool is_model = layer.address() == static_cast<const void*>(&layer);
  return is_model ? static_cast<const ModelState*>(&layer) : nullptr;
}

void check_nesting(const ModelState& outer, const LayerInstance* added) {
  const auto lock = building();
  Level level;
  add_inner(outer, level);
  if (added != nullptr) level.insert(added);
  for (int depth = 1; !level.empty(); ++depth) {
    if (level.contains(&outer)) {
      fail(ErrorCode::invalid_argument,
           "model: a model cannot be a layer of itself, nor of a "
           "model inside it");
    }
    if (depth > kMostNested) {
      fail(ErrorCode::unsupported,
           cat("model: models and layers are inside one another more than ", kMostNested, " deep"));
    }
    Level next;
    for (const LayerInstance* layer : level) add_inner(*layer, next);
    level = std::move(next);
  }
}

}  // namespace linnet::inline v0::detail
