#include <linnet/layers/up_sampling.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "layers/spatial.hpp"

namespace linnet::inline v0 {

namespace {

void check_size(std::span<const Index> sizes) {
  for (const Index size : sizes) detail::require({}, "size", size, detail::kPixels);
}

/// A value of the enlarged shape, for shape inference while sizes are not known.
Value of_enlarged_shape(Value x, std::span<const Index> sizes) {
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const int axis = static_cast<int>(i) + 1;
    const Index have = x.shape()[axis];
    x = ops::pad(x, axis, 0, have == any ? 0 : have * (sizes[i] - 1));
  }
  return x;
}

/// (batch, h, w, channels) with h and w so many times as large.
Value enlarged(const Value& x, Index high, Index wide, ops::ResizeKind kind) {
  const Value y =
      ops::resize(ops::cast(x, DType::float32), x.shape()[1] * high, x.shape()[2] * wide, kind);
  return kind == ops::ResizeKind::nearest ? ops::cast(y, x.dtype()) : y;
}

constexpr auto kNearest = ops::ResizeKind::nearest;

}  // namespace

Value UpSampling1D::emit(Scope&, const Call& call) const {
  check_size(std::span(&size, 1));
  const Value x = detail::to_channels_last(call.input(), "channels_last", 1);
  if (x.shape()[1] == any) return of_enlarged_shape(x, std::span(&size, 1));
  return ops::squeeze(enlarged(ops::expand_dims(x, 2), size, 1, kNearest), 2);
}

Value UpSampling2D::emit(Scope&, const Call& call) const {
  check_size(std::span(size.begin(), size.end()));
  const Value x = detail::to_channels_last(call.input(), data_format, 2);
  const bool known = x.shape()[1] != any && x.shape()[2] != any;
  const Value y = known ? enlarged(x, size[0], size[1], ops::resize_kind(interpolation))
                        : of_enlarged_shape(x, std::span(size.begin(), size.end()));
  return detail::to_format(y, data_format);
}

Value UpSampling3D::emit(Scope&, const Call& call) const {
  check_size(std::span(size.begin(), size.end()));
  const Value x = detail::to_channels_last(call.input(), data_format, 3);
  const Shape s = x.shape();
  if (!s.known())
    return detail::to_format(of_enlarged_shape(x, std::span(size.begin(), size.end())),
                             data_format);
  // First one axis, the other two as one; then these, pictures of their own.
  const Value deep =
      enlarged(ops::reshape(x, {s[0], s[1], s[2] * s[3], s[4]}), size[0], 1, kNearest);
  const Index depth = s[1] * size[0];
  const Value y =
      enlarged(ops::reshape(deep, {s[0] * depth, s[2], s[3], s[4]}), size[1], size[2], kNearest);
  const Shape shape{s[0], depth, s[2] * size[1], s[3] * size[2], s[4]};
  return detail::to_format(ops::reshape(y, shape), data_format);
}

}  // namespace linnet::inline v0
