// Softmax and its gradient along the last axis.
#include <cmath>
#include <limits>
#include <linnet/ops/softmax.hpp>

#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/vector_math.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kLanes = 16;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// One vector of a row; the end of a row is filled up.
struct Lanes {
  float v[kLanes];
};

[[gnu::always_inline]] inline Lanes load(const float* x, Index n, float fill) {
  Lanes lanes;
  if (n >= kLanes) {
    for (Index l = 0; l < kLanes; ++l) lanes.v[l] = x[l];
  } else {
    for (Index l = 0; l < kLanes; ++l) lanes.v[l] = fill;
    for (Index l = 0; l < n; ++l) lanes.v[l] = x[l];
  }
  return lanes;
}

[[gnu::always_inline]] inline void store(const Lanes& lanes, float* y, Index n) {
  if (n >= kLanes) {
    for (Index l = 0; l < kLanes; ++l) y[l] = lanes.v[l];
  } else {
    for (Index l = 0; l < n; ++l) y[l] = lanes.v[l];
  }
}

[[gnu::always_inline]] inline float max_of(const float* x, Index n) {
  Lanes best = load(x, n, -kInfinity);
  for (Index i = kLanes; i < n; i += kLanes) {
    const Lanes next = load(x + i, n - i, -kInfinity);
    for (Index l = 0; l < kLanes; ++l) best.v[l] = next.v[l] > best.v[l] ? next.v[l] : best.v[l];
  }
  float max = best.v[0];
  for (Index l = 1; l < kLanes; ++l) max = best.v[l] > max ? best.v[l] : max;
  return max;
}

[[gnu::always_inline]] inline float total(const Lanes& lanes) {
  double sum = 0;
  for (Index l = 0; l < kLanes; ++l) sum += lanes.v[l];
  return static_cast<float>(sum);
}

/// y = e^(x - max), unless y is null; the sum of it is returned.
[[gnu::always_inline]] inline float exp_row(const float* x, float max, float* y, Index n) {
  Lanes sum{};
  for (Index i = 0; i < n; i += kLanes) {
    Lanes e = load(x + i, n - i, -kInfinity);
    for (Index l = 0; l < kLanes; ++l) e.v[l] = vector_math::exp(e.v[l] - max);
    if (y != nullptr) store(e, y + i, n - i);
    for (Index l = 0; l < kLanes; ++l) sum.v[l] += e.v[l];
  }
  return total(sum);
}

LINNET_CLONES void softmax_rows(const float* x, float* y, Index rows, Index n) {
  for (Index row = 0; row < rows; ++row, x += n, y += n) {
    const float scale = 1.0f / exp_row(x, max_of(x, n), y, n);
    for (Index i = 0; i < n; ++i) y[i] *= scale;
  }
}

LINNET_CLONES void log_softmax_rows(const float* x, float* y, Index rows, Index n) {
  for (Index row = 0; row < rows; ++row, x += n, y += n) {
    const float max = max_of(x, n);
    const float log_sum = std::log(exp_row(x, max, nullptr, n));
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) y[i] = x[i] - max - log_sum;
  }
}

LINNET_CLONES void softmax_grad_rows(const float* y, const float* dy, float* dx, Index rows,
                                     Index n) {
  for (Index row = 0; row < rows; ++row, y += n, dy += n, dx += n) {
    Lanes sum{};
    for (Index i = 0; i < n; i += kLanes) {
      const Lanes a = load(y + i, n - i, 0), b = load(dy + i, n - i, 0);
      for (Index l = 0; l < kLanes; ++l) sum.v[l] += a.v[l] * b.v[l];
    }
    const float dot = total(sum);
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) dx[i] = y[i] * (dy[i] - dot);
  }
}

/// f(row, rows) for ranges of the rows of (rows, n), on several threads.
template <class F>
void for_rows(int threads, const AxisView& view, F f) {
  parallel_for(threads, view.outer, kCostlyGrain / std::max<Index>(1, view.size),
               [&](Index first, Index last) { f(first * view.size, last - first); });
}

using RowsFunction = void (*)(const float* x, float* y, Index rows, Index n);

std::unique_ptr<Kernel> by_rows(const KernelRequest& request, Index axis, RowsFunction rows) {
  const AxisView view = view_around(request.x(), axis);
  if (view.inner != 1 || view.size == 0) return nullptr;
  return make_kernel([view, rows, threads = request.threads](const Run& run) {
    for_rows(threads, view, [&](Index at, Index count) {
      rows(run.x<float>() + at, run.y<float>() + at, count, view.size);
    });
  });
}

}  // namespace

std::unique_ptr<Kernel> native_softmax(const KernelRequest& request) {
  return by_rows(request, request.op.as<ops::Softmax>()->axis, softmax_rows);
}

std::unique_ptr<Kernel> native_log_softmax(const KernelRequest& request) {
  return by_rows(request, request.op.as<ops::LogSoftmax>()->axis, log_softmax_rows);
}

std::unique_ptr<Kernel> native_softmax_grad(const KernelRequest& request) {
  const AxisView view = view_around(request.x(), request.op.as<ops::SoftmaxGrad>()->axis);
  if (view.inner != 1 || view.size == 0) return nullptr;
  return make_kernel([view, threads = request.threads](const Run& run) {
    for_rows(threads, view, [&](Index at, Index count) {
      softmax_grad_rows(run.x<float>(0) + at, run.x<float>(1) + at, run.y<float>() + at, count,
                        view.size);
    });
  });
}

}  // namespace linnet::inline v0
