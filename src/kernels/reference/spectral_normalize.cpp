#include <algorithm>
#include <cmath>
#include <linnet/ops/spectral_normalize.hpp>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

/// What a vector of this squared length is divided by: its length, or 1e-7 if that is more.
double length_of(double square) { return std::max(std::sqrt(square), 1e-7); }

/// x /= its length; gives the square of the length that it had.
double to_length_one(double* x, Index n) {
  double square = 0;
  for (Index i = 0; i < n; ++i) square += x[i] * x[i];
  for (Index i = 0; i < n; ++i) x[i] /= length_of(square);
  return square;
}

/// v = W u of length 1, and u = v W of length 1; gives v W u.
double iterate(const float* w, Index m, Index n, double* u, double* v) {
  for (Index i = 0; i < m; ++i) {
    v[i] = 0;
    for (Index j = 0; j < n; ++j) v[i] += static_cast<double>(w[i * n + j]) * u[j];
  }
  to_length_one(v, m);
  std::fill(u, u + n, 0.0);
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < n; ++j) u[j] += v[i] * static_cast<double>(w[i * n + j]);
  }
  const double square = to_length_one(u, n);
  return square / length_of(square);  // v W times the new u
}

}  // namespace

std::unique_ptr<Kernel> reference_spectral_normalize(const KernelRequest& request) {
  const Index n = request.x(1).elements(), m = n == 0 ? 0 : request.x(0).elements() / n;
  const Index iterations = request.op.as<ops::SpectralNormalize>()->iterations;
  auto normalize = [=](const Run& run) {
    float* w = run.state<float>(0);
    float* state = run.state<float>(1);
    if (!std::all_of(w, w + m * n, [](float x) { return x == 0; })) {
      auto* u = reinterpret_cast<double*>(run.scratch);
      double* v = u + n;
      std::copy(state, state + n, u);
      double sigma = 1;
      for (Index i = 0; i < iterations; ++i) sigma = iterate(w, m, n, u, v);
      std::transform(u, u + n, state, [](double x) { return static_cast<float>(x); });
      for (Index i = 0; i < m * n; ++i)
        w[i] = static_cast<float>(static_cast<double>(w[i]) / sigma);
    }
    std::copy(w, w + m * n, run.y<float>());
  };
  return make_kernel(normalize, static_cast<std::size_t>(m + n) * sizeof(double));
}

}  // namespace linnet::inline v0
