#include <linnet/layers/resizing.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0 {

namespace {

using detail::cat;
using detail::fail;

void check(const Value& x, Index height, Index width, const std::string& data_format) {
  if (x.shape().rank() != 4) {
    fail(ErrorCode::shape_mismatch, cat("expected a batch of pictures, rank 4, got ", x.shape()));
  }
  if (height < 1 || width < 1) {
    fail(ErrorCode::invalid_argument,
         cat("height and width must be positive, got ", height, " and ", width));
  }
  if (data_format == "channels_last" || data_format == "channels_first") return;
  fail(ErrorCode::invalid_argument,
       cat("data_format must be channels_last or channels_first, got ", data_format));
}

/// f on a batch with channels last.
template <class F>
Value with_channels_last(const Value& x, const std::string& data_format, F f) {
  if (data_format == "channels_last") return f(x);
  return ops::transpose(f(ops::transpose(x, {0, 2, 3, 1})), {0, 3, 1, 2});
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
  check(call.input(), height, width, data_format);
  if (fill_mode != "constant") {
    fail(ErrorCode::unsupported, cat("fill_mode must be constant, got ", fill_mode));
  }
  if (crop_to_aspect_ratio && pad_to_aspect_ratio) {
    fail(ErrorCode::invalid_argument,
         "only one of crop_to_aspect_ratio and pad_to_aspect_ratio may be set");
  }
  return with_channels_last(call.input(), data_format, [&](Value x) {
    if (crop_to_aspect_ratio) x = cropped_to_ratio(x, height, width);
    if (pad_to_aspect_ratio) x = padded_to_ratio(x, height, width, fill_value);
    return ops::resize(x, height, width, ops::resize_kind(interpolation), antialias);
  });
}

Value CenterCrop::emit(Scope&, const Call& call) const {
  check(call.input(), height, width, data_format);
  return with_channels_last(call.input(), data_format, [&](const Value& x) {
    if (known(x) && x.shape()[1] >= height && x.shape()[2] >= width) {
      return middle(x, height, width);
    }
    return ops::resize(cropped_to_ratio(x, height, width), height, width);
  });
}

}  // namespace linnet::inline v0
