#include <cstring>
#include <linnet/ops/shape.hpp>

#include "core/numeric.hpp"
#include "kernels/reference/reference.hpp"
#include "kernels/strides.hpp"

namespace linnet::inline v0 {

namespace {

std::size_t bytes_of(const TensorType& type) {
  return static_cast<std::size_t>(type.shape.elements()) * size_of(type.dtype);
}

/// y[i] = x at the place that strides over y's shape give.
std::unique_ptr<Kernel> gather_by(const KernelRequest& request, const Strides& strides) {
  return with_bits(request.outputs[0].dtype, [&](auto type) {
    return make_kernel([shape = request.y(), strides](const Run& run) {
      const auto* x = run.x<decltype(type)>();
      auto* y = run.y<decltype(type)>();
      walk(shape, std::array<Strides, 1>{strides},
           [&](Index i, const auto& at) { y[i] = x[at[0]]; });
    });
  });
}

}  // namespace

std::unique_ptr<Kernel> reference_reshape(const KernelRequest& request) {
  if (request.inputs[0].dtype == DType::string) return nullptr;
  return make_kernel([bytes = bytes_of(request.inputs[0])](const Run& run) {
    const void* x = run.x<std::byte>();
    void* y = run.y<std::byte>();
    if (x != y && bytes > 0) std::memcpy(y, x, bytes);
  });
}

std::unique_ptr<Kernel> reference_transpose(const KernelRequest& request) {
  const Strides own = strides_of(request.x());
  Strides strides{};
  std::size_t to = 0;
  for (const Index from : request.op.as<ops::Transpose>()->perm) {
    strides[to++] = own[static_cast<std::size_t>(request.x().wrap(static_cast<int>(from)))];
  }
  return gather_by(request, strides);
}

std::unique_ptr<Kernel> reference_broadcast_to(const KernelRequest& request) {
  return gather_by(request, broadcast_strides(request.x(), request.y()));
}

std::unique_ptr<Kernel> reference_concatenate(const KernelRequest& request) {
  const DType dtype = request.outputs[0].dtype;
  if (dtype == DType::string) return nullptr;
  const Index axis = request.op.as<ops::Concatenate>()->axis;
  const AxisView whole = view_around(request.y(), axis);
  const auto row_bytes = static_cast<std::size_t>(whole.inner) * size_of(dtype);
  std::vector<std::size_t> widths;  // bytes that each input adds to a row of y
  for (const TensorType& input : request.inputs) {
    widths.push_back(static_cast<std::size_t>(view_around(input.shape, axis).size) * row_bytes);
  }
  return make_kernel([widths, outer = whole.outer](const Run& run) {
    std::byte* y = run.y<std::byte>();
    for (Index row = 0; row < outer; ++row) {
      for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::byte* x = run.x<std::byte>(static_cast<int>(i));
        if (widths[i] > 0) std::memcpy(y, x + static_cast<std::size_t>(row) * widths[i], widths[i]);
        y += widths[i];
      }
    }
  });
}

std::unique_ptr<Kernel> reference_slice(const KernelRequest& request) {
  const DType dtype = request.outputs[0].dtype;
  if (dtype == DType::string) return nullptr;
  const ops::Slice& op = *request.op.as<ops::Slice>();
  const AxisView x_view = view_around(request.x(), op.axis);
  const AxisView y_view = view_around(request.y(), op.axis);
  const auto unit = static_cast<std::size_t>(x_view.inner) * size_of(dtype);
  const auto first =
      static_cast<std::size_t>(op.begin < 0 ? op.begin + x_view.size : op.begin) * unit;
  const auto x_row = static_cast<std::size_t>(x_view.size) * unit;
  const auto y_row = static_cast<std::size_t>(y_view.size) * unit;
  return make_kernel([first, x_row, y_row, outer = x_view.outer](const Run& run) {
    const std::byte* x = run.x<std::byte>() + first;
    std::byte* y = run.y<std::byte>();
    if (y_row == 0) return;
    for (Index i = 0; i < outer; ++i, x += x_row, y += y_row) std::memcpy(y, x, y_row);
  });
}

std::unique_ptr<Kernel> reference_pad(const KernelRequest& request) {
  const DType dtype = request.outputs[0].dtype;
  if (dtype == DType::string) return nullptr;
  const ops::Pad& op = *request.op.as<ops::Pad>();
  const AxisView view = view_around(request.x(), op.axis);
  const auto unit = static_cast<std::size_t>(view.inner) * size_of(dtype);
  const auto row = static_cast<std::size_t>(view.size) * unit;
  const auto before = static_cast<std::size_t>(op.before) * unit;
  const auto after = static_cast<std::size_t>(op.after) * unit;
  return make_kernel([before, row, after, outer = view.outer](const Run& run) {
    const std::byte* x = run.x<std::byte>();
    std::byte* y = run.y<std::byte>();
    if (before + row + after == 0) return;
    for (Index i = 0; i < outer; ++i, x += row) {
      y = static_cast<std::byte*>(std::memset(y, 0, before)) + before;
      if (row > 0) std::memcpy(y, x, row);
      y = static_cast<std::byte*>(std::memset(y + row, 0, after)) + after;
    }
  });
}

}  // namespace linnet::inline v0
