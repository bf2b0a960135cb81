// Batch normalization and its gradient over rows of channels. Rows are cut into slices whose
// number does not depend on the threads; what they give is joined in order, in double precision.
#include <cmath>
#include <linnet/ops/normalization.hpp>

#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kDepth = 64;     // rows whose sums are of single precision
constexpr Index kColumns = 128;  // channels that are summed together
constexpr Index kMostSlices = 32;

/// x seen as rows of channels, cut into slices of rows.
struct Rows {
  Index rows, channels, slices, slice_rows;

  explicit Rows(const Shape& x) : rows(x.elements(0, x.rank() - 1)), channels(x[-1]) {
    const Index wanted = std::clamp<Index>(rows * channels / kGrain, 1, kMostSlices);
    const Index depth = std::max<Index>(1, (rows + wanted - 1) / wanted);
    slice_rows = (depth + kDepth - 1) / kDepth * kDepth;
    slices = (rows + slice_rows - 1) / slice_rows;
  }

  std::size_t pair_bytes() const {
    return static_cast<std::size_t>(2 * slices * channels) * sizeof(double);
  }

  /// Calls f(slice, first row, rows, first channel, channels) for stretches of at most kDepth rows
  /// and kColumns channels.
  template <class F>
  void for_stretches(int threads, F&& f) const {
    parallel_for(threads, slices, 1, [&](Index begin, Index end) {
      for (Index s = begin; s < end; ++s) {
        const Index last = std::min(rows, (s + 1) * slice_rows);
        for (Index row = s * slice_rows; row < last; row += kDepth) {
          for (Index c = 0; c < channels; c += kColumns) {
            f(s, row, std::min(kDepth, last - row), c, std::min(kColumns, channels - c));
          }
        }
      }
    });
  }

  /// Calls f(first element, rows).
  template <class F>
  void for_rows(int threads, F&& f) const {
    parallel_for(threads, rows, std::max<Index>(1, kGrain / std::max<Index>(channels, 1)),
                 [&](Index begin, Index end) { f(begin * channels, end - begin); });
  }
};

/// Mean and sum of squared distances from it, by channel, of a growing number of rows.
struct Moments {
  double* mean;
  double* squares;
};

/// Joins what `more` rows gave to what `count` rows gave, for n channels.
[[gnu::always_inline]] inline void join(const Moments& to, double count, const double* mean,
                                        const double* squares, double more, Index n) {
  const double share = more / (count + more), weight = count * share;
  for (Index c = 0; c < n; ++c) {
    const double step = mean[c] - to.mean[c];
    to.mean[c] += step * share;
    to.squares[c] += squares[c] + step * step * weight;
  }
}

LINNET_CLONES void join_moments(const Moments& to, double count, const Moments& with, double more,
                                Index n) {
  join(to, count, with.mean, with.squares, more, n);
}

/// Joins rows of x. Sums are of distances, from the first row and then from the mean: they keep
/// their digits however far the numbers are from 0.
LINNET_CLONES void join_rows(const Moments& to, double count, const float* x, Index rows,
                             Index stride, Index n) {
  float sum[kColumns], square[kColumns], center[kColumns];
  for (Index c = 0; c < n; ++c) sum[c] = square[c] = 0;
  for (Index r = 1; r < rows; ++r) {
    const float* row = x + r * stride;
    for (Index c = 0; c < n; ++c) sum[c] += row[c] - x[c];
  }
  const float share = 1.0f / static_cast<float>(rows);
  for (Index c = 0; c < n; ++c) center[c] = x[c] + sum[c] * share;
  for (Index c = 0; c < n; ++c) sum[c] = 0;
  for (Index r = 0; r < rows; ++r) {
    const float* row = x + r * stride;
    for (Index c = 0; c < n; ++c) {
      const float d = row[c] - center[c];
      sum[c] += d;
      square[c] += d * d;
    }
  }
  const double more = static_cast<double>(rows);
  double mean[kColumns], squares[kColumns];
  for (Index c = 0; c < n; ++c) {
    const double s = static_cast<double>(sum[c]) / more;
    mean[c] = static_cast<double>(center[c]) + s;
    squares[c] = std::max(0.0, static_cast<double>(square[c]) - s * s * more);
  }
  join(to, count, mean, squares, more, n);
}

