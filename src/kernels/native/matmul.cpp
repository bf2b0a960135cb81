// Small matrix products on one thread, where the start of a library call would cost more.
#include <linnet/ops/matmul.hpp>

#include "kernels/native/native.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kMostRow = 64 * 1024;    // in * out for one row
constexpr Index kMostBatch = 32 * 1024;  // rows * in * out

/// y[m, n] = a b (+ bias): a read with strides, b (k, n) row by row.
struct Problem {
  const float* a;
  Index row, column;  ///< strides of a: a[i, k] = a[i * row + k * column]
  const float* b;
  const float* bias;
  float* y;
  Index m, n, k;
};

/// R rows and W columns of y in registers.
template <int R, int W>
[[gnu::always_inline]] inline void block(const Problem& p, Index i, Index j) {
  float sum[R][W];
  for (int r = 0; r < R; ++r) {
    for (int w = 0; w < W; ++w) sum[r][w] = p.bias == nullptr ? 0.0f : p.bias[j + w];
  }
  for (Index k = 0; k < p.k; ++k) {
    const float* b = p.b + k * p.n + j;
    for (int r = 0; r < R; ++r) {
      const float a = p.a[(i + r) * p.row + k * p.column];
      for (int w = 0; w < W; ++w) sum[r][w] += a * b[w];
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int w = 0; w < W; ++w) p.y[(i + r) * p.n + j + w] = sum[r][w];
  }
}

template <int R>
[[gnu::always_inline]] inline void rows(const Problem& p, Index i) {
  Index j = 0;
  for (; j + 16 <= p.n; j += 16) block<R, 16>(p, i, j);
  for (; j + 4 <= p.n; j += 4) block<R, 4>(p, i, j);
  for (; j < p.n; ++j) block<R, 1>(p, i, j);
}

LINNET_CLONES void multiply(const Problem& p) {
  Index i = 0;
  for (; i + 4 <= p.m; i += 4) rows<4>(p, i);
  for (; i < p.m; ++i) rows<1>(p, i);
}

/// b (k, n) from its transpose (n, k).
LINNET_CLONES void transpose(const float* bt, Index n, Index k, float* b) {
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < k; ++i) b[i * n + j] = bt[j * k + i];
  }
}

}  // namespace

std::unique_ptr<Kernel> native_small_matmul(const KernelRequest& request) {
  const auto op = *request.op.as<ops::MatMul>();
  const Index n = request.y()[-1], m = n == 0 ? 0 : request.y().elements() / n;
  const Index k = request.x(0)[op.transpose_a ? 0 : -1];
  if (request.outputs[0].dtype != DType::float32) return nullptr;
  if (m == 1 ? k * n > kMostRow : m * n * k > kMostBatch) return nullptr;
  const std::size_t scratch = op.transpose_b ? static_cast<std::size_t>(k * n) * sizeof(float) : 0;
  return make_kernel(
      [=](const Run& run) {
        const float* b = run.x<float>(1);
        if (op.transpose_b) {
          auto* plain = reinterpret_cast<float*>(run.scratch);
          transpose(b, n, k, plain);
          b = plain;
        }
        multiply({.a = run.x<float>(0),
                  .row = op.transpose_a ? 1 : k,
                  .column = op.transpose_a ? m : 1,
                  .b = b,
                  .bias = run.input_count > 2 ? run.x<float>(2) : nullptr,
                  .y = run.y<float>(),
                  .m = m,
                  .n = n,
                  .k = k});
      },
      scratch);
}

}  // namespace linnet::inline v0
