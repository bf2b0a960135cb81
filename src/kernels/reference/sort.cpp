#include <algorithm>
#include <linnet/ops/sort.hpp>
#include <numeric>

#include "kernels/reference/reference.hpp"
#include "kernels/reference/totals.hpp"
#include "kernels/strides.hpp"

namespace linnet::inline v0 {

std::unique_ptr<Kernel> reference_argsort(const KernelRequest& request) {
  const bool descending = request.op.as<ops::ArgSort>()->descending;
  return with_totals(request.inputs[0].dtype, [&]<class T>(T, auto) {
    return make_kernel([view = view_around(request.x(), -1), descending](const Run& run) {
      const T* x = run.x<T>();
      std::int32_t* y = run.y<std::int32_t>();
      const auto less = [](T a, T b) { return a < b || (b != b && a == a); };
      for (Index i = 0; i < view.outer; ++i, x += view.size, y += view.size) {
        std::iota(y, y + view.size, 0);
        // By place where they are equal: std::stable_sort would allocate.
        std::sort(y, y + view.size, [&](std::int32_t a, std::int32_t b) {
          const T first = x[descending ? b : a], second = x[descending ? a : b];
          return less(first, second) || (!less(second, first) && a < b);
        });
      }
    });
  });
}

}  // namespace linnet::inline v0