/// y = (x - mean) factor + offset.
LINNET_CLONES void normalize_rows(const float* x, const float* mean, const float* factor,
                                  const float* offset, float* y, Index rows, Index n) {
  for (Index r = 0; r < rows; ++r, x += n, y += n) {
    LINNET_INDEPENDENT
    for (Index c = 0; c < n; ++c) y[c] = (x[c] - mean[c]) * factor[c] + offset[c];
  }
}

LINNET_CLONES void scale_rows(const float* x, const float* scale, const float* offset, float* y,
                              Index rows, Index n) {
  for (Index r = 0; r < rows; ++r, x += n, y += n) {
    LINNET_INDEPENDENT
    for (Index c = 0; c < n; ++c) y[c] = x[c] * scale[c] + offset[c];
  }
}

/// products += sum of dy (x - mean), sums += sum of dy.
LINNET_CLONES void add_rows(const float* x, const float* dy, const float* mean, Index rows,
                            Index stride, Index n, double* products, double* sums) {
  float product[kColumns], sum[kColumns];
  for (Index c = 0; c < n; ++c) product[c] = sum[c] = 0;
  for (Index r = 0; r < rows; ++r, x += stride, dy += stride) {
    for (Index c = 0; c < n; ++c) {
      product[c] += dy[c] * (x[c] - mean[c]);
      sum[c] += dy[c];
    }
  }
  for (Index c = 0; c < n; ++c) {
    products[c] += static_cast<double>(product[c]);
    sums[c] += static_cast<double>(sum[c]);
  }
}

/// dx = a dy - b - d (x - mean).
LINNET_CLONES void normalize_grad_rows(const float* x, const float* dy, const float* mean,
                                       const float* a, const float* b, const float* d, float* dx,
                                       Index rows, Index n) {
  for (Index r = 0; r < rows; ++r, x += n, dy += n, dx += n) {
    LINNET_INDEPENDENT
    for (Index c = 0; c < n; ++c) dx[c] = a[c] * dy[c] - b[c] - d[c] * (x[c] - mean[c]);
  }
}

/// The moments of all rows, in those of the first slice.
Moments moments_of(const Rows& by, const float* x, double* pairs, int threads) {
  auto of = [&](Index slice) {
    double* at = pairs + 2 * slice * by.channels;
    return Moments{at, at + by.channels};
  };
  std::fill_n(pairs, 2 * by.slices * by.channels, 0.0);
  by.for_stretches(threads, [&](Index s, Index row, Index rows, Index c, Index n) {
    const Moments slice = of(s);
    join_rows({slice.mean + c, slice.squares + c}, static_cast<double>(row - s * by.slice_rows),
              x + row * by.channels + c, rows, by.channels, n);
  });
  for (Index s = 1; s < by.slices; ++s) {
    const Index before = s * by.slice_rows, more = std::min(by.slice_rows, by.rows - before);
    join_moments(of(0), static_cast<double>(before), of(s), static_cast<double>(more), by.channels);
  }
  return of(0);
}

std::size_t floats(Index count) { return static_cast<std::size_t>(count) * sizeof(float); }

}  // namespace

