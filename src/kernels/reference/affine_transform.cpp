#include "kernels/affine_places.hpp"
#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

/// Calls f(where y's pixel (b, i, j) begins, where x's pixel begins or -1, its weight) for all that
/// is read; x has `from` as its shape, y `to`.
template <class F>
void each_read(const Shape& from, const Shape& to, const float* numbers,
               AffineInterpolation interpolation, FillMode mode, F f) {
  for (Index b = 0; b < to[0]; ++b, numbers += 6) {
    const AffineNumbers n(numbers);
    for (Index i = 0; i < to[1]; ++i) {
      for (Index j = 0; j < to[2]; ++j) {
        const AxisPlaces rows(n.row(i, j), from[1], interpolation, mode);
        const AxisPlaces columns(n.column(i, j), from[2], interpolation, mode);
        for (int k = 0; k < rows.count; ++k) {
          for (int l = 0; l < columns.count; ++l) {
            const bool inside = rows.at[k] >= 0 && columns.at[l] >= 0;
            const Index at = (b * from[1] + rows.at[k]) * from[2] + columns.at[l];
            f(((b * to[1] + i) * to[2] + j) * to[3], inside ? at * to[3] : -1,
              rows.weight[k] * columns.weight[l]);
          }
        }
      }
    }
  }
}

}  // namespace

std::unique_ptr<Kernel> reference_affine_transform(const KernelRequest& request) {
  const auto op = *request.op.as<ops::AffineTransform>();
  return make_kernel([op, from = request.x(), to = request.y()](const Run& run) {
    const float* x = run.x<float>();
    float* y = run.y<float>();
    std::fill_n(y, to.elements(), 0.0f);
    each_read(from, to, run.x<float>(1), op.interpolation, op.fill_mode,
              [&](Index out, Index in, float weight) {
                for (Index c = 0; c < to[3]; ++c) {
                  y[out + c] += weight * (in < 0 ? op.fill_value : x[in + c]);
                }
              });
  });
}

std::unique_ptr<Kernel> reference_affine_transform_grad(const KernelRequest& request) {
  const auto op = *request.op.as<ops::AffineTransformGrad>();
  return make_kernel([op, from = request.y(), to = request.x()](const Run& run) {
    const float* dy = run.x<float>();
    float* dx = run.y<float>();
    std::fill_n(dx, from.elements(), 0.0f);
    each_read(from, to, run.x<float>(1), op.interpolation, op.fill_mode,
              [&](Index out, Index in, float weight) {
                if (in < 0) return;
                for (Index c = 0; c < to[3]; ++c) dx[in + c] += weight * dy[out + c];
              });
  });
}

}  // namespace linnet::inline v0
