// Pictures of 0..1 for a model that takes 0..255: a mistake that nothing else would show.
#include <algorithm>
#include <linnet/core/log.hpp>

#include "model/feed.hpp"

namespace linnet::inline v0::detail {

bool within_one(const Tensor& x) {
  if (x.dtype() != DType::float32 || x.empty()) return false;
  constexpr std::size_t kLooked = 1 << 16;
  const auto all = x.data<float>();
  const auto looked = all.first(std::min(all.size(), kLooked));
  const auto [low, high] = std::ranges::minmax(looked);
  return low >= 0 && 0 < high && high <= 1;
}

void warn_of_range(const ModelState& model, const Columns& x) {
  if (x.size() != 1 || !model.built || model.layers.empty() || model.range_warned.load()) return;
  const ModelState* first = as_model(*model.layers.front());
  const auto* pixels = std::get_if<Tensor>(&x.front());
  if (first == nullptr || !first->name.starts_with(kPreprocessing) || pixels == nullptr) return;
  if (!within_one(*pixels) || model.range_warned.exchange(true)) return;
  log(LogLevel::warning, cat("x: pixels lie between 0 and 1, but ", first->name,
                             " takes 0 to 255; give them as "
                             "read_image() and image_dataset_from_directory() do, or times 255"));
}

}  // namespace linnet::inline v0::detail
