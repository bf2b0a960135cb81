// Resizing row by row: a row of y is summed from rows of x, then along its columns, or the other
// way round.
#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/resample.hpp"

namespace linnet::inline v0 {

namespace {

std::unique_ptr<Kernel> resize_by(const KernelRequest& request, const Resampler& resampler) {
  const Shape &x = request.x(), &y = request.y();
  const Index rows = y[0] * y[1];
  const Index work = rows * resampler.row_cost();
  // Parts of rows, each with a buffer of its own.
  const Index parts = std::clamp<Index>(work / kGrain, 1, request.threads);
  auto run_parts = [=, x_size = x[1] * x[2] * x[3], y_size = y[1] * y[2] * y[3],
                    height = y[1]](const Run& run) {
    auto* buffers = reinterpret_cast<float*>(run.scratch);
    parallel_for(static_cast<int>(parts), parts, 1, [&](Index first, Index last) {
      for (Index part = first; part < last; ++part) {
        Index row = rows * part / parts;
        const Index end = rows * (part + 1) / parts;
        while (row < end) {
          const Index image = row / height, begin = row - image * height;
          const Index stop = std::min(height, begin + end - row);
          resampler.run(run.x<float>() + image * x_size, begin, stop,
                        buffers + part * resampler.buffer_size(), run.y<float>() + image * y_size);
          row += stop - begin;
        }
      }
    });
  };
  return make_kernel(run_parts,
                     static_cast<std::size_t>(parts * resampler.buffer_size()) * sizeof(float));
}

}  // namespace

std::unique_ptr<Kernel> native_resize(const KernelRequest& request) {
  const ops::Resize& op = *request.op.as<ops::Resize>();
  const Shape& x = request.x();
  return resize_by(request, Resampler(resample(op.kind, x[1], op.height, op.antialias),
                                      resample(op.kind, x[2], op.width, op.antialias), x[3]));
}

std::unique_ptr<Kernel> native_resize_grad(const KernelRequest& request) {
  const ops::ResizeGrad& op = *request.op.as<ops::ResizeGrad>();
  const Shape& dy = request.x();
  return resize_by(request,
                   Resampler(transposed(resample(op.kind, op.height, dy[1], op.antialias)),
                             transposed(resample(op.kind, op.width, dy[2], op.antialias)), dy[3]));
}

}  // namespace linnet::inline v0
