#include <linnet/layers/global_pooling1d.hpp>
#include <linnet/ops/mask.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0 {

namespace {

/// (batch, time, features), whatever the data format.
Value sequence(const Value& x, const std::string& data_format) {
  if (x.shape().rank() != 3) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("expected (batch, time, features), got ", x.shape()));
  }
  if (data_format == "channels_last") return x;
  if (data_format == "channels_first") return ops::transpose(x, {0, 2, 1}).with_mask(x.mask());
  detail::fail(
      ErrorCode::invalid_argument,
      detail::cat("data_format must be channels_last or channels_first, got ", data_format));
}

Value kept(const Value& y, const std::string& data_format, bool keepdims) {
  return keepdims ? ops::expand_dims(y, data_format == "channels_last" ? 1 : 2) : y;
}

}  // namespace

Value GlobalAveragePooling1D::emit(Scope&, const Call& call) const {
  const Value x = sequence(call.input(), data_format);
  const Value y = x.mask() ? ops::masked_mean(x, x.mask()) : ops::reduce_mean(x, {1});
  return kept(y, data_format, keepdims);
}

Value GlobalMaxPooling1D::emit(Scope&, const Call& call) const {
  const Value x = sequence(call.input(), data_format);
  return kept(ops::reduce_max(x, {1}), data_format, keepdims);
}

}  // namespace linnet::inline v0