std::unique_ptr<Kernel> native_batch_normalize(const KernelRequest& request) {
  const Rows by(request.x(0));
  if (by.rows * by.channels == 0) return nullptr;
  const double epsilon = request.op.as<ops::BatchNormalize>()->epsilon;
  auto run_rows = [=, threads = request.threads](const Run& run) {
    auto* pairs = reinterpret_cast<double*>(run.scratch);
    const Moments all = moments_of(by, run.x<float>(0), pairs, threads);
    auto* factor = reinterpret_cast<float*>(run.scratch + by.pair_bytes());
    float *offset = factor + by.channels, *mean = run.y<float>(1), *variance = run.y<float>(2);
    for (Index c = 0; c < by.channels; ++c) {
      const double v = all.squares[c] / static_cast<double>(by.rows);
      const double f = static_cast<double>(run.x<float>(1)[c]) / std::sqrt(v + epsilon);
      mean[c] = static_cast<float>(all.mean[c]);
      variance[c] = static_cast<float>(v);
      factor[c] = static_cast<float>(f);
      // With what rounding took from the mean.
      offset[c] = static_cast<float>(static_cast<double>(run.x<float>(2)[c]) -
                                     (all.mean[c] - static_cast<double>(mean[c])) * f);
    }
    by.for_rows(threads, [&](Index at, Index rows) {
      normalize_rows(run.x<float>(0) + at, mean, factor, offset, run.y<float>(0) + at, rows,
                     by.channels);
    });
  };
  return make_kernel(run_rows, by.pair_bytes() + floats(2 * by.channels));
}

std::unique_ptr<Kernel> native_batch_normalize_grad(const KernelRequest& request) {
  const Rows by(request.x(0));
  if (by.rows * by.channels == 0) return nullptr;
  const double epsilon = request.op.as<ops::BatchNormalizeGrad>()->epsilon;
  auto run_rows = [=, threads = request.threads](const Run& run) {
    const float *x = run.x<float>(0), *mean = run.x<float>(2), *dy = run.x<float>(4);
    auto* pairs = reinterpret_cast<double*>(run.scratch);
    std::fill_n(pairs, 2 * by.slices * by.channels, 0.0);
    by.for_stretches(threads, [&](Index s, Index row, Index rows, Index c, Index n) {
      double* products = pairs + 2 * s * by.channels + c;
      const Index at = row * by.channels + c;
      add_rows(x + at, dy + at, mean + c, rows, by.channels, n, products, products + by.channels);
    });
    for (Index i = 2 * by.channels; i < 2 * by.slices * by.channels; ++i) {
      pairs[i % (2 * by.channels)] += pairs[i];
    }
    auto* a = reinterpret_cast<float*>(run.scratch + by.pair_bytes());
    float *b = a + by.channels, *d = b + by.channels;
    for (Index c = 0; c < by.channels; ++c) {
      const double s = std::sqrt(static_cast<double>(run.x<float>(3)[c]) + epsilon);
      const double dscale = pairs[c] / s, doffset = pairs[by.channels + c];
      const double f = static_cast<double>(run.x<float>(1)[c]) / s;
      const double share = f / static_cast<double>(by.rows);
      run.y<float>(1)[c] = static_cast<float>(dscale);
      run.y<float>(2)[c] = static_cast<float>(doffset);
      a[c] = static_cast<float>(f);
      b[c] = static_cast<float>(share * doffset);
      d[c] = static_cast<float>(share * dscale / s);
    }
    by.for_rows(threads, [&](Index at, Index rows) {
      normalize_grad_rows(x + at, dy + at, mean, a, b, d, run.y<float>(0) + at, rows, by.channels);
    });
  };
  return make_kernel(run_rows, by.pair_bytes() + floats(3 * by.channels));
}

std::unique_ptr<Kernel> native_scale_offset(const KernelRequest& request) {
  const Rows by(request.x(0));
  if (by.rows * by.channels == 0) return nullptr;
  return make_kernel([by, threads = request.threads](const Run& run) {
    by.for_rows(threads, [&](Index at, Index rows) {
      scale_rows(run.x<float>(0) + at, run.x<float>(1), run.x<float>(2), run.y<float>() + at, rows,
                 by.channels);
    });
  });
}

}  // namespace linnet::inline v0
