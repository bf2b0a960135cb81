#include <algorithm>
#include <cmath>
#include <linnet/core/random.hpp>
#include <linnet/ops/random.hpp>
#include <numbers>
#include <numeric>

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

/// In (0, 1).
double open_uniform(std::uint32_t bits) { return (static_cast<double>(bits) + 0.5) * 0x1p-32; }

/// The logarithm of a number drawn from Gamma(shape, 1), by Marsaglia and Tsang (2000); the
/// counters from `first` on are its own. Of a shape below 1 it is that of shape + 1 plus
/// log(u) / shape, which does not end in 0.
double log_gamma_draw(double shape, std::uint64_t key, std::uint64_t first, std::uint64_t step) {
  const bool raised = shape < 1;
  const double d = (raised ? shape + 1 : shape) - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (std::uint64_t attempt = 0;; ++attempt) {
    const auto words = philox(key, first + attempt, step);
    const double z = std::sqrt(-2 * std::log(open_uniform(words[0]))) *
                     std::cos(2 * std::numbers::pi * open_uniform(words[1]));
    const double root = 1 + c * z, v = root * root * root;
    if (v <= 0) continue;
    if (std::log(open_uniform(words[2])) >= 0.5 * z * z + d - d * v + d * std::log(v)) continue;
    return std::log(d * v) + (raised ? std::log(open_uniform(words[3])) / shape : 0);
  }
}

/// order = 0 .. n - 1, shuffled.
void shuffle(const RandomStream& random, std::uint64_t step, std::int32_t* order, Index n) {
  std::iota(order, order + n, 0);
  for (auto i = static_cast<std::uint64_t>(n); i > 1; --i) {
    std::swap(order[i - 1], order[random.below(i, i, step)]);
  }
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

std::unique_ptr<Kernel> reference_random_beta(const KernelRequest& request) {
  const auto op = *request.op.as<ops::RandomBeta>();
  return make_kernel([op, count = request.y().elements()](const Run& run) {
    const std::int64_t* seed = run.x<std::int64_t>(2);
    const std::uint64_t key = random_key(op.key, seed[0]);
    const auto step = static_cast<std::uint64_t>(seed[1]);
    const float *a = run.x<float>(0), *b = run.x<float>(1);
    float* y = run.y<float>();
    constexpr int kAttempts = 20;  // 2^20 counters for each number
    for (Index i = 0; i < count; ++i) {
      const auto first = static_cast<std::uint64_t>(2 * i) << kAttempts;
      const auto other = first + (std::uint64_t{1} << kAttempts);
      const double x = log_gamma_draw(static_cast<double>(a[i]), key, first, step);
      y[i] = static_cast<float>(
          1 / (1 + std::exp(log_gamma_draw(static_cast<double>(b[i]), key, other, step) - x)));
    }
  });
}

std::unique_ptr<Kernel> reference_shuffle_rows(const KernelRequest& request) {
  const auto op = *request.op.as<ops::ShuffleRows>();
  const Index rows = request.x()[0], width = rows > 0 ? request.x().elements() / rows : 0;
  const auto run_rows = [op, rows, width](const Run& run) {
    const std::int64_t* seed = run.x<std::int64_t>(1);
    auto* order = reinterpret_cast<std::int32_t*>(run.scratch);
    shuffle(RandomStream(random_key(op.key, seed[0])), static_cast<std::uint64_t>(seed[1]), order,
            rows);
    for (Index i = 0; i < rows; ++i) {
      const Index from = op.inverse ? i : order[i], to = op.inverse ? order[i] : i;
      std::copy_n(run.x<float>() + from * width, width, run.y<float>() + to * width);
    }
  };
  return make_kernel(run_rows, static_cast<std::size_t>(rows) * sizeof(std::int32_t));
}

}  // namespace linnet::inline v0
