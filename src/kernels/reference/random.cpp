#include <linnet/core/random.hpp>
#include <linnet/ops/random.hpp>

#include "kernels/random_key.hpp"
#include "kernels/reference/reference.hpp"
#include "kernels/strides.hpp"

namespace linnet::inline v0 {

namespace {

/// y[i] = draw(random, i, step) for each element.
template <class F>
std::unique_ptr<Kernel> drawn(const KernelRequest& request, std::uint64_t key, F draw) {
  return make_kernel([key, draw, count = request.y().elements()](const Run& run) {
    const std::int64_t* seed = run.x<std::int64_t>(1);
    const RandomStream random(random_key(key, seed[0]));
    float* y = run.y<float>();
    for (Index i = 0; i < count; ++i) {
      y[i] = draw(random, static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(seed[1]));
    }
  });
}

}  // namespace

std::unique_ptr<Kernel> reference_dropout(const KernelRequest& request) {
  const ops::Dropout op = *request.op.as<ops::Dropout>();
  const Shape& x = request.x();
  Shape noise = op.noise_shape.rank() == 0 ? x : op.noise_shape;
  for (int axis = 1; axis <= noise.rank(); ++axis) {
    if (noise[-axis] == any) noise = noise.with(-axis, x[-axis]);
  }
  return make_kernel(
      [op, x, strides = std::array<Strides, 1>{broadcast_strides(noise, x)}](const Run& run) {
        const std::int64_t* seed = run.x<std::int64_t>(1);
        const RandomStream random(random_key(op.key, seed[0]));
        const float scale = keep_scale(op.rate);
        const float* from = run.x<float>();
        float* y = run.y<float>();
        walk(x, strides, [&](Index i, const auto& at) {
          const float u = random.uniform(static_cast<std::uint64_t>(at[0]),
                                         static_cast<std::uint64_t>(seed[1]));
          y[i] = u >= op.rate ? from[i] * scale : 0;
        });
      });
}

std::unique_ptr<Kernel> reference_random_uniform(const KernelRequest& request) {
  const auto op = *request.op.as<ops::RandomUniform>();
  return drawn(request, op.key, [op](const RandomStream& random, std::uint64_t i, std::uint64_t s) {
    return op.low + (op.high - op.low) * random.uniform(i, s);
  });
}

std::unique_ptr<Kernel> reference_random_normal(const KernelRequest& request) {
  const auto op = *request.op.as<ops::RandomNormal>();
  return drawn(request, op.key, [op](const RandomStream& random, std::uint64_t i, std::uint64_t s) {
    return op.mean + op.stddev * random.normal(i, s);
  });
}

}  // namespace linnet::inline v0
