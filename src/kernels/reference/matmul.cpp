#include <linnet/ops/matmul.hpp>

#include "kernels/reference/reference.hpp"
#include "kernels/reference/totals.hpp"

namespace linnet::inline v0 {

std::unique_ptr<Kernel> reference_matmul(const KernelRequest& request) {
  const auto op = *request.op.as<ops::MatMul>();
  const Index n = request.y()[-1], m = n == 0 ? 0 : request.y().elements() / n;
  const Index k = request.x(0)[op.transpose_a ? 0 : -1];
  return with_totals(request.outputs[0].dtype, [&]<class T, class Total>(T, Total) {
    return make_kernel([=](const Run& run) {
      const T* a = run.x<T>(0);
      const T* b = run.x<T>(1);
      const T* bias = run.input_count > 2 ? run.x<T>(2) : nullptr;
      for (Index i = 0; i < m; ++i) {
        for (Index j = 0; j < n; ++j) {
          Total sum = bias == nullptr ? Total{} : static_cast<Total>(bias[j]);
          for (Index l = 0; l < k; ++l) {
            const T x = op.transpose_a ? a[l * m + i] : a[i * k + l];
            const T w = op.transpose_b ? b[j * k + l] : b[l * n + j];
            sum += static_cast<Total>(x) * static_cast<Total>(w);
          }
          run.y<T>()[i * n + j] = static_cast<T>(sum);
        }
      }
    });
  });
}

}  // namespace linnet::inline v0
