#include <linnet/ops/matmul.hpp>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

std::unique_ptr<Kernel> reference_matmul(const KernelRequest& request) {
  const auto op = *request.op.as<ops::MatMul>();
  const Index n = request.y()[-1], m = n == 0 ? 0 : request.y().elements() / n;
  const Index k = request.x(0)[op.transpose_a ? 0 : -1];
  return make_kernel([=](const Run& run) {
    const float* a = run.x<float>(0);
    const float* b = run.x<float>(1);
    const float* bias = run.input_count > 2 ? run.x<float>(2) : nullptr;
    for (Index i = 0; i < m; ++i) {
      for (Index j = 0; j < n; ++j) {
        double sum = bias == nullptr ? 0.0 : static_cast<double>(bias[j]);
        for (Index l = 0; l < k; ++l) {
          const float x = op.transpose_a ? a[l * m + i] : a[i * k + l];
          const float w = op.transpose_b ? b[j * k + l] : b[l * n + j];
          sum += static_cast<double>(x) * static_cast<double>(w);
        }
        run.y<float>()[i * n + j] = static_cast<float>(sum);
      }
    }
  });
}

}  // namespace linnet::inline v0
