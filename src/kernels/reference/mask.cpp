#include <algorithm>
#include <linnet/ops/mask.hpp>

#include "kernels/masked_rows.hpp"
#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

std::unique_ptr<Kernel> reference_sequence_mask(const KernelRequest& request) {
  return make_kernel([b = request.y()[0], t = request.y()[1]](const Run& run) {
    const std::int32_t* lengths = run.x<std::int32_t>();
    bool* y = run.y<bool>();
    for (Index i = 0; i < b; ++i) {
      for (Index j = 0; j < t; ++j) y[i * t + j] = j < lengths[i];
    }
  });
}

std::unique_ptr<Kernel> reference_masked_mean(const KernelRequest& request) {
  return make_kernel([size = SequenceSizes(request.x())](const Run& run) {
    const float* x = run.x<float>(0);
    const bool* mask = run.x<bool>(1);
    float* y = run.y<float>();
    for (Index i = 0; i < size.b; ++i, mask += size.t, y += size.d) {
      std::fill(y, y + size.d, 0.0f);
      for (Index j = 0; j < size.t; ++j, x += size.d) {
        for (Index k = 0; k < size.d; ++k) y[k] += mask[j] ? x[k] : 0;
      }
      const float share = share_of(mask, size.t);
      for (Index k = 0; k < size.d; ++k) y[k] *= share;
    }
  });
}

std::unique_ptr<Kernel> reference_masked_mean_grad(const KernelRequest& request) {
  return make_kernel([size = SequenceSizes(request.y())](const Run& run) {
    const float* dy = run.x<float>(0);
    const bool* mask = run.x<bool>(1);
    float* dx = run.y<float>();
    for (Index i = 0; i < size.b; ++i, mask += size.t, dy += size.d) {
      const float share = share_of(mask, size.t);
      for (Index j = 0; j < size.t; ++j, dx += size.d) {
        for (Index k = 0; k < size.d; ++k) dx[k] = mask[j] ? dy[k] * share : 0;
      }
    }
  });
}

}  // namespace linnet::inline v0
