#include <linnet/ops/convolution.hpp>
#include <linnet/ops/reduce.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

[[noreturn]] void mismatch(std::string_view where, const Shape& x, const Shape& kernel) {
  fail(ErrorCode::shape_mismatch,
       cat(where, ": kernel ", kernel, " does not fit an input of shape ", x));
}

/// Checks the attributes against the number of spatial axes.
void require_window(std::string_view where, const Window& window, std::size_t axes) {
  for (const auto* list : {&window.strides, &window.dilations, &window.before, &window.after}) {
    if (list->size() == axes) continue;
    fail(ErrorCode::invalid_argument, cat(where, ": the window has ", std::uint64_t{list->size()},
                                          " axes, the input ", std::uint64_t{axes}));
  }
  for (std::size_t i = 0; i < axes; ++i) {
    if (window.strides[i] > 0 && window.dilations[i] > 0) continue;
    fail(ErrorCode::invalid_argument, cat(where, ": strides and dilations must be positive, got ",
                                          window.strides[i], " and ", window.dilations[i]));
  }
}

/// Checks that a kernel of shape (sizes..., channels / groups, filters) goes with so many channels
/// and filters.
void require_kernel(std::string_view where, const Shape& x, const Shape& kernel, Index groups,
                    Index channels, Index filters) {
  const int rank = kernel.rank();
  if (groups < 1 || rank < 3 || x.rank() != rank || kernel[-1] % groups != 0) {
    mismatch(where, x, kernel);
  }
  if (channels != any && kernel[-2] * groups != channels) mismatch(where, x, kernel);
  if (filters != any && kernel[-1] != filters) mismatch(where, x, kernel);
}

}  // namespace

Index Window::outputs(std::size_t axis, Index input, Index size) const {
  if (input == any) return any;
  const Index span = (size - 1) * (dilations.empty() ? 1 : dilations[axis]) + 1;
  const Index padded = input + before[axis] + after[axis];
  if (span > padded) {
    fail(ErrorCode::shape_mismatch, cat("a window of ", span, " does not fit into ", padded,
                                        " elements of spatial axis ", std::uint64_t{axis}));
  }
  return (padded - span) / strides[axis] + 1;
}

Types Convolution::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, inputs.size() == 3 ? 3 : 2);
  const Shape &x = inputs[0].shape, &kernel = inputs[1].shape;
  require_kernel(kName, x, kernel, groups, x[-1], any);
  require_window(kName, window, static_cast<std::size_t>(x.rank() - 2));
  if (inputs.size() == 3 && !inputs[2].shape.fits({kernel[-1]})) {
    fail(ErrorCode::shape_mismatch,
         cat("convolution: expected a bias of shape (", kernel[-1], ",), got ", inputs[2].shape));
  }
  Shape y = x.with(-1, kernel[-1]);
  for (int i = 1; i + 1 < x.rank(); ++i) {
    y = y.with(i, window.outputs(static_cast<std::size_t>(i - 1), x[i], kernel[i - 1]));
  }
  return {{DType::float32, y}};
}

Types ConvolutionInput::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 2);
  const Shape &dy = inputs[0].shape, &kernel = inputs[1].shape;
  require_kernel(kName, dy, kernel, groups, any, dy[-1]);
  const auto axes = static_cast<std::size_t>(dy.rank() - 2);
  require_window(kName, window, axes);
  if (sizes.size() != axes) mismatch(kName, dy, kernel);
  Shape x = dy.with(-1, kernel[-2] * groups);
  for (std::size_t i = 0; i < axes; ++i) {
    const int axis = static_cast<int>(i) + 1;
    const Index outputs = window.outputs(i, sizes[i], kernel[axis - 1]);
    if (outputs != any && dy[axis] != any && outputs != dy[axis]) mismatch(kName, dy, kernel);
    x = x.with(axis, sizes[i]);
  }
  return {{DType::float32, x}};
}

Types ConvolutionKernel::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 2);
  const Shape &x = inputs[0].shape, &dy = inputs[1].shape;
  require_window(kName, window, static_cast<std::size_t>(x.rank() - 2));
  std::vector<Index> kernel = sizes;
  kernel.push_back(x[-1] / groups);
  kernel.push_back(dy[-1]);
  require_kernel(kName, x, Shape(kernel), groups, x[-1], dy[-1]);
  return {{DType::float32, Shape(kernel)}};
}

Types FusedConvolution::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, inputs.size() == 4 ? 4 : 3);
  Types y = convolution.infer(inputs.first(3));
  if (inputs.size() == 4 && !inputs[3].shape.fits(y[0].shape)) {
    fail(ErrorCode::shape_mismatch, cat("fused_convolution: a residual of shape ", inputs[3].shape,
                                        " does not fit an output of ", y[0].shape));
  }
  return y;
}

namespace {

std::vector<Index> spatial_sizes(const Shape& x) {
  std::vector<Index> sizes;
  for (int i = 1; i + 1 < x.rank(); ++i) sizes.push_back(x[i]);
  return sizes;
}

std::vector<Index> kernel_sizes(const Shape& kernel) {
  std::vector<Index> sizes;
  for (int i = 0; i + 2 < kernel.rank(); ++i) sizes.push_back(kernel[i]);
  return sizes;
}

}  // namespace

// y = x * k is linear in each: its two gradients and itself are each other's gradients.
std::vector<Gradient> Convolution::grad(const GradCall& call) const {
  const Value &x = call.x(0), &kernel = call.x(1), &dy = call.dy();
  std::vector<Gradient> gradients{
      apply(ConvolutionInput{window, groups, spatial_sizes(x.shape())}, {dy, kernel}),
      apply(ConvolutionKernel{window, groups, kernel_sizes(kernel.shape())}, {x, dy})};
  if (call.inputs.size() == 3) {
    std::vector<Index> axes;
    for (Index i = 0; i + 1 < dy.shape().rank(); ++i) axes.push_back(i);
    gradients.emplace_back(reduce_sum(dy, axes));
  }
  return gradients;
}

std::vector<Gradient> ConvolutionInput::grad(const GradCall& call) const {
  const Value &dy = call.x(0), &kernel = call.x(1), &dx = call.dy();
  return {apply(Convolution{window, groups}, {dx, kernel}),
          apply(ConvolutionKernel{window, groups, kernel_sizes(kernel.shape())}, {dx, dy})};
}

std::vector<Gradient> ConvolutionKernel::grad(const GradCall& call) const {
  const Value &x = call.x(0), &dy = call.x(1), &dk = call.dy();
  return {apply(ConvolutionInput{window, groups, spatial_sizes(x.shape())}, {dy, dk}),
          apply(Convolution{window, groups}, {x, dk})};
}

}  // namespace linnet::inline v0::ops
