#include <algorithm>
#include <cmath>
#include <limits>
#include <linnet/ops/pooling.hpp>

#include "kernels/reference/reference.hpp"
#include "kernels/window.hpp"

namespace linnet::inline v0 {

namespace {

/// The elements of a window inside x: how many, the first largest (a NaN, if there is one: the last
/// of them), the sum.
struct Seen {
  Index count = 0, largest = -1;
  double sum = 0;
};

/// `x` and what is found are of one image and one channel.
Seen look(const WindowSizes& s, const WindowSizes::Three& o, const float* x) {
  Seen seen;
  s.for_inside(o, [&](Index, Index i) {
    const float value = x[i * s.channels];
    seen.sum += static_cast<double>(value);
    ++seen.count;
    const bool more = seen.largest < 0 || value > x[seen.largest * s.channels];
    if (more || std::isnan(value)) seen.largest = i;
  });
  return seen;
}

}  // namespace

std::unique_ptr<Kernel> reference_pool(const KernelRequest& request) {
  const auto op = *request.op.as<ops::Pool>();
  const WindowSizes s(request.x(), request.y(), op.sizes, op.window);
  return make_kernel([=](const Run& run) {
    const Index in = WindowSizes::volume(s.in), out = WindowSizes::volume(s.out);
    for (Index n = 0; n < s.batch; ++n) {
      for (Index c = 0; c < s.channels; ++c) {
        const float* x = run.x<float>() + n * in * s.channels + c;
        float* y = run.y<float>() + n * out * s.channels + c;
        s.for_outputs([&](const WindowSizes::Three& o, Index at) {
          const Seen seen = look(s, o, x);
          if (op.kind == ops::PoolKind::average) {
            y[at * s.channels] =
                seen.count == 0 ? 0.0f
                                : static_cast<float>(seen.sum / static_cast<double>(seen.count));
          } else {
            y[at * s.channels] = seen.largest < 0 ? -std::numeric_limits<float>::infinity()
                                                  : x[seen.largest * s.channels];
          }
        });
      }
    }
  });
}

std::unique_ptr<Kernel> reference_pool_grad(const KernelRequest& request) {
  const auto op = *request.op.as<ops::PoolGrad>();
  const WindowSizes s(request.x(0), request.x(1), op.sizes, op.window);
  return make_kernel([=](const Run& run) {
    const Index in = WindowSizes::volume(s.in), out = WindowSizes::volume(s.out);
    std::fill_n(run.y<float>(), s.batch * in * s.channels, 0.0f);
    for (Index n = 0; n < s.batch; ++n) {
      for (Index c = 0; c < s.channels; ++c) {
        const float* x = run.x<float>(0) + n * in * s.channels + c;
        const float* dy = run.x<float>(1) + n * out * s.channels + c;
        float* dx = run.y<float>() + n * in * s.channels + c;
        s.for_outputs([&](const WindowSizes::Three& o, Index at) {
          const Seen seen = look(s, o, x);
          const float d = dy[at * s.channels];
          if (op.kind == ops::PoolKind::max) {
            if (seen.largest >= 0) dx[seen.largest * s.channels] += d;
            return;
          }
          s.for_inside(
              o, [&](Index, Index i) { dx[i * s.channels] += d / static_cast<float>(seen.count); });
        });
      }
    }
  });
}

}  // namespace linnet::inline v0
