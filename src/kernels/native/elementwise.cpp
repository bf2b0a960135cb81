#include <cmath>
#include <linnet/ops/elementwise.hpp>

#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/pairs.hpp"
#include "kernels/native/vector_math.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

using ops::BinaryKind;
using ops::UnaryKind;

namespace {

using Row = PairRow<float, float>;

LINNET_CLONES void binary_row(BinaryKind kind, const Row& row) {
  switch (kind) {
    case BinaryKind::add:
      return each(row, [](float a, float b) { return a + b; });
    case BinaryKind::subtract:
      return each(row, [](float a, float b) { return a - b; });
    case BinaryKind::multiply:
      return each(row, [](float a, float b) { return a * b; });
    case BinaryKind::divide:
      return each(row, [](float a, float b) { return a / b; });
    case BinaryKind::maximum:
      return each(row, [](float a, float b) { return ((a < b) | (b != b)) ? b : a; });
    case BinaryKind::minimum:
      return each(row, [](float a, float b) { return ((b < a) | (b != b)) ? b : a; });
    case BinaryKind::power:
      if (row.b_step == 0 && *row.b == 2) return each(row, [](float a, float) { return a * a; });
      return each(row, [](float a, float b) { return std::pow(a, b); });
  }
}

template <class F>
[[gnu::always_inline]] inline void each(const float* x, float* y, Index n, F f) {
  LINNET_INDEPENDENT
  for (Index i = 0; i < n; ++i) y[i] = f(x[i]);
}

LINNET_CLONES void unary_block(UnaryKind kind, const float* x, float* y, Index n) {
  switch (kind) {
    case UnaryKind::negative:
      return each(x, y, n, [](float v) { return -v; });
    case UnaryKind::exp:
      return each(x, y, n, [](float v) { return vector_math::exp(v); });
    case UnaryKind::sqrt:
      return each(x, y, n, [](float v) { return std::sqrt(v); });
    case UnaryKind::square:
      return each(x, y, n, [](float v) { return v * v; });
    case UnaryKind::abs:
      return each(x, y, n, [](float v) { return std::abs(v); });
    case UnaryKind::sign:
      return each(x, y, n, [](float v) { return v > 0 ? 1.0f : v < 0 ? -1.0f : v; });
    case UnaryKind::reciprocal:
      return each(x, y, n, [](float v) { return 1 / v; });
    case UnaryKind::floor:
      return each(x, y, n, [](float v) { return std::floor(v); });
    case UnaryKind::ceil:
      return each(x, y, n, [](float v) { return std::ceil(v); });
    case UnaryKind::round:
      return each(x, y, n, [](float v) { return std::nearbyint(v); });
    case UnaryKind::log:
      return each(x, y, n, [](float v) { return std::log(v); });
    case UnaryKind::sin:
      return each(x, y, n, [](float v) { return std::sin(v); });
    case UnaryKind::cos:
      return each(x, y, n, [](float v) { return std::cos(v); });
  }
}

bool is_costly(UnaryKind kind) {
  return kind == UnaryKind::exp || kind == UnaryKind::log || kind == UnaryKind::sin ||
         kind == UnaryKind::cos;
}

LINNET_CLONES void affine_block(float scale, float offset, const float* x, float* y, Index n) {
  each(x, y, n, [=](float v) { return scale * v + offset; });
}

}  // namespace

std::unique_ptr<Kernel> native_unary(const KernelRequest& request) {
  const UnaryKind kind = request.op.as<ops::Unary>()->kind;
  const Index grain = is_costly(kind) ? kCostlyGrain : kGrain;
  return make_kernel(
      [kind, grain, count = request.y().elements(), threads = request.threads](const Run& run) {
        for_blocks(threads, count, grain, [&](Index at, Index n) {
          unary_block(kind, run.x<float>() + at, run.y<float>() + at, n);
        });
      });
}

std::unique_ptr<Kernel> native_affine(const KernelRequest& request) {
  return make_kernel([op = *request.op.as<ops::Affine>(), count = request.y().elements(),
                      threads = request.threads](const Run& run) {
    for_blocks(threads, count, kGrain, [&](Index at, Index n) {
      affine_block(op.scale, op.offset, run.x<float>() + at, run.y<float>() + at, n);
    });
  });
}

std::unique_ptr<Kernel> native_binary(const KernelRequest& request) {
  if (request.outputs[0].dtype != DType::float32) return nullptr;
  const BinaryKind kind = request.op.as<ops::Binary>()->kind;
  const Shape& y = request.y();
  const BroadcastRows<2> rows(
      y, {broadcast_strides(request.x(0), y), broadcast_strides(request.x(1), y)});
  if (!rows.simple()) return nullptr;
  const Index grain = kind == BinaryKind::power ? kCostlyGrain : kGrain;
  return make_kernel([kind, rows, grain, threads = request.threads](const Run& run) {
    for_row_blocks(threads, rows, grain, [&](const auto& at, Index y_at, Index n) {
      binary_row(kind, {run.x<float>(0) + at[0], run.x<float>(1) + at[1], rows.step[0],
                        rows.step[1], run.y<float>() + y_at, n});
    });
  });
}

}  // namespace linnet::inline v0
