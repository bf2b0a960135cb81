#include <cmath>
#include <linnet/ops/layer_normalize.hpp>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

/// The mean of f(0), ..., f(n - 1).
template <class F>
double mean_of(Index n, F&& f) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += f(i);
  return n == 0 ? 0 : sum / static_cast<double>(n);
}

}  // namespace

std::unique_ptr<Kernel> reference_layer_normalize(const KernelRequest& request) {
  const Index n = request.x(0)[-1], rows = request.outputs[1].shape.elements();
  const auto* op = request.op.as<ops::LayerNormalize>();
  return make_kernel([n, rows, epsilon = op->epsilon, centered = op->centered](const Run& run) {
    for (Index r = 0; r < rows; ++r) {
      auto x = [&](Index i) { return static_cast<double>(run.x<float>(0)[r * n + i]); };
      const double mean = centered ? mean_of(n, x) : 0;
      const double variance = mean_of(n, [&](Index i) { return (x(i) - mean) * (x(i) - mean); });
      const double factor = 1 / std::sqrt(variance + epsilon);
      for (Index i = 0; i < n; ++i) {
        const auto scale = static_cast<double>(run.x<float>(1)[i]);
        const auto offset = static_cast<double>(run.x<float>(2)[i]);
        run.y<float>(0)[r * n + i] = static_cast<float>((x(i) - mean) * factor * scale + offset);
      }
      run.y<float>(1)[r] = static_cast<float>(mean);
      run.y<float>(2)[r] = static_cast<float>(factor);
    }
  });
}

// With z = (x - mean) factor and g = dy scale:
// dx = factor (g - mean(g) - z mean(g z)), dscale = sum(dy z), doffset = sum(dy).
std::unique_ptr<Kernel> reference_layer_normalize_grad(const KernelRequest& request) {
  const Index n = request.x(0)[-1], rows = request.x(2).elements();
  const bool centered = request.op.as<ops::LayerNormalizeGrad>()->centered;
  return make_kernel([n, rows, centered](const Run& run) {
    auto z = [&](Index r, Index i) {
      return (static_cast<double>(run.x<float>(0)[r * n + i]) -
              static_cast<double>(run.x<float>(2)[r])) *
             static_cast<double>(run.x<float>(3)[r]);
    };
    auto dy = [&](Index r, Index i) { return static_cast<double>(run.x<float>(4)[r * n + i]); };
    for (Index r = 0; r < rows; ++r) {
      auto g = [&](Index i) { return dy(r, i) * static_cast<double>(run.x<float>(1)[i]); };
      const double plain = centered ? mean_of(n, g) : 0;
      const double with_z = mean_of(n, [&](Index i) { return g(i) * z(r, i); });
      const auto factor = static_cast<double>(run.x<float>(3)[r]);
      for (Index i = 0; i < n; ++i) {
        run.y<float>(0)[r * n + i] = static_cast<float>(factor * (g(i) - plain - z(r, i) * with_z));
      }
    }
    for (Index i = 0; i < n; ++i) {
      double dscale = 0, doffset = 0;
      for (Index r = 0; r < rows; ++r) {
        dscale += dy(r, i) * z(r, i);
        doffset += dy(r, i);
      }
      run.y<float>(1)[i] = static_cast<float>(dscale);
      run.y<float>(2)[i] = static_cast<float>(doffset);
    }
  });
}

}  // namespace linnet::inline v0
