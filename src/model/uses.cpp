#include "model/uses.hpp"

#include <algorithm>

namespace linnet::inline v0::detail {

Index uses_of(const LayerInstance& layer) {
  if (const ModelState* model = as_model(layer)) return std::max<Index>(model->uses, 1);
  Index uses = 1;
  for (const auto& inner : layer.sublayers()) uses = std::min(uses + uses_of(*inner), kMostUses);
  return uses;
}

void add_uses(Index& uses, const LayerInstance& layer) {
  uses += uses_of(layer);
  if (uses <= kMostUses) return;
  fail(ErrorCode::out_of_range, cat("more than ", kMostUses,
                                    " layers run in one pass, those of models inside counted each "
                                    "time"));
}

}  // namespace linnet::inline v0::detail
