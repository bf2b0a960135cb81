// Pooling over spatial windows.
#pragma once

#include <linnet/ops/convolution.hpp>

namespace linnet::inline v0::ops {

/// average: of the elements that lie inside x, as Keras counts them.
enum class PoolKind : std::uint8_t { max, average };

/// y[n, o, c] = max or mean over a window of x (batch, spatial..., channels); float32. The window
/// has no dilation; padding takes no part. The gradient of max goes to the first largest element.
struct Pool {
  static constexpr const char* kName = "pool";
  PoolKind kind = PoolKind::max;
  std::vector<Index> sizes = {};
  Window window = {};
  static void fields(auto& self, FieldVisitor& field) {
    int kind = static_cast<int>(self.kind);
    field("kind", kind);
    self.kind = static_cast<PoolKind>(kind);
    field("sizes", self.sizes);
    Window::fields(self.window, field);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Inputs: x and dy of a Pool with the same attributes. Output: dx.
struct PoolGrad {
  static constexpr const char* kName = "pool_grad";
  PoolKind kind = PoolKind::max;
  std::vector<Index> sizes = {};
  Window window = {};
  static void fields(auto& self, FieldVisitor& field) { Pool::fields(self, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
