// Convolution over any number of spatial axes, and the two ops that are its gradients.
#pragma once

#include <linnet/ops/activation.hpp>
#include <optional>

namespace linnet::inline v0::ops {

/// How a window moves over the spatial axes: one number an axis. Output o of an axis sees the
/// inputs o * stride - before + k * dilation, k = 0 .. size - 1; what lies outside is 0.
struct Window {
  std::vector<Index> strides = {}, dilations = {};  ///< no dilations: all 1
  std::vector<Index> before = {}, after = {};       ///< padding; may be negative: a crop
  static void fields(auto& self, FieldVisitor& field) {
    field("strides", self.strides);
    field("dilations", self.dilations);
    field("before", self.before);
    field("after", self.after);
  }
  /// The number of outputs of `axis` for a size of input and window; `any` stays `any`.
  /// Error: no window fits.
  LINNET_API Index outputs(std::size_t axis, Index input, Index size) const;
};

/// x (batch, spatial..., channels), kernel (sizes..., channels / groups, filters), and a bias
/// (filters) if there is a third input; float32:
///   y[n, o, f] = bias[f] + sum over k, c of x[n, o * stride - before + k * dilation, c] kernel[k,
///   c, f]
/// with c over the channels of f's group: groups cut channels and filters into equal runs.
struct Convolution {
  static constexpr const char* kName = "convolution";
  Window window = {};
  Index groups = 1;
  static void fields(auto& self, FieldVisitor& field) {
    Window::fields(self.window, field);
    field("groups", self.groups);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// The gradient of Convolution for x, and the forward pass of a transposed convolution. Inputs: dy
/// (batch, outputs..., filters), the kernel. Output: (batch, sizes..., channels), `sizes` being the
/// spatial sizes of x; a size may be `any` in shape inference only.
struct ConvolutionInput {
  static constexpr const char* kName = "convolution_input";
  Window window = {};
  Index groups = 1;
  std::vector<Index> sizes = {};
  static void fields(auto& self, FieldVisitor& field) {
    Window::fields(self.window, field);
    field("groups", self.groups);
    field("sizes", self.sizes);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// The gradient of Convolution for its kernel, of spatial sizes `sizes`. Inputs: x and dy.
struct ConvolutionKernel {
  static constexpr const char* kName = "convolution_kernel";
  Window window = {};
  Index groups = 1;
  std::vector<Index> sizes = {};
  static void fields(auto& self, FieldVisitor& field) {
    Window::fields(self.window, field);
    field("groups", self.groups);
    field("sizes", self.sizes);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// What an inference plan makes of a convolution and what follows it. Inputs: x, kernel, bias, and
/// a residual of y's shape if there is a fourth: y = f(convolution(x, kernel, bias) + residual), f
/// being `activation`, or nothing if there is none. Has no gradient.
struct FusedConvolution {
  static constexpr const char* kName = "fused_convolution";
  Convolution convolution = {};
  std::optional<Activate> activation = {};
  static void fields(auto& self, FieldVisitor& field) {
    Convolution::fields(self.convolution, field);
    bool active = self.activation.has_value();
    field("active", active);
    Activate activate = self.activation.value_or(Activate{});
    Activate::fields(activate, field);
    if (active) self.activation = activate;
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
