// Crossentropies over classes and their gradients, row by row.
#include <algorithm>
#include <cmath>
#include <linnet/ops/loss.hpp>

#include "kernels/native/blocks.hpp"
#include "kernels/native/lanes.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/vector_math.hpp"
#include "kernels/probability.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kPiece = 256;  // elements whose exp is on the stack at a time

/// Targets of some rows: t (1 - smoothing) + smoothing / n, or 1 at a label.
struct Targets {
  const float* t = nullptr;
  float keep = 1, rest = 0;
  const std::int32_t* narrow = nullptr;
  const std::int64_t* wide = nullptr;
  std::optional<Index> ignored = {};

  /// The label of a row, or -1 if it has none of the n classes or does not count.
  Index label(Index row, Index n) const {
    const Index label = narrow != nullptr ? Index{narrow[row]} : Index{wide[row]};
    return 0 <= label && label < n && label != ignored ? label : -1;
  }
};

/// log(sum of e^(x - max)).
[[gnu::always_inline]] inline float log_sum(const float* x, Index n, float max) {
  float sum = 0;
  for (Index begin = 0; begin < n; begin += kPiece) {
    float e[kPiece];
    const Index count = std::min(kPiece, n - begin);
    for (Index i = 0; i < count; ++i) e[i] = vector_math::exp(x[begin + i] - max);
    sum += fold(e, count, Sum{});
  }
  return std::log(sum);
}

/// dx = scale softmax(x); dx may be x.
[[gnu::always_inline]] inline void softmax(const float* x, float* dx, Index n, float scale) {
  const float max = fold(x, n, Max{});
  LINNET_INDEPENDENT
  for (Index i = 0; i < n; ++i) dx[i] = vector_math::exp(x[i] - max);
  const float factor = scale / fold(dx, n, Sum{});
  for (Index i = 0; i < n; ++i) dx[i] *= factor;
}

LINNET_CLONES void logits_losses(const float* x, const Targets& at, float* y, Index rows, Index n) {
  for (Index row = 0; row < rows; ++row, x += n) {
    const float max = fold(x, n, Max{}), log = log_sum(x, n, max);
    if (at.t != nullptr) {
      const float* t = at.t + row * n;
      const float keep = at.keep, rest = at.rest;
      y[row] = fold(
          n, Sum{}, [&](Index i) __attribute__((always_inline)) {
            return (t[i] * keep + rest) * (log - (x[i] - max));
          });
    } else {
      const Index label = at.label(row, n);
      y[row] = label < 0 ? 0 : log - (x[label] - max);
    }
  }
}

LINNET_CLONES void logits_grads(const float* x, const Targets& at, const float* dy, float* dx,
                                Index rows, Index n) {
  for (Index row = 0; row < rows; ++row, x += n, dx += n) {
    if (at.t != nullptr) {
      const float* t = at.t + row * n;
      const float sum = fold(t, n, Sum{}) * at.keep + at.rest * static_cast<float>(n);
      softmax(x, dx, n, dy[row] * sum);
      const float keep = dy[row] * at.keep, rest = dy[row] * at.rest;
      LINNET_INDEPENDENT
      for (Index i = 0; i < n; ++i) dx[i] -= t[i] * keep + rest;
    } else if (const Index label = at.label(row, n); label >= 0) {
      softmax(x, dx, n, dy[row]);
      dx[label] -= dy[row];
    } else {
      std::fill_n(dx, n, 0.0f);
    }
  }
}

LINNET_CLONES void probability_losses(const float* x, const Targets& at, float* y, Index rows,
                                      Index n) {
  for (Index row = 0; row < rows; ++row, x += n) {
    const float sum = fold(x, n, Sum{});
    const auto log_p = [&](Index i) { return std::log(std::clamp(x[i] / sum, kLow, kHigh)); };
    float loss = 0;
    if (at.t != nullptr) {
      for (Index i = 0; i < n; ++i) {
        const float t = at.t[row * n + i] * at.keep + at.rest;
        if (t != 0) loss -= t * log_p(i);
      }
    } else if (const Index label = at.label(row, n); label >= 0) {
      loss = -log_p(label);
    }
    y[row] = loss;
  }
}

