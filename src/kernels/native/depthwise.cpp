// Depthwise convolutions: each channel has its own kernel. Vectorized over the channels.
#include <linnet/ops/convolution.hpp>

#include "kernels/native/activate_block.hpp"
#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"
#include "kernels/window.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kWide = 32;  // channels whose sums are in registers
constexpr Index kMostParts = 16;

/// Calls f(first channel, W) for the channels by whole vectors, then one by one.
template <class F>
[[gnu::always_inline]] inline void for_channels(Index channels, F&& f) {
  Index c = 0;
  for (; c + kWide <= channels; c += kWide) f(c, std::integral_constant<Index, kWide>());
  for (; c + 8 <= channels; c += 8) f(c, std::integral_constant<Index, 8>());
  for (; c < channels; ++c) f(c, std::integral_constant<Index, 1>());
}

template <Index W>
[[gnu::always_inline]] inline void multiply_add(const float* a, const float* b, float* sum) {
  for (Index c = 0; c < W; ++c) sum[c] += a[c] * b[c];
}

/// The pairs (o, i) of positions in a row of y and one of x that element k of the window joins.
template <class F>
[[gnu::always_inline]] inline void for_pairs(const WindowSizes& s, Index k, F&& f) {
  const Index shift = k * s.dilation[2] - s.before[2];
  for (Index o = 0; o < s.out[2]; ++o) {
    const Index i = o * s.stride[2] + shift;
    if (i >= 0 && i < s.in[2]) f(o, i);
  }
}

/// sum += a b for n numbers.
[[gnu::always_inline]] inline void add_products(const float* a, const float* b, float* sum,
                                                Index n) {
  LINNET_INDEPENDENT
  for (Index c = 0; c < n; ++c) sum[c] += a[c] * b[c];
}

/// One row of outputs along the last axis; x is one image, kernel (sizes, channels).
LINNET_CLONES void forward_row(const WindowSizes& s, const WindowSizes::Three& o, const float* x,
                               const float* kernel, const float* bias, float* y) {
  const Index n = s.channels;
  for (Index j = 0; j < s.out[2]; ++j) {
    for (Index c = 0; c < n; ++c) y[j * n + c] = bias == nullptr ? 0.0f : bias[c];
  }
  const auto [first0, last0] = s.inside(0, o[0]);
  const auto [first1, last1] = s.inside(1, o[1]);
  for (Index a = first0; a < last0; ++a) {
    for (Index b = first1; b < last1; ++b) {
      const Index i0 = o[0] * s.stride[0] - s.before[0] + a * s.dilation[0];
      const Index i1 = o[1] * s.stride[1] - s.before[1] + b * s.dilation[1];
      const float* row = x + (i0 * s.in[1] + i1) * s.in[2] * n;
      const float* factors = kernel + (a * s.kernel[1] + b) * s.kernel[2] * n;
      for (Index k = 0; k < s.kernel[2]; ++k, factors += n) {
        for_pairs(
            s, k, [&](Index j, Index i) __attribute__((always_inline)) {
              add_products(row + i * n, factors, y + j * n, n);
            });
      }
    }
  }
}

/// Output o = (i + before - k dilation) / stride, where that is a whole number within y; else -1.
Index output_of(const WindowSizes& s, std::size_t axis, Index i, Index k) {
  const Index at = i + s.before[axis] - k * s.dilation[axis];
  if (at < 0 || at % s.stride[axis] != 0) return -1;
  const Index o = at / s.stride[axis];
  return o < s.out[axis] ? o : -1;
}

/// dx += dy kernel along a row of each; `factors` are a row of the kernel.
LINNET_CLONES void add_to_row(const WindowSizes& s, const float* dy, const float* factors,
                              float* dx) {
  const Index n = s.channels;
  for (Index k = 0; k < s.kernel[2]; ++k, factors += n) {
    for_pairs(
        s, k, [&](Index j, Index i) __attribute__((always_inline)) {
          add_products(dy + j * n, factors, dx + i * n, n);
        });
  }
}

/// One row of dx along the last axis; dy is of one image.
void input_row(const WindowSizes& s, const WindowSizes::Three& i, const float* dy,
               const float* kernel, float* dx) {
  std::fill_n(dx, s.in[2] * s.channels, 0.0f);
  for (Index a = 0; a < s.kernel[0]; ++a) {
    for (Index b = 0; b < s.kernel[1]; ++b) {
      const Index o0 = output_of(s, 0, i[0], a), o1 = output_of(s, 1, i[1], b);
      if (o0 < 0 || o1 < 0) continue;
      add_to_row(s, dy + (o0 * s.out[1] + o1) * s.out[2] * s.channels,
                 kernel + (a * s.kernel[1] + b) * s.kernel[2] * s.channels, dx);
    }
  }
}

