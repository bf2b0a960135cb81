// The optimizers' steps: vectorized by the compiler, over as many threads as pay.
#include <algorithm>
#include <linnet/ops/update.hpp>

#include "kernels/native/native.hpp"
#include "kernels/native/rows.hpp"
#include "kernels/step_math.hpp"
#include "kernels/target.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kGrain = 1 << 14;  // elements a thread should have

/// Elements [begin, end).
template <class Math, int... K>
[[gnu::always_inline]] inline void step_each(const Math& math, float* p, float* const* slots,
                                             const float* g, Index begin, Index end, float decay,
                                             float lr, std::integer_sequence<int, K...>) {
  const Math m = math;
  LINNET_INDEPENDENT
  for (Index i = begin; i < end; ++i) {
    p[i] -= p[i] * decay * lr;
    m.step(p[i], slots[K][i]..., g[i]);
  }
}

template <class Math>
LINNET_CLONES void step_range(const Math& math, float* p, float* const* slots, const float* g,
                              Index begin, Index end, float decay, float lr) {
  step_each(math, p, slots, g, begin, end, decay, lr,
            std::make_integer_sequence<int, Math::kSlots>());
}

LINNET_CLONES void average(float* __restrict y, const float* __restrict p, Index n, float keep) {
  for (Index i = 0; i < n; ++i) y[i] = keep * y[i] + (1 - keep) * p[i];
}

LINNET_CLONES void accumulate(float* __restrict y, const float* __restrict x, Index n,
                              float scale) {
  for (Index i = 0; i < n; ++i) y[i] += scale * x[i];
}

}  // namespace

std::unique_ptr<Kernel> native_step_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::StepUpdate>();
  const Index n = request.x().elements();
  const auto of = [&]<class Math>(const typename Math::Rule& rule) {
    return make_kernel(
        [rule, decay = op.weight_decay, n, threads = request.threads](const Run& run) {
          constexpr int kSlots = Math::kSlots;
          float* slots[kSlots + 1] = {};
          for (int k = 0; k < kSlots; ++k) slots[k] = run.state<float>(k + 1);
          const float lr = *run.x<float>(kSlots + 2);
          const Math math(rule, lr, *run.x<std::int64_t>(kSlots + 3));
          parallel_for(threads, n, kGrain, [&](Index begin, Index end) {
            step_range(math, run.state<float>(0), slots, run.x<float>(kSlots + 1), begin, end,
                       decay, lr);
          });
        });
  };
  return with_math(op.rule, of);
}

std::unique_ptr<Kernel> native_average_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::AverageUpdate>();
  const Index n = request.x().elements();
  return make_kernel([op, n, threads = request.threads](const Run& run) {
    float* y = run.state<float>(0);
    float* p = run.state<float>(1);
    const std::int64_t iteration = *run.x<std::int64_t>(2);
    const bool overwrite = op.overwrite_every > 0 && (iteration + 1) % op.overwrite_every == 0;
    parallel_for(threads, n, kGrain, [&](Index begin, Index end) {
      average(y + begin, p + begin, end - begin, iteration == 0 ? 0 : op.momentum);
      if (overwrite) std::copy(y + begin, y + end, p + begin);
    });
  });
}

std::unique_ptr<Kernel> native_accumulate_update(const KernelRequest& request) {
  const Index n = request.x().elements();
  return make_kernel([n, threads = request.threads](const Run& run) {
    float* y = run.state<float>(0);
    const float* x = run.x<float>(1);
    parallel_for(threads, n, kGrain,
                 [&](Index begin, Index end) { accumulate(y + begin, x + begin, end - begin, 1); });
  });
}

// Rows -------------------------------------------------------------------------------------------

namespace {

/// y += scale times the gradient of the i-th used row.
void add_row(const UsedRows& used, Index i, const float* values, Index width, float scale,
             float* y) {
  for (Index e = used.starts[i]; e < used.starts[i + 1]; ++e) {
    accumulate(y, values + used.entries[e] * width, width, scale * used.weights[e]);
  }
}

}  // namespace

std::unique_ptr<Kernel> native_rows_to_dense(const KernelRequest& request) {
  const Index width = request.x(1)[1];
  const Index size = request.y().elements();
  return make_kernel([width, size, threads = request.threads](const Run& run) {
    const float* values = run.x<float>(1);
    float* y = run.y<float>();
    std::fill_n(y, size, 0.0f);
    for_used_rows(threads, run.x<UsedRows::Id>(0), [&](const UsedRows& used, Index i) {
      add_row(used, i, values, width, 1, y + used.rows[i] * width);
    });
  });
}

std::unique_ptr<Kernel> native_rows_norm(const KernelRequest& request) {
  const Index width = request.x(1)[1];
  const auto scratch = static_cast<std::size_t>(width) * sizeof(float);
  return make_kernel(
      [width](const Run& run) {
        float* row = reinterpret_cast<float*>(run.scratch);
        double sum = 0;
        for_used_rows(1, run.x<UsedRows::Id>(0), [&](const UsedRows& used, Index i) {
          std::fill_n(row, width, 0.0f);
          add_row(used, i, run.x<float>(1), width, 1, row);
          for (Index k = 0; k < width; ++k) sum += static_cast<double>(row[k]) * row[k];
        });
        *run.y<float>() = static_cast<float>(sum);
      },
      scratch);
}

}  // namespace linnet::inline v0
