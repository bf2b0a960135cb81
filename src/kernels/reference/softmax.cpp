#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <linnet/ops/softmax.hpp>

#include "kernels/reference/reference.hpp"
#include "kernels/strides.hpp"

namespace linnet::inline v0 {

namespace {

/// Calls f(first) for each line along the view's axis; its elements are view.inner apart.
template <class F>
void each_line(const AxisView& view, F&& f) {
  for (Index i = 0; i < view.outer; ++i) {
    for (Index j = 0; j < view.inner; ++j) f(i * view.size * view.inner + j);
  }
}

struct Line {
  const float* x;
  Index size, step;

  double operator[](Index i) const { return x[i * step]; }
  double max() const {
    double m = -std::numeric_limits<double>::infinity();
    for (Index i = 0; i < size; ++i) m = std::max(m, (*this)[i]);
    return m;
  }
  double sum_exp(double shift) const {
    double sum = 0;
    for (Index i = 0; i < size; ++i) sum += std::exp((*this)[i] - shift);
    return sum;
  }
};

/// A kernel that calls f(line of x, y at its first element) for each line.
template <class F>
std::unique_ptr<Kernel> linewise(const KernelRequest& request, Index axis, F f) {
  return make_kernel([f, view = view_around(request.x(), axis)](const Run& run) {
    each_line(view, [&](Index first) {
      f(Line{run.x<float>() + first, view.size, view.inner}, run.y<float>() + first);
    });
  });
}

}  // namespace

std::unique_ptr<Kernel> reference_softmax(const KernelRequest& request) {
  return linewise(request, request.op.as<ops::Softmax>()->axis, [](const Line& x, float* y) {
    const double max = x.max();
    const double sum = x.sum_exp(max);
    for (Index i = 0; i < x.size; ++i) {
      y[i * x.step] = static_cast<float>(std::exp(x[i] - max) / sum);
    }
  });
}

std::unique_ptr<Kernel> reference_log_softmax(const KernelRequest& request) {
  return linewise(request, request.op.as<ops::LogSoftmax>()->axis, [](const Line& x, float* y) {
    const double max = x.max();
    const double log_sum = std::log(x.sum_exp(max));
    for (Index i = 0; i < x.size; ++i) y[i * x.step] = static_cast<float>(x[i] - max - log_sum);
  });
}

std::unique_ptr<Kernel> reference_softmax_grad(const KernelRequest& request) {
  const AxisView view = view_around(request.x(), request.op.as<ops::SoftmaxGrad>()->axis);
  return make_kernel([view](const Run& run) {
    each_line(view, [&](Index first) {
      const Line y{run.x<float>(0) + first, view.size, view.inner};
      const Line dy{run.x<float>(1) + first, view.size, view.inner};
      float* dx = run.y<float>() + first;
      double dot = 0;
      for (Index i = 0; i < view.size; ++i) dot += y[i] * dy[i];
      for (Index i = 0; i < view.size; ++i) {
        dx[i * view.inner] = static_cast<float>(y[i] * (dy[i] - dot));
      }
    });
  });
}

std::unique_ptr<Kernel> reference_sparsemax(const KernelRequest& request) {
  const AxisView view = view_around(request.x(), request.op.as<ops::Sparsemax>()->axis);
  const auto scratch = static_cast<std::size_t>(view.size) * sizeof(float);
  auto run_lines = [view](const Run& run) {
    auto* sorted = reinterpret_cast<float*>(run.scratch);
    each_line(view, [&](Index first) {
      const Line x{run.x<float>() + first, view.size, view.inner};
      float* y = run.y<float>() + first;
      for (Index i = 0; i < x.size; ++i) sorted[i] = x.x[i * x.step];
      std::sort(sorted, sorted + x.size, std::greater<>());
      // tau = (sum of the k largest - 1) / k for the last k with 1 + k x(k) > that sum.
      double sum = 0, tau = 0;
      for (Index k = 1; k <= x.size; ++k) {
        sum += sorted[k - 1];
        if (1 + static_cast<double>(k) * sorted[k - 1] <= sum) break;
        tau = (sum - 1) / static_cast<double>(k);
      }
      for (Index i = 0; i < x.size; ++i) {
        y[i * x.step] = static_cast<float>(std::max(x[i] - tau, 0.0));
      }
    });
  };
  return make_kernel(run_lines, scratch);
}

}  // namespace linnet::inline v0
