// Matrix products by Eigen, in stretches of rows whose size does not depend on the threads.
#include <Eigen/Core>
#include <linnet/ops/matmul.hpp>

#include "kernels/native/native.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Constant = Eigen::Map<const Matrix>;
using Target = Eigen::Map<Matrix>;

constexpr Index kRows = 32;

}  // namespace

std::unique_ptr<Kernel> native_matmul(const KernelRequest& request) {
  if (request.outputs[0].dtype != DType::float32) return nullptr;
  const auto op = *request.op.as<ops::MatMul>();
  auto flat = [](const Shape& s) { return Shape{s.elements(0, s.rank() - 1), s[-1]}; };
  const Shape a_shape = flat(request.x(0)), b_shape = request.x(1), y_shape = flat(request.y());
  return make_kernel([=, threads = request.threads](const Run& run) {
    const Constant a(run.x<float>(0), a_shape[0], a_shape[1]);
    const Constant b(run.x<float>(1), b_shape[0], b_shape[1]);
    Target y(run.y<float>(), y_shape[0], y_shape[1]);
    auto rows = [&](Index first, Index count) {
      auto part = y.middleRows(first, count);
      if (op.transpose_a && op.transpose_b) {
        part.noalias() = a.middleCols(first, count).transpose() * b.transpose();
      } else if (op.transpose_a) {
        part.noalias() = a.middleCols(first, count).transpose() * b;
      } else if (op.transpose_b) {
        part.noalias() = a.middleRows(first, count) * b.transpose();
      } else {
        part.noalias() = a.middleRows(first, count) * b;
      }
      if (run.input_count > 2) {
        part.rowwise() += Constant(run.x<float>(2), 1, y_shape[1]).row(0);
      }
    };
    const Index stretches = (y_shape[0] + kRows - 1) / kRows;
    parallel_for(threads, stretches, 1, [&](Index begin, Index end) {
      for (Index s = begin; s < end; ++s) {
        rows(s * kRows, std::min(kRows, y_shape[0] - s * kRows));
      }
    });
  });
}

}  // namespace linnet::inline v0
