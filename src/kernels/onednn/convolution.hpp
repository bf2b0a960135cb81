// What oneDNN's convolution kernels share: descriptors of slices, and the packing of kernels.
#pragma once

#include <algorithm>
#include <string_view>

#include "kernels/kernel.hpp"
#include "kernels/onednn/call.hpp"
#include "kernels/slices.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0::onednn {

/// Bytes rounded up to whole cache lines.
inline std::size_t lines(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

/// Below this many multiplications a second thread costs more than it saves.
inline constexpr Index kThreadedWork = 1 << 20;

/// A convolution in oneDNN's terms; all tensors but the kernel are channels-last.
class Convolution {
 public:
  explicit Convolution(const WindowSizes& sizes) : s(sizes) {}

  WindowSizes s;

  /// The multiplications of the whole.
  Index work() const {
    return s.batch * WindowSizes::volume(s.out) * WindowSizes::volume(s.kernel) *
           s.group_channels() * s.filters;
  }

  /// False for windows that crop, which oneDNN does not know, for what is empty, and for strided
  /// kernels of one position over few or odd numbers of channels, for which it has no fast way.
  bool served() const {
    const bool point = WindowSizes::volume(s.kernel) == 1;
    if (point && (s.channels % 8 != 0 || s.filters % 8 != 0)) return false;
    return *std::min_element(s.before.begin(), s.before.end()) >= 0 && work() > 0;
  }

  ConvolutionDescs descs(const Slice& slice, const MemoryDesc& kernel) const {
    ConvolutionDescs d{tensor(slice.images, s.channels, s.in, slice.ins),
                       kernel,
                       tensor(slice.images, s.filters, s.out, slice.outs),
                       {},
                       {},
                       {},
                       {}};
    for (std::size_t i = first(); i < 3; ++i) {
      const Index range = (s.kernel[i] - 1) * s.dilation[i] + 1;
      d.strides.push_back(s.stride[i]);
      d.dilations.push_back(s.dilation[i] - 1);
      d.before.push_back(s.before[i]);
      d.after.push_back((s.out[i] - 1) * s.stride[i] + range - s.before[i] - s.in[i]);
    }
    d.before[0] = slice.before;
    d.after[0] = slice.after;
    return d;
  }

  /// The kernel in a layout of oneDNN's choice.
  MemoryDesc any_kernel() const {
    return {kernel_dims(s.group_channels()), dnnl::memory::data_type::f32,
            dnnl::memory::format_tag::any};
  }

  /// `channels` of the kernel's input channels, as linnet holds it: (sizes..., channels, filters).
  MemoryDesc plain_kernel(Index channels) const {
    Dims strides{1, s.filters};
    if (s.groups > 1) strides.insert(strides.begin(), s.group_filters());
    const Index plane = s.group_channels() * s.filters;
    Index stride = plane * WindowSizes::volume(s.kernel);
    for (std::size_t i = 0; i < 3; ++i) {
      stride /= s.kernel[i];
      if (i >= first()) strides.push_back(stride);
    }
    return float_desc(kernel_dims(channels), strides);
  }

  Dims kernel_dims(Index channels) const {
    Dims dims{s.group_filters(), channels};
    if (s.groups > 1) dims.insert(dims.begin(), s.groups);
    for (std::size_t i = first(); i < 3; ++i) dims.push_back(s.kernel[i]);
    return dims;
  }

  Index x_offset(const Slice& slice) const {
    return (slice.image * WindowSizes::volume(s.in) + slice.in * row(s.in)) * s.channels;
  }
  Index y_offset(const Slice& slice) const {
    return (slice.image * WindowSizes::volume(s.out) + slice.out * row(s.out)) * s.filters;
  }
  /// The numbers of y in a slice.
  Index y_count(const Slice& slice) const {
    return slice.images * slice.outs * row(s.out) * s.filters;
  }

 private:
  std::size_t first() const { return static_cast<std::size_t>(3 - s.axes); }
  Index row(const WindowSizes::Three& sizes) const {
    return WindowSizes::volume(sizes) / sizes[first()];
  }

  MemoryDesc tensor(Index images, Index channels, const WindowSizes::Three& sizes,
                    Index rows) const {
    Dims dims{images, channels}, strides{rows * row(sizes) * channels, 1};
    Index stride = row(sizes) * channels;
    for (std::size_t i = first(); i < 3; ++i) {
      dims.push_back(i == first() ? rows : sizes[i]);
      strides.push_back(stride);
      if (i + 1 < 3) stride /= sizes[i + 1];
    }
    return float_desc(dims, strides);
  }
};

/// Copies kernels between linnet's layout and the one a primitive asked for, on several threads.
class Packing {
 public:
  enum class Way { pack, unpack };
  Packing(const Convolution& of, const MemoryDesc& packed, Way way, int threads);

  /// False if the two layouts are the same.
  bool needed() const { return needed_; }
  void pack(const float* plain, std::byte* packed) const;
  /// Made for the other way: plain = packed, or plain += packed if `add`.
  void unpack(const std::byte* packed, float* plain, bool add) const;

 private:
  struct Part {
    std::unique_ptr<Call> copy, add;
    Index offset;  ///< of the part in the plain kernel
  };
  std::vector<Part> calls_;
  int threads_;
  bool needed_ = true;
};

/// Throws what `created` turns into null: oneDNN's reference loops are no help.
inline void refuse_reference(std::string_view implementation) {
  if (implementation.find("ref") != std::string_view::npos) {
    throw dnnl::error(dnnl_unimplemented, "only the reference serves");
  }
}

/// The kernel that f makes, or null if oneDNN does not serve it.
template <class F>
std::unique_ptr<Kernel> created(F&& f) {
  try {
    return f();
  } catch (const dnnl::error&) {
    return nullptr;
  }
}

/// True if each output sees one input, so that the convolution is a product of matrices.
inline bool pointwise(const WindowSizes& s) {
  const auto all = [](const WindowSizes::Three& sizes, Index value) {
    return std::all_of(sizes.begin(), sizes.end(), [&](Index size) { return size == value; });
  };
  return s.groups == 1 && all(s.kernel, 1) && all(s.stride, 1) && all(s.before, 0) &&
         all(s.after, 0);
}

}  // namespace linnet::inline v0::onednn
