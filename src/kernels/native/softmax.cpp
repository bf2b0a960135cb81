// Softmax and its gradient along the last axis.
#include <cmath>
#include <linnet/ops/softmax.hpp>

#include "kernels/native/blocks.hpp"
#include "kernels/native/lanes.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/vector_math.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kPiece = 256;  // elements whose exp is on the stack at a time

/// y = e^(x - max of the row); several rows, so that short ones fill vectors too.
[[gnu::always_inline]] inline void exp_rows(const float* x, float* y, Index rows, Index n) {
  for (Index row = 0; row < rows; ++row) {
    const float max = fold(x + row * n, n, Max{});
    LINNET_INDEPENDENT
    for (Index i = row * n; i < (row + 1) * n; ++i) y[i] = x[i] - max;
  }
  for (Index i = 0; i < rows * n; ++i) y[i] = vector_math::exp(y[i]);
}

LINNET_CLONES void softmax_rows(const float* x, float* y, Index rows, Index n) {
  exp_rows(x, y, rows, n);
  for (Index row = 0; row < rows; ++row, y += n) {
    const float scale = 1.0f / fold(y, n, Sum{});
    for (Index i = 0; i < n; ++i) y[i] *= scale;
  }
}

LINNET_CLONES void log_softmax_rows(const float* x, float* y, Index rows, Index n) {
  for (Index row = 0; row < rows; ++row, x += n, y += n) {
    const float max = fold(x, n, Max{});
    float sum = 0;
    for (Index begin = 0; begin < n; begin += kPiece) {
      float e[kPiece];
      const Index count = std::min(kPiece, n - begin);
      for (Index i = 0; i < count; ++i) e[i] = vector_math::exp(x[begin + i] - max);
      sum += fold(e, count, Sum{});
    }
    const float log_sum = std::log(sum);
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) y[i] = x[i] - max - log_sum;
  }
}

LINNET_CLONES void softmax_grad_rows(const float* y, const float* dy, float* dx, Index rows,
                                     Index n) {
  for (Index row = 0; row < rows; ++row, y += n, dy += n, dx += n) {
    const float dot = fold(
        n, Sum{}, [&](Index i) __attribute__((always_inline)) { return y[i] * dy[i]; });
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) dx[i] = y[i] * (dy[i] - dot);
  }
}

/// f(first element, rows) for groups of the rows of (rows, n), on several threads.
template <class F>
void for_rows(int threads, const AxisView& view, F f) {
  const Index group = std::max<Index>(1, kBlock / view.size);
  const Index groups = (view.outer + group - 1) / group;
  parallel_for(threads, groups, kCostlyGrain / (group * view.size), [&](Index first, Index last) {
    for (Index i = first; i < last; ++i) {
      f(i * group * view.size, std::min(group, view.outer - i * group));
    }
  });
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
