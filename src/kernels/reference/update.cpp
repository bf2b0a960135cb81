#include <algorithm>
#include <cstring>
#include <linnet/ops/update.hpp>
#include <vector>

#include "kernels/reference/reference.hpp"
#include "kernels/step_math.hpp"

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

std::unique_ptr<Kernel> reference_step_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::StepUpdate>();
  const Index n = request.x().elements();
  const auto of = [&]<class Math>(const typename Math::Rule& rule) {
    return make_kernel([rule, decay = op.weight_decay, n](const Run& run) {
      constexpr int kSlots = Math::kSlots;
      float* p = run.state<float>(0);
      const float* g = run.x<float>(kSlots + 1);
      const float lr = *run.x<float>(kSlots + 2);
      const Math math(rule, lr, *run.x<std::int64_t>(kSlots + 3));
      const auto step = [&]<int... K>(Index i, std::integer_sequence<int, K...>) {
        p[i] -= p[i] * decay * lr;
        math.step(p[i], run.state<float>(K + 1)[i]..., g[i]);
      };
      for (Index i = 0; i < n; ++i) step(i, std::make_integer_sequence<int, kSlots>());
    });
  };
  return with_math(op.rule, of);
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
