// Pictures of 0..1 for a model that takes something else: a mistake that nothing else would show.
#include "model/pixel_range.hpp"

#include <algorithm>
#include <linnet/core/log.hpp>
#include <linnet/layers/rescaling.hpp>

#include "model/feed.hpp"

namespace linnet::inline v0::detail {

bool within_one(const Tensor& x) {
  if (x.dtype() != DType::float32 || x.empty()) return false;
  constexpr std::size_t kLooked = 1 << 16;
  const auto all = x.data<float>();
  const std::size_t step = all.size() / kLooked + 1;  // here and there, not only at the top
  float low = all[0], high = all[0];
  for (std::size_t i = 0; i < all.size(); i += step) {
    if (!(all[i] >= 0)) return false;
    low = std::min(low, all[i]);
    high = std::max(high, all[i]);
  }
  return low >= 0 && 0 < high && high <= 1;
}

namespace {

/// True if it makes numbers of 0..255 small.
bool shrinks_pixels(const LayerInstance& layer) {
  constexpr float kMost = 1 / 100.0f;
  if (layer.class_name() != Rescaling::kName) return false;
  const auto& scale = static_cast<const Rescaling*>(layer.address())->scale.numbers();
  return std::ranges::all_of(scale, [](float s) { return 0 < s && s < kMost; });
}

/// What takes the pixels, and why they are not 0..1; empty if that is not known.
std::string wanted_by(const ModelState& model) {
  if (model.preprocess == "caffe" || model.preprocess == "torch") {
    return cat(model.name, " takes what preprocess_input \"", model.preprocess,
               "\" makes of 0 to 255");
  }
  for (const auto& layer : model.layers) {
    const std::string_view name = layer->class_name();
    if (name.starts_with("Random") || name == "Resizing" || name == "CenterCrop") continue;
    const ModelState* inner = as_model(*layer);
    if (inner == nullptr) {
      return shrinks_pixels(*layer) ? cat(layer->name, " takes 0 to 255") : std::string();
    }
    if (inner->name.starts_with(kPreprocessing)) return cat(inner->name, " takes 0 to 255");
    return inner->built ? wanted_by(*inner) : std::string();
  }
  return {};
}

}  // namespace

void warn_of_range(const ModelState& model, const Columns& x) {
  if (x.size() != 1 || model.range_warned.load()) return;
  const auto* pixels = std::get_if<Tensor>(&x.front());
  if (pixels == nullptr || pixels->shape().rank() != 4) return;
  const std::string wanted = wanted_by(model);
  if (wanted.empty() || !within_one(*pixels) || model.range_warned.exchange(true)) return;
  log(LogLevel::warning,
      cat("x: pixels lie between 0 and 1, but ", wanted,
          "; give them as read_image() and image_dataset_from_directory() do, or times 255"));
}

}  // namespace linnet::inline v0::detail
