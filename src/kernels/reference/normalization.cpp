#include <algorithm>
#include <cmath>
#include <linnet/ops/normalization.hpp>
#include <vector>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

/// x seen as rows of channels.
struct Rows {
  Index rows, channels;
  explicit Rows(const Shape& x) : rows(x.elements(0, x.rank() - 1)), channels(x[-1]) {}
  /// The sum over the rows of f(row * channels + c).
  template <class F>
  double sum(Index c, F&& f) const {
    double total = 0;
    for (Index r = 0; r < rows; ++r) total += f(r * channels + c);
    return total;
  }
  double count() const { return rows == 0 ? 1 : static_cast<double>(rows); }
};

}  // namespace

std::unique_ptr<Kernel> reference_batch_normalize(const KernelRequest& request) {
  const Rows by(request.x(0));
  const double epsilon = request.op.as<ops::BatchNormalize>()->epsilon;
  return make_kernel([=](const Run& run) {
    const float* x = run.x<float>(0);
    for (Index c = 0; c < by.channels; ++c) {
      auto at = [&](Index i) { return static_cast<double>(x[i]); };
      const double mean = by.sum(c, at) / by.count();
      const double variance =
          by.sum(c, [&](Index i) { return (at(i) - mean) * (at(i) - mean); }) / by.count();
      const double scale = static_cast<double>(run.x<float>(1)[c]) / std::sqrt(variance + epsilon);
      for (Index r = 0; r < by.rows; ++r) {
        const Index i = r * by.channels + c;
        run.y<float>(0)[i] =
            static_cast<float>((at(i) - mean) * scale + static_cast<double>(run.x<float>(2)[c]));
      }
      run.y<float>(1)[c] = static_cast<float>(mean);
      run.y<float>(2)[c] = static_cast<float>(variance);
    }
  });
}

// With n = (x - mean) / s, s = sqrt(variance + epsilon):
// dx = scale / s (dy - mean(dy) - n mean(dy n)), dscale = sum(dy n), doffset = sum(dy).
std::unique_ptr<Kernel> reference_batch_normalize_grad(const KernelRequest& request) {
  const Rows by(request.x(0));
  const double epsilon = request.op.as<ops::BatchNormalizeGrad>()->epsilon;
  return make_kernel([=](const Run& run) {
    for (Index c = 0; c < by.channels; ++c) {
      const auto scale = static_cast<double>(run.x<float>(1)[c]);
      const auto mean = static_cast<double>(run.x<float>(2)[c]);
      const double s = std::sqrt(static_cast<double>(run.x<float>(3)[c]) + epsilon);
      auto n = [&](Index i) { return (static_cast<double>(run.x<float>(0)[i]) - mean) / s; };
      auto dy = [&](Index i) { return static_cast<double>(run.x<float>(4)[i]); };
      const double dscale = by.sum(c, [&](Index i) { return dy(i) * n(i); });
      const double doffset = by.sum(c, dy);
      for (Index r = 0; r < by.rows; ++r) {
        const Index i = r * by.channels + c;
        run.y<float>(0)[i] = static_cast<float>(
            scale / s * (dy(i) - doffset / by.count() - n(i) * dscale / by.count()));
      }
      run.y<float>(1)[c] = static_cast<float>(dscale);
      run.y<float>(2)[c] = static_cast<float>(doffset);
    }
  });
}

std::unique_ptr<Kernel> reference_scale_offset(const KernelRequest& request) {
  const Index count = request.y().elements(), channels = request.y()[-1];
  return make_kernel([=](const Run& run) {
    for (Index i = 0; i < count; ++i) {
      run.y<float>()[i] =
          run.x<float>(0)[i] * run.x<float>(1)[i % channels] + run.x<float>(2)[i % channels];
    }
  });
}

std::unique_ptr<Kernel> reference_renorm_correction(const KernelRequest& request) {
  const auto op = *request.op.as<ops::RenormCorrection>();
  return make_kernel([op, count = request.x().elements()](const Run& run) {
    for (Index c = 0; c < count; ++c) {
      auto x = [&](int i) { return static_cast<double>(run.x<float>(i)[c]); };
      const double s = std::max(x(3), std::sqrt(op.epsilon));
      const double r = std::sqrt(x(1) + op.epsilon) / s, d = (x(0) - x(2)) / s;
      run.y<float>(0)[c] = static_cast<float>(std::min(std::max(r, op.rmin), op.rmax));
      run.y<float>(1)[c] = static_cast<float>(std::min(std::max(d, -op.dmax), op.dmax));
    }
  });
}

}  // namespace linnet::inline v0
