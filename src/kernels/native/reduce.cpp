// Reductions over neighbouring axes: x seen as (outer, n, inner), reduced over n.
#include <linnet/ops/reduce.hpp>
#include <optional>

#include "kernels/native/blocks.hpp"
#include "kernels/native/lanes.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

using ops::ReduceKind;

namespace {

constexpr Index kChunk = 256;       // columns that are reduced together
constexpr Index kDepth = 128;       // rows after which a sum is put aside, for its precision
constexpr Index kPart = 16 * 1024;  // elements of one part of a long row

/// y[j] = f over rows i of x[i, j], for at most kChunk columns; rows are `stride` apart.
template <class F>
[[gnu::always_inline]] inline void reduce_columns(const float* x, Index rows, Index stride,
                                                  Index columns, float* y, F f) {
  float part[kChunk];
  for (Index j = 0; j < columns; ++j) y[j] = F::kFirst;
  for (Index begin = 0; begin < rows; begin += kDepth) {
    const Index end = std::min(rows, begin + kDepth);
    for (Index j = 0; j < columns; ++j) part[j] = F::kFirst;
    for (Index i = begin; i < end; ++i) {
      const float* row = x + i * stride;
      for (Index j = 0; j < columns; ++j) part[j] = f(part[j], row[j]);
    }
    for (Index j = 0; j < columns; ++j) y[j] = f(y[j], part[j]);
  }
}

LINNET_CLONES float row_of(ReduceKind kind, const float* x, Index n) {
  if (kind == ReduceKind::max) return fold(x, n, Max{});
  if (kind == ReduceKind::min) return fold(x, n, Min{});
  return fold(x, n, Sum{});
}

LINNET_CLONES void columns_of(ReduceKind kind, const float* x, Index rows, Index stride,
                              Index columns, float* y) {
  if (kind == ReduceKind::max) return reduce_columns(x, rows, stride, columns, y, Max{});
  if (kind == ReduceKind::min) return reduce_columns(x, rows, stride, columns, y, Min{});
  return reduce_columns(x, rows, stride, columns, y, Sum{});
}

/// The first place of the largest of n > 0 numbers; of the first NaN, if there is one.
LINNET_CLONES void argmax_rows(const float* x, Index rows, Index n, std::int32_t* y) {
  for (Index row = 0; row < rows; ++row, x += n) {
    const float max = fold(x, n, Max{});
    if (max == max) {
      y[row] = static_cast<std::int32_t>(std::find(x, x + n, max) - x);
    } else {
      const float* nan = std::find_if(x, x + n, [](float each) { return each != each; });
      y[row] = static_cast<std::int32_t>(nan - x);
    }
  }
}

struct Sizes {
  Index outer = 1, n = 1, inner = 1;
};

/// None if the reduced axes are not neighbours.
std::optional<Sizes> sizes_of(const Shape& x, const std::vector<Index>& axes) {
  if (axes.empty()) return Sizes{1, x.elements(), 1};
  int first = x.rank(), last = -1;
  for (const Index axis : axes) {
    first = std::min(first, x.wrap(static_cast<int>(axis)));
    last = std::max(last, x.wrap(static_cast<int>(axis)));
  }
  if (last - first + 1 != static_cast<int>(axes.size())) return std::nullopt;
  return Sizes{x.elements(0, first), x.elements(first, last + 1), x.elements(last + 1, x.rank())};
}

/// Scales sums to means.
void finish(ReduceKind kind, float* y, Index count, Index n) {
  if (kind != ReduceKind::mean) return;
  const float scale = 1.0f / static_cast<float>(n);
  for (Index i = 0; i < count; ++i) y[i] *= scale;
}

/// inner = 1. Long rows are cut into parts, whose results lie in scratch.
std::unique_ptr<Kernel> along_rows(ReduceKind kind, const Sizes& s, int threads) {
  const Index parts = (s.n + kPart - 1) / kPart;
  const Index grain = kGrain / std::min(s.n, kPart);
  const auto scratch = parts == 1 ? 0 : static_cast<std::size_t>(s.outer * parts) * sizeof(float);
  auto run_rows = [=](const Run& run) {
    const float* x = run.x<float>();
    float* y = run.y<float>();
    float* part = parts == 1 ? y : reinterpret_cast<float*>(run.scratch);
    parallel_for(threads, s.outer * parts, grain, [&](Index first, Index last) {
      for (Index i = first; i < last; ++i) {
        const Index row = i / parts, begin = (i - row * parts) * kPart;
        part[i] = row_of(kind, x + row * s.n + begin, std::min(kPart, s.n - begin));
      }
    });
    for (Index row = 0; parts > 1 && row < s.outer; ++row) {
      y[row] = row_of(kind, part + row * parts, parts);
    }
    finish(kind, y, s.outer, s.n);
  };
  return make_kernel(run_rows, scratch);
}

/// Many columns: each chunk of them is reduced over all rows.
std::unique_ptr<Kernel> along_columns(ReduceKind kind, const Sizes& s, int threads) {
  const Index chunks = (s.inner + kChunk - 1) / kChunk;
  const Index grain = std::max<Index>(1, kGrain / (s.n * std::min(s.inner, kChunk)));
  return make_kernel([=](const Run& run) {
    const float* x = run.x<float>();
    float* y = run.y<float>();
    parallel_for(threads, s.outer * chunks, grain, [&](Index first, Index last) {
      for (Index i = first; i < last; ++i) {
        const Index block = i / chunks, begin = (i - block * chunks) * kChunk;
        columns_of(kind, x + block * s.n * s.inner + begin, s.n, s.inner,
                   std::min(kChunk, s.inner - begin), y + block * s.inner + begin);
      }
    });
    finish(kind, y, s.outer * s.inner, s.n);
  });
}

/// outer = 1 and inner <= kChunk: groups of rows are reduced to one row each, in scratch.
std::unique_ptr<Kernel> along_few_columns(ReduceKind kind, const Sizes& s, int threads) {
  const Index depth = std::max(kDepth, kGrain / s.inner);
  const Index groups = (s.n + depth - 1) / depth;
  if (groups == 1) return along_columns(kind, s, 1);
  auto run_groups = [=](const Run& run) {
    auto* part = reinterpret_cast<float*>(run.scratch);
    parallel_for(threads, groups, 1, [&](Index first, Index last) {
      for (Index i = first; i < last; ++i) {
        columns_of(kind, run.x<float>() + i * depth * s.inner, std::min(depth, s.n - i * depth),
                   s.inner, s.inner, part + i * s.inner);
      }
    });
    columns_of(kind, part, groups, s.inner, s.inner, run.y<float>());
    finish(kind, run.y<float>(), s.inner, s.n);
  };
  return make_kernel(run_groups, static_cast<std::size_t>(groups * s.inner) * sizeof(float));
}

}  // namespace

std::unique_ptr<Kernel> native_reduce(const KernelRequest& request) {
  const ops::Reduce& op = *request.op.as<ops::Reduce>();
  if (request.outputs[0].dtype != DType::float32) return nullptr;
  const auto sizes = sizes_of(request.x(), op.axes);
  if (!sizes || request.x().elements() == 0) return nullptr;
  if (sizes->inner == 1) return along_rows(op.kind, *sizes, request.threads);
  if (sizes->outer == 1 && sizes->inner <= kChunk) {
    return along_few_columns(op.kind, *sizes, request.threads);
  }
  return along_columns(op.kind, *sizes, request.threads);
}

std::unique_ptr<Kernel> native_argmax(const KernelRequest& request) {
  const AxisView view = view_around(request.x(), -1);
  if (view.size == 0 || request.inputs[0].dtype != DType::float32) return nullptr;
  const Index grain = std::max<Index>(1, kGrain / view.size);
  return make_kernel([view, grain, threads = request.threads](const Run& run) {
    parallel_for(threads, view.outer, grain, [&](Index begin, Index end) {
      argmax_rows(run.x<float>() + begin * view.size, end - begin, view.size,
                  run.y<std::int32_t>() + begin);
    });
  });
}

}  // namespace linnet::inline v0
