#include <linnet/layers/padding.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "layers/spatial.hpp"

namespace linnet::inline v0 {

template <int N>
Value ZeroPadding<N>::emit(Scope&, const Call& call) const {
  Value x = detail::to_channels_last(call.input(), data_format, N);
  for (int i = 0; i < N; ++i) {
    const auto& [before, after] = padding[static_cast<std::size_t>(i)];
    detail::require({}, "padding", before, detail::kMargin);
    detail::require({}, "padding", after, detail::kMargin);
    if (before > 0 || after > 0) x = ops::pad(x, i + 1, before, after);
  }
  return detail::to_format(x, data_format);
}

template <int N>
Value Cropping<N>::emit(Scope&, const Call& call) const {
  Value x = detail::to_channels_last(call.input(), data_format, N);
  for (int i = 0; i < N; ++i) {
    const auto& [before, after] = cropping[static_cast<std::size_t>(i)];
    detail::require({}, "cropping", before, detail::kMargin);
    detail::require({}, "cropping", after, detail::kMargin);
    const Index size = x.shape()[i + 1];
    if (size != any && before + after >= size) {
      detail::fail(ErrorCode::shape_mismatch,
                   detail::cat("cropping ", before, " and ", after, " leaves nothing of axis ",
                               i + 1, " of ", x.shape()));
    }
    // A size that is not known yet stays so: it is asked again.
    if (size != any) x = ops::slice(x, i + 1, before, size - before - after);
  }
  return detail::to_format(x, data_format);
}

#define LINNET_PADDING(N)         \
  template struct ZeroPadding<N>; \
  template struct Cropping<N>
LINNET_PADDING(1);
LINNET_PADDING(2);
LINNET_PADDING(3);
#undef LINNET_PADDING

}  // namespace linnet::inline v0
