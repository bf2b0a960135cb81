#include <cmath>
#include <limits>
#include <linnet/ops/reduce.hpp>

#include "kernels/reference/reference.hpp"
#include "kernels/reference/totals.hpp"
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

/// The larger or the smaller one; NaN if x is.
template <class T>
T extreme(ReduceKind kind, T best, T x) {
  return (kind == ReduceKind::max ? best < x : x < best) || x != x ? x : best;
}

/// What any number of T is more, or less, than.
template <class T>
T least_of(ReduceKind kind) {
  using Limits = std::numeric_limits<T>;
  if constexpr (Limits::has_infinity) {
    return kind == ReduceKind::max ? -Limits::infinity() : Limits::infinity();
  }
  return kind == ReduceKind::max ? Limits::lowest() : Limits::max();
}

}  // namespace

std::unique_ptr<Kernel> reference_reduce(const KernelRequest& request) {
  const ops::Reduce& op = *request.op.as<ops::Reduce>();
  const Shape outer = part_of(request.x(), op.axes, false);
  const Shape inner = part_of(request.x(), op.axes, true);
  const std::array<Strides, 1> strides{strides_of(request.x())};
  const bool total = op.kind == ReduceKind::sum || op.kind == ReduceKind::mean;
  return with_totals(request.outputs[0].dtype, [&]<class T, class Total>(T, Total) {
    return make_kernel([kind = op.kind, total, outer, inner, strides](const Run& run) {
      const auto count = static_cast<Total>(std::max<Index>(1, inner.elements()));
      walk(outer, strides, [&](Index i, const auto& start) {
        const T* x = run.x<T>() + start[0];
        Total sum{};
        T best = least_of<T>(kind);
        walk(inner, strides, [&](Index, const auto& at) {
          const T each = x[at[0]];
          if (total) {
            sum += static_cast<Total>(each);
          } else {
            best = extreme(kind, best, each);
          }
        });
        if (kind == ReduceKind::mean) sum /= count;
        run.y<T>()[i] = total ? static_cast<T>(sum) : best;
      });
    });
  });
}

std::unique_ptr<Kernel> reference_argmax(const KernelRequest& request) {
  return with_totals(request.inputs[0].dtype, [&]<class T>(T, auto) {
    return make_kernel([view = view_around(request.x(), -1)](const Run& run) {
      const T* x = run.x<T>();
      std::int32_t* y = run.y<std::int32_t>();
      for (Index i = 0; i < view.outer; ++i, x += view.size) {
        Index best = 0;
        for (Index j = 1; j < view.size; ++j) {
          if (x[best] != x[best]) break;  // the first NaN counts as the largest
          if (x[j] > x[best] || x[j] != x[j]) best = j;
        }
        y[i] = static_cast<std::int32_t>(best);
      }
    });
  });
}

}  // namespace linnet::inline v0
