#include <cmath>
#include <limits>
#include <linnet/ops/reduce.hpp>

#include "kernels/reference/reference.hpp"
#include "kernels/strides.hpp"

namespace linnet::inline v0 {

using ops::ReduceKind;

namespace {

/// x's shape cut to the reduced axes (others 1) or to the others (reduced ones 1).
Shape part_of(const Shape& x, const std::vector<Index>& axes, bool reduced) {
  Shape part = x;
  for (int axis = 0; axis < x.rank(); ++axis) {
    bool listed = axes.empty();
    for (const Index each : axes) listed = listed || x.wrap(static_cast<int>(each)) == axis;
    if (listed != reduced) part = part.with(axis, 1);
  }
  return part;
}

double combine(ReduceKind kind, double sum, double x) {
  if (kind == ReduceKind::max) return sum < x || std::isnan(x) ? x : sum;
  if (kind == ReduceKind::min) return x < sum || std::isnan(x) ? x : sum;
  return sum + x;
}

double first_of(ReduceKind kind) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return kind == ReduceKind::max ? -kInfinity : kind == ReduceKind::min ? kInfinity : 0;
}

}  // namespace

std::unique_ptr<Kernel> reference_reduce(const KernelRequest& request) {
  const ops::Reduce& op = *request.op.as<ops::Reduce>();
  const Shape outer = part_of(request.x(), op.axes, false);
  const Shape inner = part_of(request.x(), op.axes, true);
  return make_kernel([kind = op.kind, outer, inner,
                      strides = std::array<Strides, 1>{strides_of(request.x())}](const Run& run) {
    const float* x = run.x<float>();
    float* y = run.y<float>();
    const auto count = static_cast<double>(std::max<Index>(1, inner.elements()));
    walk(outer, strides, [&](Index i, const auto& start) {
      double sum = first_of(kind);
      walk(inner, strides,
           [&](Index, const auto& at) { sum = combine(kind, sum, x[start[0] + at[0]]); });
      y[i] = static_cast<float>(kind == ReduceKind::mean ? sum / count : sum);
    });
  });
}

std::unique_ptr<Kernel> reference_argmax(const KernelRequest& request) {
  return make_kernel([view = view_around(request.x(), -1)](const Run& run) {
    const float* x = run.x<float>();
    std::int32_t* y = run.y<std::int32_t>();
    for (Index i = 0; i < view.outer; ++i, x += view.size) {
      Index best = 0;
      for (Index j = 1; j < view.size; ++j) {
        if (x[j] > x[best]) best = j;
      }
      y[i] = static_cast<std::int32_t>(best);
    }
  });
}

}  // namespace linnet::inline v0
