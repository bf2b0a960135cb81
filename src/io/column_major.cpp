#include "io/column_major.hpp"

#include <array>
#include <cstring>

namespace linnet::inline v0::detail {

Tensor from_column_major(const Tensor& from) {
  Tensor to(from.dtype(), from.shape());
  const int rank = from.shape().rank();
  const std::size_t width = size_of(from.dtype());
  std::array<Index, Shape::kMaxRank> at{};
  std::array<Index, Shape::kMaxRank> stride{};  // in `from`, in elements
  Index product = 1;
  for (int axis = 0; axis < rank; ++axis) {
    stride[static_cast<std::size_t>(axis)] = product;
    product *= from.shape()[axis];
  }
  const bool texts = from.dtype() == DType::string;
  const auto* source = static_cast<const std::byte*>(from.raw());
  auto* target = static_cast<std::byte*>(to.raw());
  Index position = 0;
  for (Index i = 0; i < to.size(); ++i) {
    const auto here = static_cast<std::size_t>(i), there = static_cast<std::size_t>(position);
    if (texts) {
      to.data<std::string>()[here] = from.data<std::string>()[there];
    } else {
      std::memcpy(target + here * width, source + there * width, width);
    }
    for (int axis = rank; axis-- > 0;) {
      const auto a = static_cast<std::size_t>(axis);
      position += stride[a];
      if (++at[a] < from.shape()[axis]) break;
      position -= stride[a] * at[a];
      at[a] = 0;
    }
  }
  return to;
}

}  // namespace linnet::inline v0::detail
