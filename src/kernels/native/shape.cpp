#include <linnet/ops/shape.hpp>

#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kTile = 16;

/// y (n, m) from x (m, n), for the rows [first, last) of tiles.
LINNET_CLONES void transpose_tiles(const float* x, float* y, Index m, Index n, Index first,
                                   Index last) {
  for (Index i = first * kTile; i < std::min(m, last * kTile); i += kTile) {
    for (Index j = 0; j < n; j += kTile) {
      const Index rows = std::min(kTile, m - i), columns = std::min(kTile, n - j);
      for (Index c = 0; c < columns; ++c) {
        for (Index r = 0; r < rows; ++r) y[(j + c) * m + i + r] = x[(i + r) * n + j + c];
      }
    }
  }
}

}  // namespace

std::unique_ptr<Kernel> native_transpose(const KernelRequest& request) {
  const auto& perm = request.op.as<ops::Transpose>()->perm;
  if (request.x().rank() != 2 || request.outputs[0].dtype != DType::float32) return nullptr;
  if (request.x().wrap(static_cast<int>(perm[0])) != 1) return nullptr;
  const Index m = request.x()[0], n = request.x()[1];
  return make_kernel([m, n, threads = request.threads](const Run& run) {
    const Index grain = kGrain / std::max<Index>(1, kTile * n);
    parallel_for(threads, (m + kTile - 1) / kTile, grain, [&](Index first, Index last) {
      transpose_tiles(run.x<float>(), run.y<float>(), m, n, first, last);
    });
  });
}

std::unique_ptr<Kernel> native_broadcast_to(const KernelRequest& request) {
  if (request.outputs[0].dtype != DType::float32) return nullptr;
  const BroadcastRows<1> rows(request.y(), {broadcast_strides(request.x(), request.y())});
  if (!rows.simple()) return nullptr;
  return make_kernel([rows, threads = request.threads](const Run& run) {
    for_row_blocks(threads, rows, kGrain, [&](const auto& at, Index y_at, Index n) {
      const float* x = run.x<float>() + at[0];
      float* y = run.y<float>() + y_at;
      if (rows.step[0] == 0) {
        std::fill(y, y + n, *x);
      } else {
        std::copy(x, x + n, y);
      }
    });
  });
}

}  // namespace linnet::inline v0
