#include <linnet/layers/resizing.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "layers/floats.hpp"
#include "layers/spatial.hpp"

namespace linnet::inline v0 {

namespace {

using detail::cat;
using detail::fail;

/// x with channels last. Error: not (batch, height, width, channels), or a size below 1.
Value pictures_of(const Value& x, Index height, Index width, DataFormat format) {
  detail::require({}, "height", height, detail::kPixels);
  detail::require({}, "width", width, detail::kPixels);
  return detail::to_channels_last(x, format, 2);
}

/// Sizes are not known while the graph is built; what comes out has the same shape then.
bool known(const Value& x) { return x.shape()[1] != any && x.shape()[2] != any; }

Value middle(const Value& x, Index height, Index width) {
  const Value rows = ops::slice(x, 1, (x.shape()[1] - height) / 2, height);
  return ops::slice(rows, 2, (x.shape()[2] - width) / 2, width);
}

/// The largest middle part of x with the shape of height x width.
Value cropped_to_ratio(const Value& x, Index height, Index width) {
  if (!known(x)) return x;
  const Index h = x.shape()[1], w = x.shape()[2];
  return middle(x, std::max<Index>(std::min(h, w * height / width), 1),
                std::max<Index>(std::min(w, h * width / height), 1));
}

/// x between two bars of `fill`, so that it has about the shape of height x width.
Value padded_to_ratio(const Value& x, Index height, Index width, float fill) {
  if (!known(x)) return x;
  const Index h = x.shape()[1], w = x.shape()[2];
  const Index above = (std::max(h, w * height / width) - h) / 2;
  const Index beside = above > 0 ? 0 : (std::max(w, h * width / height) - w) / 2;
  const auto pad = [&](const Value& v) {
    return ops::pad(ops::pad(v, 1, above, above), 2, beside, beside);
  };
  if (fill == 0 || above + beside == 0) return pad(x);
  const Value inside = pad(ops::constant(Tensor::full({1, h, w, 1}, 1.0f)));
  return ops::add(pad(x), ops::affine(inside, -fill, fill));
}

}  // namespace

Value Resizing::emit(Scope&, const Call& call) const {
  if (fill_mode != "constant") {
    fail(ErrorCode::unsupported, cat("fill_mode must be constant, got ", fill_mode));
  }
  if (crop_to_aspect_ratio && pad_to_aspect_ratio) {
    fail(ErrorCode::invalid_argument,
         "only one of crop_to_aspect_ratio and pad_to_aspect_ratio may be set");
  }
  Value x = pictures_of(detail::floats(call), height, width, data_format);
  if (crop_to_aspect_ratio) x = cropped_to_ratio(x, height, width);
  if (pad_to_aspect_ratio) x = padded_to_ratio(x, height, width, fill_value);
  const auto kind = ops::resize_kind(interpolation);
  return detail::to_format(ops::resize(x, height, width, kind, antialias), data_format);
}

Value CenterCrop::emit(Scope&, const Call& call) const {
  const Value x = pictures_of(detail::floats(call), height, width, data_format);
  const bool inside = known(x) && x.shape()[1] >= height && x.shape()[2] >= width;
  const Value y = inside ? middle(x, height, width)
                         : ops::resize(cropped_to_ratio(x, height, width), height, width);
  return detail::to_format(y, data_format);
}

}  // namespace linnet::inline v0