/// With p = x / s and g = -t / p, 0 where p is clipped: dx = dy (g - sum of g p) / s.
LINNET_CLONES void probability_grads(const float* x, const Targets& at, const float* dy, float* dx,
                                     Index rows, Index n) {
  for (Index row = 0; row < rows; ++row, x += n, dx += n) {
    const float s = fold(x, n, Sum{}), scale = dy[row] / s;
    const auto inside = [s](float p) __attribute__((always_inline)) {
      return (p / s >= kLow) & (p / s <= kHigh);
    };
    if (at.t != nullptr) {
      const float* t = at.t + row * n;
      const float keep = at.keep, rest = at.rest;
      const float sum = fold(
          n, Sum{}, [&](Index i) __attribute__((always_inline)) {
            return inside(x[i]) ? t[i] * keep + rest : 0.0f;
          });
      LINNET_INDEPENDENT
      for (Index i = 0; i < n; ++i) {
        const float g = (t[i] * keep + rest) / (x[i] / s);
        dx[i] = scale * (sum - (inside(x[i]) ? g : 0.0f));
      }
      continue;
    }
    const Index label = at.label(row, n);
    const bool moves = label >= 0 && inside(x[label]);
    const float g = moves ? s / x[label] : 0.0f;
    std::fill_n(dx, n, moves ? scale : 0.0f);
    if (moves) dx[label] -= scale * g;
  }
}

struct Sizes {
  Index rows, classes;
};

/// f(targets, first row, rows) over all rows, on several threads.
template <class F>
void for_rows(const Run& run, Targets targets, Sizes n, int threads, DType labels, F f) {
  if (labels == DType::float32) {
    targets.t = run.x<float>(0);
  } else if (labels == DType::int32) {
    targets.narrow = run.x<std::int32_t>(0);
  } else {
    targets.wide = run.x<std::int64_t>(0);
  }
  const Index grain = std::max<Index>(1, kCostlyGrain / n.classes);
  parallel_for(threads, n.rows, grain, [&](Index begin, Index end) {
    Targets own = targets;
    if (own.t != nullptr) own.t += begin * n.classes;
    if (own.narrow != nullptr) own.narrow += begin;
    if (own.wide != nullptr) own.wide += begin;
    f(own, begin, end - begin);
  });
}

std::unique_ptr<Kernel> losses(const KernelRequest& request, bool from_logits, Targets targets) {
  const Sizes n{request.y().elements(), request.x(1)[-1]};
  if (n.classes == 0) return nullptr;
  return make_kernel([=, labels = request.inputs[0].dtype, threads = request.threads,
                      f = from_logits ? logits_losses : probability_losses](const Run& run) {
    for_rows(run, targets, n, threads, labels, [&](const Targets& own, Index row, Index rows) {
      f(run.x<float>(1) + row * n.classes, own, run.y<float>() + row, rows, n.classes);
    });
  });
}

std::unique_ptr<Kernel> grads(const KernelRequest& request, bool from_logits, Targets targets) {
  const Sizes n{request.x(2).elements(), request.x(1)[-1]};
  if (n.classes == 0) return nullptr;
  return make_kernel([=, labels = request.inputs[0].dtype, threads = request.threads,
                      f = from_logits ? logits_grads : probability_grads](const Run& run) {
    for_rows(run, targets, n, threads, labels, [&](const Targets& own, Index row, Index rows) {
      f(run.x<float>(1) + row * n.classes, own, run.x<float>(2) + row,
        run.y<float>() + row * n.classes, rows, n.classes);
    });
  });
}

Targets targets_of(const ops::CategoricalCrossentropy& op, Index classes) {
  return {.keep = 1 - op.label_smoothing, .rest = op.label_smoothing / static_cast<float>(classes)};
}

}  // namespace

std::unique_ptr<Kernel> native_categorical_crossentropy(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::CategoricalCrossentropy>();
  return losses(request, op.from_logits, targets_of(op, request.x(1)[-1]));
}

std::unique_ptr<Kernel> native_categorical_crossentropy_grad(const KernelRequest& request) {
  const auto& op = request.op.as<ops::CategoricalCrossentropyGrad>()->loss;
  return grads(request, op.from_logits, targets_of(op, request.x(1)[-1]));
}

std::unique_ptr<Kernel> native_sparse_categorical_crossentropy(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::SparseCategoricalCrossentropy>();
  return losses(request, op.from_logits, {.ignored = op.ignore_class});
}

std::unique_ptr<Kernel> native_sparse_categorical_crossentropy_grad(const KernelRequest& request) {
  const auto& op = request.op.as<ops::SparseCategoricalCrossentropyGrad>()->loss;
  return grads(request, op.from_logits, {.ignored = op.ignore_class});
}

}  // namespace linnet::inline v0
