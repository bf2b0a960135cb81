// The optimizers' steps: vectorized by the compiler, over as many threads as pay.
#include <algorithm>
#include <cmath>
#include <linnet/ops/update.hpp>

#include "kernels/adam_rates.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/rows.hpp"
#include "kernels/target.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kGrain = 1 << 14;  // elements a thread should have

LINNET_CLONES void sgd(float* __restrict p, const float* __restrict g, Index n, float decay,
                       float lr) {
  for (Index i = 0; i < n; ++i) p[i] = p[i] - p[i] * decay * lr - g[i] * lr;
}

LINNET_CLONES void sgd_momentum(float* __restrict p, float* __restrict m, const float* __restrict g,
                                Index n, float decay, float lr, float momentum, bool nesterov) {
  for (Index i = 0; i < n; ++i) {
    const float step = g[i] * lr;
    const float own = m[i] * momentum - step;
    m[i] = own;
    p[i] = p[i] - p[i] * decay * lr + (nesterov ? own * momentum - step : own);
  }
}

LINNET_CLONES void adam(float* __restrict p, float* __restrict m, float* __restrict v,
                        const float* __restrict g, Index n, const AdamRates& rates) {
  const AdamRates a = rates;
  for (Index i = 0; i < n; ++i) {
    const float new_m = m[i] + (g[i] - m[i]) * a.new_m;
    const float new_v = v[i] + (g[i] * g[i] - v[i]) * a.new_v;
    m[i] = new_m;
    v[i] = new_v;
    p[i] = p[i] - p[i] * a.decay * a.lr - new_m * a.rate / (std::sqrt(new_v) + a.epsilon);
  }
}

LINNET_CLONES void adam_amsgrad(float* __restrict p, float* __restrict m, float* __restrict v,
                                float* __restrict largest, const float* __restrict g, Index n,
                                const AdamRates& rates) {
  const AdamRates a = rates;
  for (Index i = 0; i < n; ++i) {
    const float new_m = m[i] + (g[i] - m[i]) * a.new_m;
    const float new_v = v[i] + (g[i] * g[i] - v[i]) * a.new_v;
    const float most = largest[i] < new_v ? new_v : largest[i];
    m[i] = new_m;
    v[i] = new_v;
    largest[i] = most;
    p[i] = p[i] - p[i] * a.decay * a.lr - new_m * a.rate / (std::sqrt(most) + a.epsilon);
  }
}

LINNET_CLONES void average(float* __restrict y, const float* __restrict p, Index n, float keep) {
  for (Index i = 0; i < n; ++i) y[i] = keep * y[i] + (1 - keep) * p[i];
}

LINNET_CLONES void accumulate(float* __restrict y, const float* __restrict x, Index n,
                              float scale) {
  for (Index i = 0; i < n; ++i) y[i] += scale * x[i];
}

}  // namespace

std::unique_ptr<Kernel> native_sgd_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::SgdUpdate>();
  const Index n = request.x().elements();
  return make_kernel([op, n, threads = request.threads](const Run& run) {
    float* p = run.state<float>(0);
    if (op.momentum == 0) {
      const float* g = run.x<float>(1);
      parallel_for(threads, n, kGrain, [&](Index begin, Index end) {
        sgd(p + begin, g + begin, end - begin, op.weight_decay, *run.x<float>(2));
      });
      return;
    }
    float* m = run.state<float>(1);
    const float* g = run.x<float>(2);
    parallel_for(threads, n, kGrain, [&](Index begin, Index end) {
      sgd_momentum(p + begin, m + begin, g + begin, end - begin, op.weight_decay, *run.x<float>(3),
                   op.momentum, op.nesterov);
    });
  });
}

std::unique_ptr<Kernel> native_adam_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::AdamUpdate>();
  const Index n = request.x().elements();
  return make_kernel([op, n, threads = request.threads](const Run& run) {
    float* p = run.state<float>(0);
    float* m = run.state<float>(1);
    float* v = run.state<float>(2);
    const int after = op.amsgrad ? 4 : 3;
    const float* g = run.x<float>(after);
    const AdamRates a(op, *run.x<float>(after + 1), *run.x<std::int64_t>(after + 2));
    parallel_for(threads, n, kGrain, [&](Index begin, Index end) {
      if (op.amsgrad) {
        adam_amsgrad(p + begin, m + begin, v + begin, run.state<float>(3) + begin, g + begin,
                     end - begin, a);
      } else {
        adam(p + begin, m + begin, v + begin, g + begin, end - begin, a);
      }
    });
  });
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

std::unique_ptr<Kernel> native_rows_sgd_update(const KernelRequest& request) {
  const Index width = request.x(2)[1];
  return make_kernel([width, threads = request.threads](const Run& run) {
    const float* values = run.x<float>(2);
    float* p = run.state<float>(0);
    for_used_rows(threads, run.x<UsedRows::Id>(1), [&](const UsedRows& used, Index i) {
      add_row(used, i, values, width, -*run.x<float>(3), p + used.rows[i] * width);
    });
  });
}

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
