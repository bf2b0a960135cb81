// compare, select and cast: what decides, and what is decided by it.
#include <linnet/ops/elementwise.hpp>

#include "core/numeric.hpp"
#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/pairs.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

using ops::CompareKind;

namespace {

template <class T>
[[gnu::always_inline]] inline void compare(CompareKind kind, const PairRow<T, bool>& row) {
  switch (kind) {
    case CompareKind::equal:
      return each(row, [](T a, T b) { return a == b; });
    case CompareKind::not_equal:
      return each(row, [](T a, T b) { return a != b; });
    case CompareKind::less:
      return each(row, [](T a, T b) { return a < b; });
    case CompareKind::less_equal:
      return each(row, [](T a, T b) { return a <= b; });
    case CompareKind::logical_and:
      return each(row, [](T a, T b) { return (a != T{}) & (b != T{}); });
    case CompareKind::logical_or:
      return each(row, [](T a, T b) { return (a != T{}) | (b != T{}); });
  }
}

LINNET_CLONES void compare_row(CompareKind kind, const PairRow<float, bool>& row) {
  compare(kind, row);
}
LINNET_CLONES void compare_row(CompareKind kind, const PairRow<std::int32_t, bool>& row) {
  compare(kind, row);
}
LINNET_CLONES void compare_row(CompareKind kind, const PairRow<std::int64_t, bool>& row) {
  compare(kind, row);
}
LINNET_CLONES void compare_row(CompareKind kind, const PairRow<bool, bool>& row) {
  compare(kind, row);
}
template <class T>
void compare_row(CompareKind kind, const PairRow<T, bool>& row) {
  compare(kind, row);
}

/// y[i] = choose[i] ? a[i] : b[i]; a or b is one number where its step is 0.
LINNET_CLONES void select_row(const bool* choose, const PairRow<float, float>& row) {
  const float *a = row.a, *b = row.b;
  float* y = row.y;
  const Index n = row.n;
  if (row.a_step == 1 && row.b_step == 1) {
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) {
      const float yes = a[i], no = b[i];  // both are read: no branch
      y[i] = choose[i] ? yes : no;
    }
  } else if (row.a_step == 1) {
    const float no = *b;
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) {
      const float yes = a[i];
      y[i] = choose[i] ? yes : no;
    }
  } else {
    const float yes = *a;
    LINNET_INDEPENDENT
    for (Index i = 0; i < n; ++i) {
      const float no = b[row.b_step * i];
      y[i] = choose[i] ? yes : no;
    }
  }
}

/// The same where one condition holds for the whole row.
void select_same(bool choose, const PairRow<float, float>& row) {
  const float* from = choose ? row.a : row.b;
  if ((choose ? row.a_step : row.b_step) == 1) {
    std::copy_n(from, row.n, row.y);
  } else {
    std::fill_n(row.y, row.n, *from);
  }
}

}  // namespace

std::unique_ptr<Kernel> native_compare(const KernelRequest& request) {
  const Shape& y = request.y();
  const BroadcastRows<2> rows(
      y, {broadcast_strides(request.x(0), y), broadcast_strides(request.x(1), y)});
  if (!rows.simple()) return nullptr;
  const CompareKind kind = request.op.as<ops::Compare>()->kind;
  return with_number(request.inputs[0].dtype, [&]<class T>(T) {
    return make_kernel([kind, rows, threads = request.threads](const Run& run) {
      for_row_blocks(threads, rows, kGrain, [&](const auto& at, Index y_at, Index n) {
        compare_row(kind, PairRow<T, bool>{run.x<T>(0) + at[0], run.x<T>(1) + at[1], rows.step[0],
                                           rows.step[1], run.y<bool>() + y_at, n});
      });
    });
  });
}

std::unique_ptr<Kernel> native_select(const KernelRequest& request) {
  if (request.outputs[0].dtype != DType::float32) return nullptr;
  const Shape& y = request.y();
  const BroadcastRows<3> rows(
      y, {broadcast_strides(request.x(0), y), broadcast_strides(request.x(1), y),
          broadcast_strides(request.x(2), y)});
  if (!rows.simple()) return nullptr;
  return make_kernel([rows, threads = request.threads](const Run& run) {
    for_row_blocks(threads, rows, kGrain, [&](const auto& at, Index y_at, Index n) {
      const bool* choose = run.x<bool>(0) + at[0];
      const PairRow<float, float> row{run.x<float>(1) + at[1],
                                      run.x<float>(2) + at[2],
                                      rows.step[1],
                                      rows.step[2],
                                      run.y<float>() + y_at,
                                      n};
      if (rows.step[0] == 0) return select_same(*choose, row);
      select_row(choose, row);
    });
  });
}

std::unique_ptr<Kernel> native_cast(const KernelRequest& request) {
  const Index count = request.y().elements();
  return with_number(request.inputs[0].dtype, [&]<class From>(From) {
    return with_number(request.outputs[0].dtype, [&]<class To>(To) {
      return make_kernel([count, threads = request.threads](const Run& run) {
        for_blocks(threads, count, kGrain, [&](Index at, Index n) {
          const From* x = run.x<From>() + at;
          To* y = run.y<To>() + at;
          for (Index i = 0; i < n; ++i) y[i] = static_cast<To>(x[i]);
        });
      });
    });
  });
}

}  // namespace linnet::inline v0
