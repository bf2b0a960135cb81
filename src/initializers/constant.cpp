#include <algorithm>
#include <linnet/initializers/constant.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::initializers {

void Constant::check() const { detail::require(kName, "value", value, detail::kFinite); }
void Identity::check() const { detail::require(kName, "gain", gain, detail::kFinite); }

void Zeros::fill(Tensor& target, const RandomStream&) const {
  std::ranges::fill(target.data<float>(), 0.0f);
}

void Ones::fill(Tensor& target, const RandomStream&) const {
  std::ranges::fill(target.data<float>(), 1.0f);
}

void Constant::fill(Tensor& target, const RandomStream&) const {
  check();
  std::ranges::fill(target.data<float>(), value);
}

void Identity::fill(Tensor& target, const RandomStream&) const {
  check();
  const Shape& shape = target.shape();
  if (shape.rank() != 2) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("Identity: expected a matrix, got shape ", shape));
  }
  const auto y = target.data<float>();
  std::ranges::fill(y, 0.0f);
  for (Index i = 0; i < std::min(shape[0], shape[1]); ++i) {
    y[static_cast<std::size_t>(i * shape[1] + i)] = gain;
  }
}

}  // namespace linnet::inline v0::initializers
