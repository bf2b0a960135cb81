// Models inside models: how deep, and never in a circle.
#include <set>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

namespace {

using Level = std::set<const ModelState*>;

/// Adds the layers of `model` that are models.
void add_inner(const ModelState& model, Level& level) {
  auto add = [&](const LayerInstance& layer) {
    if (const ModelState* inner = as_model(layer)) level.insert(inner);
  };
  for (const auto& layer : model.layers) add(*layer);
  for (const Layer& layer : model.pending) add(*layer.instance());
}

}  // namespace

const ModelState* as_model(const LayerInstance& layer) {
  return dynamic_cast<const ModelState*>(&layer);
}

void check_nesting(const ModelState& outer, const LayerInstance* added) {
  const auto lock = building();
  Level level;
  add_inner(outer, level);
  if (added != nullptr && as_model(*added) != nullptr) level.insert(as_model(*added));
  for (int depth = 1; !level.empty(); ++depth) {
    if (level.contains(&outer)) {
      fail(ErrorCode::invalid_argument,
           "model: a model cannot be a layer of itself, nor of a "
           "model inside it");
    }
    if (depth > kMostNested) {
      fail(ErrorCode::unsupported,
           cat("model: models are inside one another more than ", kMostNested, " deep"));
    }
    Level next;
    for (const ModelState* model : level) add_inner(*model, next);
    level = std::move(next);
  }
}

}  // namespace linnet::inline v0::detail
