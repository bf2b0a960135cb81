#include "kernels/reference/reference.hpp"
#include "kernels/resample.hpp"

namespace linnet::inline v0 {

namespace {

/// y[b, i, j, c] = sum over k, l of rows[i, k] columns[j, l] x[b, start_i + k, start_j + l, c].
std::unique_ptr<Kernel> resize_by(const Shape& from, Resample rows, Resample columns) {
  return make_kernel([batch = from[0], channels = from[3], rows = std::move(rows),
                      columns = std::move(columns)](const Run& run) {
    const float* x = run.x<float>();
    float* y = run.y<float>();
    for (Index b = 0; b < batch; ++b, x += rows.in * columns.in * channels) {
      for (Index i = 0; i < rows.out; ++i) {
        for (Index j = 0; j < columns.out; ++j) {
          for (Index c = 0; c < channels; ++c) {
            double sum = 0;
            for (Index k = 0; k < rows.used(i); ++k) {
              for (Index l = 0; l < columns.used(j); ++l) {
                const Index at = (rows.first(i) + k) * columns.in + columns.first(j) + l;
                sum += static_cast<double>(rows.weights(i)[k]) *
                       static_cast<double>(columns.weights(j)[l]) *
                       static_cast<double>(x[at * channels + c]);
              }
            }
            *y++ = static_cast<float>(sum);
          }
        }
      }
    }
  });
}

}  // namespace

std::unique_ptr<Kernel> reference_resize(const KernelRequest& request) {
  const ops::Resize& op = *request.op.as<ops::Resize>();
  const Shape& x = request.x();
  return resize_by(x, resample(op.kind, x[1], op.height, op.antialias),
                   resample(op.kind, x[2], op.width, op.antialias));
}

std::unique_ptr<Kernel> reference_resize_grad(const KernelRequest& request) {
  const ops::ResizeGrad& op = *request.op.as<ops::ResizeGrad>();
  const Shape& dy = request.x();
  return resize_by(dy, transposed(resample(op.kind, op.height, dy[1], op.antialias)),
                   transposed(resample(op.kind, op.width, dy[2], op.antialias)));
}

}  // namespace linnet::inline v0
