#include <linnet/layers/rescaling.hpp>
#include <linnet/ops/elementwise.hpp>

#include "layers/floats.hpp"

namespace linnet::inline v0 {

namespace {

Value constant_of(std::string_view field, const PerChannel& numbers, const Shape& x) {
  const auto count = static_cast<Index>(numbers.numbers().size());
  const Index channels = x.rank() > 0 ? x[-1] : 1;
  if (count == 0 || (count != 1 && channels != any && count != channels)) {
    detail::fail(
        ErrorCode::shape_mismatch,
        detail::cat(field, " has ", count, " numbers, the last axis of ", x, " ", channels));
  }
  return ops::constant(Tensor::of<float>({count}, numbers.numbers()));
}

}  // namespace

Config PerChannel::to_config() const {
  if (!list_) return Config(numbers_.front());
  Config list = Config::list();
  for (const float number : numbers_) list.push_back(Config(number));
  return list;
}

PerChannel PerChannel::from_config(const Config& config) {
  // Keras writes an array of numpy as an object around its list.
  if (config.is_object()) return from_config(config.at("config").at("value"));
  if (!config.is_list()) return config.as_number();
  std::vector<float> numbers;
  for (const Config& item : config.items()) {
    numbers.push_back(static_cast<float>(item.as_number()));
  }
  return numbers;
}

Value Rescaling::emit(Scope&, const Call& call) const {
  const Value x = detail::floats(call);
  if (!scale.is_list() && !offset.is_list()) {
    return ops::affine(x, scale.numbers().front(), offset.numbers().front());
  }
  const Value scaled = ops::multiply(x, constant_of("scale", scale, x.shape()));
  return ops::add(scaled, constant_of("offset", offset, x.shape()));
}

}  // namespace linnet::inline v0
