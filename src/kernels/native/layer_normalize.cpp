// Normalization of rows by their own statistics, and its gradient.
#include <cmath>
#include <linnet/ops/layer_normalize.hpp>

#include "kernels/native/blocks.hpp"
#include "kernels/native/lanes.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kPiece = 1024;  // elements whose sum is of single precision
constexpr Index kDepth = 64;    // rows whose sums are of single precision
constexpr Index kMostSlices = 32;

/// The sum of get(0), ..., get(n - 1).
template <class Get>
[[gnu::always_inline]] inline double total(Index n, Get get) {
  double sum = 0;
  for (Index begin = 0; begin < n; begin += kPiece) {
    sum += static_cast<double>(fold(
        std::min(kPiece, n - begin),
        Sum{}, [&](Index i) __attribute__((always_inline)) { return get(begin + i); }));
  }
  return sum;
}

/// Sums are of distances, from the first number and then from the mean: they keep their digits
/// however far the numbers are from 0.
LINNET_CLONES void normalize_by_row(const float* x, const float* scale, const float* offset,
                                    float* y, float* means, float* factors, Index rows, Index n,
                                    const ops::LayerNormalize& op) {
  const double count = static_cast<double>(n);
  for (Index r = 0; r < rows; ++r, x += n, y += n) {
    double mean = 0;
    if (op.centered) {
      const float first = x[0];
      mean = static_cast<double>(first) +
             total(
                 n, [&](Index i) __attribute__((always_inline)) { return x[i] - first; }) /
                 count;
    }
    const float m = static_cast<float>(mean);
    const double square =
        total(
            n, [&](Index i) __attribute__((always_inline)) { return (x[i] - m) * (x[i] - m); }) /
        count;
    const double left = mean - static_cast<double>(m);  // what rounding took from the mean
    const double factor = 1 / std::sqrt(std::max(0.0, square - left * left) + op.epsilon);
    const float f = static_cast<float>(factor), rest = static_cast<float>(left * factor);
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) y[i] = ((x[i] - m) * f - rest) * scale[i] + offset[i];
    means[r] = m;
    factors[r] = f;
  }
}

/// dx = factor (g - mean(g) - z mean(g z)) with z = (x - mean) factor and g = dy scale;
/// dscale += dy z, doffset += dy.
LINNET_CLONES void normalize_grad_by_row(const float* x, const float* scale, const float* means,
                                         const float* factors, const float* dy, float* dx,
                                         float* dscale, float* doffset, Index rows, Index n,
                                         bool centered) {
  const double count = static_cast<double>(n);
  for (Index r = 0; r < rows; ++r, x += n, dy += n, dx += n) {
    const float m = means[r], f = factors[r];
    const double plain =
        centered
            ? total(
                  n, [&](Index i) __attribute__((always_inline)) { return dy[i] * scale[i]; }) /
                  count
            : 0;
    const double with_z =
        total(
            n, [&](Index i)
                   __attribute__((always_inline)) { return dy[i] * scale[i] * ((x[i] - m) * f); }) /
        count;
    const float a = static_cast<float>(plain), b = static_cast<float>(with_z);
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) {
      const float z = (x[i] - m) * f, d = dy[i];
      dx[i] = f * (d * scale[i] - a - z * b);
      dscale[i] += d * z;
      doffset[i] += d;
    }
  }
}

/// to += with, and with = 0.
LINNET_CLONES void move_sums(double* to, float* with, Index n) {
  for (Index i = 0; i < n; ++i) {
    to[i] += static_cast<double>(with[i]);
    with[i] = 0;
  }
}

/// Rows cut into slices, whose number does not depend on the threads.
struct Slices {
  Index rows, n, count, depth;
  Slices(Index all, Index size) : rows(all), n(size) {
    const Index wanted = std::clamp<Index>(rows * n / kGrain, 1, kMostSlices);
    depth = std::max<Index>(1, (rows + wanted - 1) / wanted);
    count = (rows + depth - 1) / depth;
  }
  /// Of dscale and doffset, for each slice: the sums, and those of some rows.
  std::size_t scratch_bytes() const {
    return static_cast<std::size_t>(count * 2 * n) * (sizeof(double) + sizeof(float));
  }
};

}  // namespace

std::unique_ptr<Kernel> native_layer_normalize(const KernelRequest& request) {
  const Index n = request.x(0)[-1], rows = request.outputs[1].shape.elements();
  if (n * rows == 0) return nullptr;
  const auto op = *request.op.as<ops::LayerNormalize>();
  return make_kernel([n, rows, op, threads = request.threads](const Run& run) {
    parallel_for(threads, rows, std::max<Index>(1, kGrain / n), [&](Index begin, Index end) {
      normalize_by_row(run.x<float>(0) + begin * n, run.x<float>(1), run.x<float>(2),
                       run.y<float>(0) + begin * n, run.y<float>(1) + begin,
                       run.y<float>(2) + begin, end - begin, n, op);
    });
  });
}

std::unique_ptr<Kernel> native_layer_normalize_grad(const KernelRequest& request) {
  const Index n = request.x(0)[-1], rows = request.x(2).elements();
  if (n * rows == 0) return nullptr;
  const Slices by(rows, n);
  const bool centered = request.op.as<ops::LayerNormalizeGrad>()->centered;
  auto run_slices = [by, n, centered, threads = request.threads](const Run& run) {
    auto* sums = reinterpret_cast<double*>(run.scratch);
    auto* parts = reinterpret_cast<float*>(sums + by.count * 2 * n);
    std::fill_n(sums, by.count * 2 * n, 0.0);
    std::fill_n(parts, by.count * 2 * n, 0.0f);
    parallel_for(threads, by.count, 1, [&](Index begin, Index end) {
      for (Index s = begin; s < end; ++s) {
        float* part = parts + s * 2 * n;
        const Index last = std::min(by.rows, (s + 1) * by.depth);
        for (Index row = s * by.depth; row < last; row += kDepth) {
          const Index at = row * n;
          normalize_grad_by_row(run.x<float>(0) + at, run.x<float>(1), run.x<float>(2) + row,
                                run.x<float>(3) + row, run.x<float>(4) + at, run.y<float>(0) + at,
                                part, part + n, std::min(kDepth, last - row), n, centered);
          move_sums(sums + s * 2 * n, part, 2 * n);
        }
      }
    });
    for (Index i = 0; i < 2 * n; ++i) {
      double sum = 0;
      for (Index s = 0; s < by.count; ++s) sum += sums[s * 2 * n + i];
      (i < n ? run.y<float>(1) : run.y<float>(2) - n)[i] = static_cast<float>(sum);
    }
  };
  return make_kernel(run_slices, by.scratch_bytes());
}

}  // namespace linnet::inline v0
