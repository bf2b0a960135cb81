#include <algorithm>
#include <cmath>
#include <cstring>
#include <linnet/ops/update.hpp>
#include <vector>

#include "kernels/adam_rates.hpp"
#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

std::size_t bytes_of(const TensorType& type) {
  return static_cast<std::size_t>(type.shape.elements()) * size_of(type.dtype);
}

}  // namespace

std::unique_ptr<Kernel> reference_assign(const KernelRequest& request) {
  std::vector<std::size_t> bytes;
  for (std::size_t i = 0; i < request.inputs.size(); i += 2) {
    bytes.push_back(bytes_of(request.inputs[i]));
  }
  return make_kernel([bytes](const Run& run) {
    int at = 0;
    for (const std::size_t size : bytes) {
      std::memmove(run.state<void>(at), run.x<void>(at + 1), size);
      at += 2;
    }
  });
}

std::unique_ptr<Kernel> reference_sgd_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::SgdUpdate>();
  return make_kernel([op, n = request.x().elements()](const Run& run) {
    const bool has_momentum = op.momentum != 0;
    float* p = run.state<float>(0);
    float* m = has_momentum ? run.state<float>(1) : nullptr;
    const float* g = run.x<float>(has_momentum ? 2 : 1);
    const float lr = *run.x<float>(has_momentum ? 3 : 2);
    for (Index i = 0; i < n; ++i) {
      p[i] -= p[i] * op.weight_decay * lr;
      float step = -(g[i] * lr);
      if (has_momentum) {
        m[i] = m[i] * op.momentum + step;
        step = op.nesterov ? m[i] * op.momentum + step : m[i];
      }
      p[i] += step;
    }
  });
}

std::unique_ptr<Kernel> reference_adam_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::AdamUpdate>();
  return make_kernel([op, n = request.x().elements()](const Run& run) {
    float* p = run.state<float>(0);
    float* m = run.state<float>(1);
    float* v = run.state<float>(2);
    float* largest = op.amsgrad ? run.state<float>(3) : nullptr;
    const int after = op.amsgrad ? 4 : 3;
    const float* g = run.x<float>(after);
    const AdamRates a(op, *run.x<float>(after + 1), *run.x<std::int64_t>(after + 2));
    for (Index i = 0; i < n; ++i) {
      p[i] -= p[i] * a.decay * a.lr;
      m[i] += (g[i] - m[i]) * a.new_m;
      v[i] += (g[i] * g[i] - v[i]) * a.new_v;
      if (largest != nullptr) largest[i] = std::max(largest[i], v[i]);
      p[i] -= m[i] * a.rate / (std::sqrt(largest != nullptr ? largest[i] : v[i]) + a.epsilon);
    }
  });
}

std::unique_ptr<Kernel> reference_average_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::AverageUpdate>();
  return make_kernel([op, n = request.x().elements()](const Run& run) {
    float* average = run.state<float>(0);
    float* p = run.state<float>(1);
    const std::int64_t iteration = *run.x<std::int64_t>(2);
    const float momentum = iteration == 0 ? 0 : op.momentum;
    for (Index i = 0; i < n; ++i) average[i] = momentum * average[i] + (1 - momentum) * p[i];
    if (op.overwrite_every > 0 && (iteration + 1) % op.overwrite_every == 0) {
      std::copy_n(average, n, p);
    }
  });
}

std::unique_ptr<Kernel> reference_accumulate_update(const KernelRequest& request) {
  return make_kernel([n = request.x().elements()](const Run& run) {
    for (Index i = 0; i < n; ++i) run.state<float>(0)[i] += run.x<float>(1)[i];
  });
}

std::unique_ptr<Kernel> reference_clear_update(const KernelRequest& request) {
  return make_kernel([bytes = bytes_of(request.inputs[0])](const Run& run) {
    std::memset(run.state<void>(0), 0, bytes);
  });
}

std::unique_ptr<Kernel> reference_read_after(const KernelRequest& request) {
  return make_kernel([bytes = bytes_of(request.inputs[0])](const Run& run) {
    std::memcpy(run.y<void>(), run.x<void>(), bytes);
  });
}

}  // namespace linnet::inline v0
