#include <linnet/layers/random_color.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "layers/draws.hpp"
#include "layers/spatial.hpp"

namespace linnet::inline v0 {

namespace {

using detail::cat;
using detail::Draws;
using detail::fail;
using detail::Range;

/// Error: not two finite numbers, the lower one first.
void check_values(const std::vector<float>& range) {
  if (range.size() != 2 || !(range[0] < range[1])) {
    fail(ErrorCode::invalid_argument,
         cat("value_range must be two numbers, the lower one first, got ",
             std::uint64_t{range.size()}, " numbers",
             range.size() == 2 ? cat(": ", range[0], ", ", range[1]) : std::string()));
  }
}

/// Pictures by (rows, 1): one number for each, to be broadcast.
Value by_picture(const Value& numbers) {
  return ops::reshape(numbers, {numbers.shape()[0], 1, 1, 1});
}

Value cut_off(const Value& y, const std::vector<float>& range) {
  return ops::minimum(ops::maximum(y, ops::constant(range[0])), ops::constant(range[1]));
}

/// x as float32. Error: not a batch of pictures.
Value pictures_of(const Call& call, DataFormat format) {
  detail::to_channels_last(call.input(), format, 2);
  return ops::cast(call.input(), DType::float32);
}

}  // namespace

Value RandomBrightness::emit(Scope& scope, const Call& call) const {
  const FactorRange ends = detail::ends_of("factor", factor, -1, Range{-1, 1, true, true});
  check_values(value_range);
  const Value x = pictures_of(call, data_format);
  if (!scope.training() || !x.shape().known()) return x;
  const Value delta =
      ops::affine(Draws(scope, seed).uniform(x.shape()[0], ends), value_range[1] - value_range[0]);
  return cut_off(ops::add(x, by_picture(delta)), value_range);
}

Value RandomContrast::emit(Scope& scope, const Call& call) const {
  detail::require({}, "factor", factor.low(), Range{-detail::kEndless, 1, false, true});
  detail::require({}, "factor", factor.high(), detail::kNotNegative);
  check_values(value_range);
  const Value x = pictures_of(call, data_format);
  if (!scope.training() || !x.shape().known()) return x;
  const Value by =
      by_picture(Draws(scope, seed).uniform(x.shape()[0], {1 - factor.low(), 1 + factor.high()}));
  const bool last = data_format == "channels_last";
  const Value mean =
      ops::reduce_mean(x, last ? std::vector<Index>{1, 2} : std::vector<Index>{2, 3}, true);
  // (x - mean) by + mean, with as few passes over x as can be
  const Value offset = ops::multiply(mean, ops::affine(by, -1, 1));
  return cut_off(ops::add(ops::multiply(x, by), offset), value_range);
}

}  // namespace linnet::inline v0
