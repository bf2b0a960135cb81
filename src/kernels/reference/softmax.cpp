#include <algorithm>
#include <cmath>
#include <limits>
#include <linnet/ops/softmax.hpp>
#include <numeric>

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

namespace {

/// The support of sparsemax on one line: the positions of its k largest values, in falling order.
struct Support {
  const std::int32_t* order;
  Index k;
  double tau;
};

/// Sorts positions into `order`, which has room for all of the line.
Support support_of(const Line& x, std::int32_t* order) {
  std::iota(order, order + x.size, 0);
  std::sort(order, order + x.size,
            [&](std::int32_t a, std::int32_t b) { return x[a] > x[b] || (x[a] == x[b] && a < b); });
  double sum = 0, sum_of_sums = 0;
  Index k = 0;
  while (k < x.size) {
    const double next = x[order[k]];
    if (1 + static_cast<double>(k + 1) * next <= sum + next) break;
    sum += next;
    sum_of_sums += sum;
    ++k;
  }
  return {order, k, (sum_of_sums - 1) / static_cast<double>(k)};
}

std::size_t order_bytes(const AxisView& view) {
  return static_cast<std::size_t>(view.size) * sizeof(std::int32_t);
}

}  // namespace

std::unique_ptr<Kernel> reference_sparsemax(const KernelRequest& request) {
  const AxisView view = view_around(request.x(), request.op.as<ops::Sparsemax>()->axis);
  auto lines = [view](const Run& run) {
    each_line(view, [&](Index first) {
      const Line x{run.x<float>() + first, view.size, view.inner};
      float* y = run.y<float>() + first;
      const double tau = support_of(x, reinterpret_cast<std::int32_t*>(run.scratch)).tau;
      for (Index i = 0; i < x.size; ++i) {
        y[i * x.step] = static_cast<float>(std::max(x[i] - tau, 0.0));
      }
    });
  };
  return make_kernel(lines, order_bytes(view));
}

std::unique_ptr<Kernel> reference_sparsemax_grad(const KernelRequest& request) {
  const AxisView view = view_around(request.x(), request.op.as<ops::SparsemaxGrad>()->axis);
  auto lines = [view](const Run& run) {
    each_line(view, [&](Index first) {
      const Line x{run.x<float>(0) + first, view.size, view.inner};
      const Line dy{run.x<float>(1) + first, view.size, view.inner};
      float* dx = run.y<float>() + first;
      const Support support = support_of(x, reinterpret_cast<std::int32_t*>(run.scratch));
      double sum = 0;
      for (Index i = 0; i < x.size; ++i) {
        const double passed = x[i] > support.tau ? dy[i] : 0;
        dx[i * x.step] = static_cast<float>(passed);
        sum += passed;
      }
      for (Index i = 0; i < support.k; ++i) {
        const auto share = static_cast<double>(support.k - i) / static_cast<double>(support.k);
        dx[support.order[i] * x.step] -= static_cast<float>(share * sum);
      }
    });
  };
  return make_kernel(lines, order_bytes(view));
}

}  // namespace linnet::inline v0
