#include <algorithm>
#include <linnet/graph/parameter.hpp>

namespace linnet::inline v0 {

namespace {

void fill_with(Tensor& tensor, double first) {
  if (first == 0) return;
  if (tensor.dtype() == DType::float32) {
    std::ranges::fill(tensor.data<float>(), static_cast<float>(first));
  } else if (tensor.dtype() == DType::int32) {
    std::ranges::fill(tensor.data<std::int32_t>(), static_cast<std::int32_t>(first));
  } else {
    std::ranges::fill(tensor.data<double>(), first);
  }
}

}  // namespace

Tensor& Parameter::slot(std::string_view slot_name, const TensorType& slot_type,
                        std::optional<double> first) {
  for (Slot& s : slots) {
    if (s.name != slot_name) continue;
    if (s.value.dtype() != slot_type.dtype || s.value.shape() != slot_type.shape) {
      detail::fail(ErrorCode::shape_mismatch,
                   detail::cat(path, ": slot ", slot_name, ": expected ", slot_type, ", got ",
                               s.value.dtype(), " ", s.value.shape()));
    }
    return s.value;
  }
  slots.push_back(
      {std::string(slot_name), first ? Tensor(slot_type.dtype, slot_type.shape) : value.clone()});
  if (first) fill_with(slots.back().value, *first);
  return slots.back().value;
}

const Tensor* Parameter::find_slot(std::string_view slot_name) const {
  for (const Slot& s : slots) {
    if (s.name == slot_name) return &s.value;
  }
  return nullptr;
}

namespace ops {

Value input(std::string name, TensorType type) {
  return apply(Input{std::move(name), std::move(type)}, {});
}
Value parameter(std::shared_ptr<Parameter> parameter) {
  return apply(ParameterSource{.parameter = std::move(parameter)}, {});
}
Value constant(Tensor value) { return apply(Constant{std::move(value)}, {}); }
Value constant(float value) { return constant(Tensor::full<float>({}, value)); }

}  // namespace ops
}  // namespace linnet::inline v0
