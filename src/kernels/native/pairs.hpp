// Two operands along a row, of which either may be one number for the whole row.
#pragma once

#include <linnet/core/shape.hpp>

#include "kernels/target.hpp"

namespace linnet::inline v0 {

/// T is the operands' type, Y the result's. y may be a or b.
template <class T, class Y>
struct PairRow {
  const T *a, *b;
  Index a_step, b_step;  ///< 0 or 1
  Y* y;
  Index n;
};

/// y[i] = f(a, b) along the row.
template <class T, class Y, class F>
[[gnu::always_inline]] inline void each(const PairRow<T, Y>& row, F f) {
  const T *a = row.a, *b = row.b;
  Y* y = row.y;
  const Index n = row.n;
  if (row.a_step == 0) {
    const T same = *a;
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) y[i] = f(same, b[row.b_step * i]);
  } else if (row.b_step == 0) {
    const T same = *b;
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) y[i] = f(a[i], same);
  } else {
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) y[i] = f(a[i], b[i]);
  }
}

}  // namespace linnet::inline v0