/// Adds to dkernel what one row of outputs gives.
LINNET_CLONES void kernel_row(const WindowSizes& s, WindowSizes::Three o, const float* x,
                              const float* dy, float* dkernel) {
  const auto [first0, last0] = s.inside(0, o[0]);
  const auto [first1, last1] = s.inside(1, o[1]);
  for (Index a = first0; a < last0; ++a) {
    for (Index b = first1; b < last1; ++b) {
      const Index i0 = o[0] * s.stride[0] - s.before[0] + a * s.dilation[0];
      const Index i1 = o[1] * s.stride[1] - s.before[1] + b * s.dilation[1];
      const float* row = x + (i0 * s.in[1] + i1) * s.in[2] * s.channels;
      for (Index k = 0; k < s.kernel[2]; ++k) {
        const Index shift = k * s.dilation[2] - s.before[2];
        float* to = dkernel + ((a * s.kernel[1] + b) * s.kernel[2] + k) * s.channels;
        for_channels(
            s.channels, [&](Index c, auto width) __attribute__((always_inline)) {
              constexpr Index kWidth = width;
              float sum[kWidth];
              for (Index l = 0; l < kWidth; ++l) sum[l] = to[c + l];
              for (Index j = 0; j < s.out[2]; ++j) {
                const Index i2 = j * s.stride[2] + shift;
                if (i2 < 0 || i2 >= s.in[2]) continue;
                multiply_add<kWidth>(row + i2 * s.channels + c, dy + j * s.channels + c, sum);
              }
              for (Index l = 0; l < kWidth; ++l) to[c + l] = sum[l];
            });
      }
    }
  }
}

bool depthwise(const WindowSizes& s) {
  return s.groups == s.channels && s.filters == s.channels && s.groups > 1;
}

/// Rows of one side that are worth a thread.
Index grain_of(const WindowSizes& s, Index row) {
  return std::max<Index>(1, kGrain / (row * s.channels * WindowSizes::volume(s.kernel)));
}

std::unique_ptr<Kernel> forward(const KernelRequest& request, const ops::Convolution& op,
                                ActivateBlock activation, const ops::Activate& f) {
  const auto s = convolution_sizes(request.x(0), request.x(1), request.y(), op.window, op.groups);
  if (!depthwise(s) || request.y().elements() == 0) return nullptr;
  return make_kernel([=, threads = request.threads](const Run& run) {
    const Index rows = s.out[0] * s.out[1], size = s.out[2] * s.channels;
    parallel_for(threads, s.batch * rows, grain_of(s, s.out[2]), [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const Index image = i / rows, row = i % rows;
        float* y = run.y<float>() + i * size;
        forward_row(s, {row / s.out[1], row % s.out[1], 0},
                    run.x<float>(0) + image * WindowSizes::volume(s.in) * s.channels,
                    run.x<float>(1), run.input_count > 2 ? run.x<float>(2) : nullptr, y);
        for (Index j = 0; run.input_count > 3 && j < size; ++j) {
          y[j] += run.x<float>(3)[i * size + j];
        }
        if (activation != nullptr) activation(f, y, y, size);
      }
    });
  });
}

}  // namespace

std::unique_ptr<Kernel> native_depthwise(const KernelRequest& request) {
  return forward(request, *request.op.as<ops::Convolution>(), nullptr, {});
}

std::unique_ptr<Kernel> native_fused_depthwise(const KernelRequest& request) {
  const auto& fused = *request.op.as<ops::FusedConvolution>();
  if (!fused.activation) return forward(request, fused.convolution, nullptr, {});
  const ActivateBlock activation = activate_block(*fused.activation);
  if (activation == nullptr) return nullptr;
  return forward(request, fused.convolution, activation, *fused.activation);
}

std::unique_ptr<Kernel> native_depthwise_input(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::ConvolutionInput>();
  const auto s = convolution_sizes(request.y(), request.x(1), request.x(0), op.window, op.groups);
  if (!depthwise(s) || request.y().elements() == 0) return nullptr;
  return make_kernel([s, threads = request.threads](const Run& run) {
    const Index rows = s.in[0] * s.in[1];
    parallel_for(threads, s.batch * rows, grain_of(s, s.in[2]), [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const Index image = i / rows, row = i % rows;
        input_row(s, {row / s.in[1], row % s.in[1], 0},
                  run.x<float>(0) + image * WindowSizes::volume(s.out) * s.channels,
                  run.x<float>(1), run.y<float>() + i * s.in[2] * s.channels);
      }
    });
  });
}

std::unique_ptr<Kernel> native_depthwise_kernel(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::ConvolutionKernel>();
  const auto s = convolution_sizes(request.x(0), request.y(), request.x(1), op.window, op.groups);
  if (!depthwise(s) || request.x(1).elements() == 0) return nullptr;
  const Index rows = s.out[0] * s.out[1], count = request.y().elements();
  // The rows of outputs in a fixed number of parts, each with a sum of its own.
  const Index parts = std::clamp<Index>(s.batch * rows / grain_of(s, s.out[2]), 1, kMostParts);
  auto run_parts = [=, threads = request.threads](const Run& run) {
    auto* sums = reinterpret_cast<float*>(run.scratch);
    parallel_for(threads, parts, 1, [&](Index begin, Index end) {
      for (Index p = begin; p < end; ++p) {
        float* sum = sums + p * count;
        std::fill_n(sum, count, 0.0f);
        for (Index i = s.batch * rows * p / parts; i < s.batch * rows * (p + 1) / parts; ++i) {
          const Index image = i / rows, row = i % rows;
          kernel_row(s, {row / s.out[1], row % s.out[1], 0},
                     run.x<float>(0) + image * WindowSizes::volume(s.in) * s.channels,
                     run.x<float>(1) + i * s.out[2] * s.channels, sum);
        }
      }
    });
    float* y = run.y<float>();
    std::copy_n(sums, count, y);
    for (Index p = 1; p < parts; ++p) {
      for (Index i = 0; i < count; ++i) y[i] += sums[p * count + i];
    }
  };
  return make_kernel(run_parts, static_cast<std::size_t>(parts * count) * sizeof(float));
}

}  // namespace linnet::inline v0
