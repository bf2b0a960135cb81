// The mean over time of what a mask keeps, and its gradient: each row of the batch by itself.
#include <algorithm>
#include <linnet/ops/mask.hpp>

#include "kernels/masked_rows.hpp"
#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

/// Rows of the batch that a thread should have before another one is worth waking.
Index grain_of(const SequenceSizes& size) {
  return std::max<Index>(1, kGrain / std::max<Index>(1, size.t * size.d));
}

LINNET_CLONES void mean_of(const float* x, const bool* mask, const SequenceSizes& size, float* y) {
  std::fill_n(y, size.d, 0.0f);
  for (Index j = 0; j < size.t; ++j, x += size.d) {
    if (!mask[j]) continue;
    for (Index k = 0; k < size.d; ++k) y[k] += x[k];
  }
  const float share = share_of(mask, size.t);
  for (Index k = 0; k < size.d; ++k) y[k] *= share;
}

LINNET_CLONES void spread(const float* dy, const bool* mask, const SequenceSizes& size, float* dx) {
  const float share = share_of(mask, size.t);
  for (Index j = 0; j < size.t; ++j, dx += size.d) {
    const float factor = mask[j] ? share : 0;
    if (factor == 0) {
      std::fill_n(dx, size.d, 0.0f);
    } else {
      for (Index k = 0; k < size.d; ++k) dx[k] = dy[k] * factor;
    }
  }
}

}  // namespace

std::unique_ptr<Kernel> native_masked_mean(const KernelRequest& request) {
  return make_kernel(
      [size = SequenceSizes(request.x()), threads = request.threads](const Run& run) {
        parallel_for(threads, size.b, grain_of(size), [&](Index first, Index last) {
          for (Index i = first; i < last; ++i) {
            mean_of(run.x<float>(0) + i * size.t * size.d, run.x<bool>(1) + i * size.t, size,
                    run.y<float>() + i * size.d);
          }
        });
      });
}

std::unique_ptr<Kernel> native_masked_mean_grad(const KernelRequest& request) {
  return make_kernel(
      [size = SequenceSizes(request.y()), threads = request.threads](const Run& run) {
        parallel_for(threads, size.b, grain_of(size), [&](Index first, Index last) {
          for (Index i = first; i < last; ++i) {
            spread(run.x<float>(0) + i * size.d, run.x<bool>(1) + i * size.t, size,
                   run.y<float>() + i * size.t * size.d);
          }
        });
      });
}

}  // namespace linnet::inline v0
