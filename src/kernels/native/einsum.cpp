// Sums of products by Eigen, as matrix products of parts with any steps.
#include <Eigen/Core>

#include "kernels/contraction.hpp"
#include "kernels/native/native.hpp"

namespace linnet::inline v0 {

namespace {

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Steps = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
using Source = Eigen::Map<const Rows, Eigen::Unaligned, Steps>;
using Product = Eigen::Map<Rows, Eigen::Unaligned, Steps>;

}  // namespace

std::unique_ptr<Kernel> native_einsum(const KernelRequest& request) {
  if (request.outputs[0].dtype != DType::float32) return nullptr;
  if (request.y().elements() == 0 || request.x(0).elements() == 0) return nullptr;
  const Contraction c(request);
  return make_kernel([c, threads = request.threads](const Run& run) {
    c.for_pieces(threads, [&](Index, Index position, Index first, Index rows) {
      const auto begin = Contraction::at(c.outer, position);
      const float* a = run.x<float>(c.swapped ? 1 : 0) + begin.a + first * c.m.a;
      const float* b = run.x<float>(c.swapped ? 0 : 1) + begin.b;
      Product y(run.y<float>() + begin.y + first * c.m.y, rows, c.n.size, Steps(c.m.y, c.n.y));
      for (Index s = 0; s < c.sums_size(); ++s) {
        const auto part = Contraction::at(c.sums, s);
        const Source left(a + part.a, rows, c.k.size, Steps(c.m.a, c.k.a));
        const Source right(b + part.b, c.k.size, c.n.size, Steps(c.k.b, c.n.b));
        if (s == 0) {
          y.noalias() = left * right;
        } else {
          y.noalias() += left * right;
        }
      }
    });
  });
}

}  // namespace linnet::inline v0
