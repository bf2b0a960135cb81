// Pooling and its gradient, vectorized over the channels.
#include <limits>
#include <linnet/ops/pooling.hpp>

#include "kernels/native/blocks.hpp"
#include "kernels/native/lanes.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"
#include "kernels/window.hpp"

namespace linnet::inline v0 {

using ops::PoolKind;

namespace {

constexpr Index kChannels = 64;  // that the gradient works on together

/// `n` channels of one output: of all elements of its window that lie inside x.
[[gnu::always_inline]] inline void pool_one(PoolKind kind, const WindowSizes& s,
                                            const WindowSizes::Three& o, const float* x, float* y,
                                            Index n) {
  if (kind == PoolKind::max) {
    for (Index c = 0; c < n; ++c) y[c] = Max::kFirst;
    s.for_inside(
        o, [&](Index, Index i) __attribute__((always_inline)) {
          const float* from = x + i * s.channels;
          for (Index c = 0; c < n; ++c) y[c] = Max{}(y[c], from[c]);
        });
    return;
  }
  Index count = 0;
  for (Index c = 0; c < n; ++c) y[c] = 0;
  s.for_inside(
      o, [&](Index, Index i) __attribute__((always_inline)) {
        ++count;
        const float* from = x + i * s.channels;
        for (Index c = 0; c < n; ++c) y[c] += from[c];
      });
  const float scale = count == 0 ? 0.0f : 1.0f / static_cast<float>(count);
  for (Index c = 0; c < n; ++c) y[c] *= scale;
}

/// One row of outputs along the last axis; x is one image.
LINNET_CLONES void pool_row(PoolKind kind, const WindowSizes& s, WindowSizes::Three o,
                            const float* x, float* y) {
  for (o[2] = 0; o[2] < s.out[2]; ++o[2]) {
    pool_one(kind, s, o, x, y + o[2] * s.channels, s.channels);
  }
}

/// dx[first largest] += dy for `n` <= kChannels channels of one output.
[[gnu::always_inline]] inline void max_grad_one(const WindowSizes& s, const WindowSizes::Three& o,
                                                const float* x, const float* dy, float* dx,
                                                Index n) {
  float best[kChannels];
  std::int32_t at[kChannels];
  bool first = true;
  s.for_inside(
      o, [&](Index, Index i) __attribute__((always_inline)) {
        const float* from = x + i * s.channels;
        const auto here = static_cast<std::int32_t>(i);
        if (std::exchange(first, false)) {
          for (Index c = 0; c < n; ++c) best[c] = from[c];
          for (Index c = 0; c < n; ++c) at[c] = here;
        } else {
          for (Index c = 0; c < n; ++c) {
            const bool more = (from[c] > best[c]) | (from[c] != from[c]);
            best[c] = more ? from[c] : best[c];
            at[c] = more ? here : at[c];
          }
        }
      });
  s.for_inside(
      o, [&](Index, Index i) __attribute__((always_inline)) {
        float* to = dx + i * s.channels;
        const auto here = static_cast<std::int32_t>(i);
        for (Index c = 0; c < n; ++c) to[c] += at[c] == here ? dy[c] : 0.0f;
      });
}

[[gnu::always_inline]] inline void average_grad_one(const WindowSizes& s,
                                                    const WindowSizes::Three& o, const float* dy,
                                                    float* dx, Index n) {
  Index count = 0;
  s.for_inside(
      o, [&](Index, Index) __attribute__((always_inline)) { ++count; });
  const float scale = 1.0f / static_cast<float>(std::max<Index>(count, 1));
  s.for_inside(
      o, [&](Index, Index i) __attribute__((always_inline)) {
        float* to = dx + i * s.channels;
        for (Index c = 0; c < n; ++c) to[c] += scale * dy[c];
      });
}

/// The number of places along `axis` up to the last one that output `o` sees.
Index seen(const WindowSizes& s, std::size_t axis, Index o) {
  const Index last = o * s.stride[axis] - s.before[axis] + s.kernel[axis];
  return std::clamp<Index>(last, 0, s.in[axis]);
}

/// `n` channels of one image. dx is cleared row by row, right before a row is first added to.
LINNET_CLONES void pool_grad_image(PoolKind kind, const WindowSizes& s, const float* x,
                                   const float* dy, float* dx, Index n) {
  Index cleared = 0;
  auto clear = [&](Index rows) {
    for (Index i = cleared * s.in[2]; i < rows * s.in[2]; ++i) {
      std::fill_n(dx + i * s.channels, n, 0.0f);
    }
    cleared = std::max(cleared, rows);
  };
  WindowSizes::Three o{};
  for (o[0] = 0; o[0] < s.out[0]; ++o[0]) {
    for (o[1] = 0; o[1] < s.out[1]; ++o[1]) {
      clear((seen(s, 0, o[0]) - 1) * s.in[1] + seen(s, 1, o[1]));
      for (o[2] = 0; o[2] < s.out[2]; ++o[2], dy += s.channels) {
        if (kind == PoolKind::max) {
          max_grad_one(s, o, x, dy, dx, n);
        } else {
          average_grad_one(s, o, dy, dx, n);
        }
      }
    }
  }
  clear(s.in[0] * s.in[1]);
}

}  // namespace

std::unique_ptr<Kernel> native_pool(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::Pool>();
  const WindowSizes s(request.x(), request.y(), op.sizes, op.window);
  const Index rows = s.out[0] * s.out[1];
  const Index work = s.out[2] * s.channels * WindowSizes::volume(s.kernel);
  const Index grain = std::max<Index>(1, kGrain / std::max<Index>(work, 1));
  return make_kernel([=, kind = op.kind, threads = request.threads](const Run& run) {
    parallel_for(threads, s.batch * rows, grain, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const Index image = i / rows, row = i % rows;
        pool_row(kind, s, {row / s.out[1], row % s.out[1], 0},
                 run.x<float>() + image * WindowSizes::volume(s.in) * s.channels,
                 run.y<float>() + i * s.out[2] * s.channels);
      }
    });
  });
}

std::unique_ptr<Kernel> native_pool_grad(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::PoolGrad>();
  const WindowSizes s(request.x(0), request.x(1), op.sizes, op.window);
  const Index in = WindowSizes::volume(s.in), out = WindowSizes::volume(s.out);
  if (in > std::numeric_limits<std::int32_t>::max()) return nullptr;
  const Index blocks = (s.channels + kChannels - 1) / kChannels;
  // Few images of few channels: smaller blocks, so that every thread has one.
  const Index wanted = s.batch * blocks < 8 ? 16 : kChannels;
  const Index parts = (s.channels + wanted - 1) / wanted;
  const Index work = out * std::min(s.channels, wanted) * WindowSizes::volume(s.kernel);
  const Index grain = std::max<Index>(1, kGrain / std::max<Index>(work, 1));
  return make_kernel([=, kind = op.kind, threads = request.threads](const Run& run) {
    parallel_for(threads, s.batch * parts, grain, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const Index image = i / parts, channel = i % parts * wanted;
        const Index x = image * in * s.channels + channel;
        pool_grad_image(kind, s, run.x<float>(0) + x,
                        run.x<float>(1) + image * out * s.channels + channel, run.y<float>() + x,
                        std::min(wanted, s.channels - channel));
      }
    });
  });
}

}  // namespace linnet::inline v0
