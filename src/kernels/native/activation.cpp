#include <linnet/ops/activation.hpp>

#include "kernels/native/activate_block.hpp"
#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/vector_math.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

using ops::Activate;
using ops::ActivationKind;
namespace vm = vector_math;

namespace {

constexpr float kSeluScale = 1.05070098f, kSeluAlpha = 1.67326324f, kGeluScale = 0.797884561f;

[[gnu::always_inline]] inline float within(float x, float low, float high) {
  return x < low ? low : x > high ? high : x;
}
[[gnu::always_inline]] inline float gelu_inner(float x) {
  return kGeluScale * (x + 0.044715f * x * x * x);
}
/// tanh(softplus(x)) = w / (w + 2) with w = e^x (e^x + 2); 1 from x = 20 on.
[[gnu::always_inline]] inline float mish_excess(float x) {
  const float e = vm::exp(x < 20.0f ? x : 20.0f);
  return e * (e + 2.0f);
}

template <class F>
[[gnu::always_inline]] inline void each(const float* x, float* y, Index n, F f) {
  LINNET_INDEPENDENT
  for (Index i = 0; i < n; ++i) y[i] = f(x[i]);
}

/// dx = dy f(x), x being the forward input or output.
template <class F>
[[gnu::always_inline]] inline void each(const float* x, const float* dy, float* dx, Index n, F f) {
  LINNET_INDEPENDENT
  for (Index i = 0; i < n; ++i) dx[i] = dy[i] * f(x[i]);
}

/// The functions that need an exp.
LINNET_CLONES bool smooth_block(const Activate& p, const float* x, float* y, Index n) {
  const float a = p.alpha;
  auto each_x = [&](auto f) __attribute__((always_inline)) {
    each(x, y, n, f);
    return true;
  };
  switch (p.kind) {
    case ActivationKind::elu:
      return each_x([=](float v) { return v > 0 ? v : a * vm::expm1_negative(v); });
    case ActivationKind::celu:
      return each_x([=](float v) { return v > 0 ? v : a * vm::expm1_negative(v / a); });
    case ActivationKind::selu:
      return each_x(
          [](float v) { return kSeluScale * (v > 0 ? v : kSeluAlpha * vm::expm1_negative(v)); });
    case ActivationKind::softplus:
      return each_x([](float v) { return vm::softplus(v); });
    case ActivationKind::log_sigmoid:
      return each_x([](float v) { return -vm::softplus(-v); });
    case ActivationKind::silu:
      return each_x([](float v) { return v * vm::sigmoid(v); });
    case ActivationKind::gelu:
      return each_x([](float v) { return v * vm::normal_cdf(v); });
    case ActivationKind::gelu_tanh:
      return each_x([](float v) { return v * vm::sigmoid(2.0f * gelu_inner(v)); });
    case ActivationKind::tanh:
      return each_x([](float v) { return vm::tanh(v); });
    case ActivationKind::tanh_shrink:
      return each_x([](float v) { return v - vm::tanh(v); });
    case ActivationKind::sigmoid:
      return each_x([](float v) { return vm::sigmoid(v); });
    case ActivationKind::exponential:
      return each_x([](float v) { return vm::exp(v); });
    case ActivationKind::mish:
      return each_x([](float v) {
        const float w = mish_excess(v);
        return v < 20.0f ? v * (w / (w + 2.0f)) : v;
      });
    default:
      return false;
  }
}

LINNET_CLONES bool simple_block(const Activate& p, const float* x, float* y, Index n) {
  const float a = p.alpha, b = p.beta, c = p.gamma;
  auto each_x = [&](auto f) __attribute__((always_inline)) {
    each(x, y, n, f);
    return true;
  };
  switch (p.kind) {
    case ActivationKind::relu:
      // 0 times -infinity would be NaN.
      if (a == 0) return each_x([=](float v) { return v <= c ? 0.0f : v > b ? b : v; });
      return each_x([=](float v) { return v > c ? (v < b ? v : b) : a * (v - c); });
    case ActivationKind::softsign:
      return each_x([](float v) { return v / (1.0f + std::abs(v)); });
    case ActivationKind::soft_shrink:
      return each_x([=](float v) { return v - within(v, -a, a); });
    case ActivationKind::hard_shrink:
      return each_x([=](float v) { return std::abs(v) > a ? v : v * 0.0f; });
    case ActivationKind::threshold:
      return each_x([=](float v) { return v > a ? v : b; });
    case ActivationKind::sparse_plus:
      return each_x([](float v) {
        const float s = 0.5f * (v + 1.0f);
        return v <= -1.0f ? 0.0f : v < 1.0f ? s * s : v;
      });
    case ActivationKind::sparse_sigmoid:
      return each_x([](float v) { return within(0.5f * (v + 1.0f), 0.0f, 1.0f); });
    case ActivationKind::hard_sigmoid:
      return each_x([=](float v) { return within(a * v + 0.5f, 0.0f, 1.0f); });
    case ActivationKind::hard_silu:
      return each_x([](float v) { return v * within((v + 3.0f) / 6.0f, 0.0f, 1.0f); });
    case ActivationKind::hard_tanh:
      return each_x([](float v) { return within(v, -1.0f, 1.0f); });
    default:
      return false;
  }
}

/// Slopes told from the output.
LINNET_CLONES bool output_slope_block(const Activate& p, const float* y, const float* dy, float* dx,
                                      Index n) {
  const float a = p.alpha, b = p.beta;
  auto each_y = [&](auto f) __attribute__((always_inline)) {
    each(y, dy, dx, n, f);
    return true;
  };
  switch (p.kind) {
    case ActivationKind::relu:
      return each_y([=](float v) { return v > 0 ? (v < b ? 1.0f : 0.0f) : a; });
    case ActivationKind::elu:
      return each_y([=](float v) { return v > 0 ? 1.0f : v + a; });
    case ActivationKind::selu:
      return each_y([](float v) { return v > 0 ? kSeluScale : v + kSeluScale * kSeluAlpha; });
    case ActivationKind::tanh:
      return each_y([](float v) { return 1.0f - v * v; });
    case ActivationKind::sigmoid:
      return each_y([](float v) { return v * (1.0f - v); });
    case ActivationKind::exponential:
      return each_y([](float v) { return v; });
    case ActivationKind::hard_sigmoid:
      return each_y([=](float v) { return v > 0.0f && v < 1.0f ? a : 0.0f; });
    case ActivationKind::hard_tanh:
      return each_y([](float v) { return std::abs(v) < 1.0f ? 1.0f : 0.0f; });
    default:
      return false;
  }
}

/// Slopes told from the input.
LINNET_CLONES bool input_slope_block(const Activate& p, const float* x, const float* dy, float* dx,
                                     Index n) {
  const float a = p.alpha, b = p.beta, c = p.gamma;
  auto each_x = [&](auto f) __attribute__((always_inline)) {
    each(x, dy, dx, n, f);
    return true;
  };
  switch (p.kind) {
    case ActivationKind::relu:
      return each_x([=](float v) { return v > c ? (v < b ? 1.0f : 0.0f) : a; });
    case ActivationKind::softplus:
      return each_x([](float v) { return vm::sigmoid(v); });
    case ActivationKind::log_sigmoid:
      return each_x([](float v) { return vm::sigmoid(-v); });
    case ActivationKind::silu:
      return each_x([](float v) { return vm::sigmoid(v) * (1.0f + v * vm::sigmoid(-v)); });
    case ActivationKind::gelu:
      return each_x([](float v) { return vm::normal_cdf(v) + v * vm::normal_pdf(v); });
    case ActivationKind::gelu_tanh:
      return each_x([](float v) {
        const float u = 2.0f * gelu_inner(v);
        const float s = vm::sigmoid(u), rest = vm::sigmoid(-u);
        return s + 2.0f * v * s * rest * kGeluScale * (1.0f + 0.134145f * v * v);
      });
    case ActivationKind::tanh_shrink:
      return each_x([](float v) {
        const float t = vm::tanh(v);
        return t * t;
      });
    case ActivationKind::hard_silu:
      return each_x([](float v) {
        return v <= -3.0f ? 0.0f : v < 3.0f ? (2.0f * v + 3.0f) / 6.0f : 1.0f;
      });
    case ActivationKind::mish:
      return each_x([](float v) {
        const float w = mish_excess(v), t = w / (w + 2.0f);
        const float slope = 4.0f * (w + 1.0f) / ((w + 2.0f) * (w + 2.0f));
        return v < 20.0f ? t + v * vm::sigmoid(v) * slope : 1.0f;
      });
    default:
      return false;
  }
}

}  // namespace

ActivateBlock activate_block(const Activate& f) {
  if (smooth_block(f, nullptr, nullptr, 0)) return smooth_block;
  return simple_block(f, nullptr, nullptr, 0) ? simple_block : nullptr;
}

SlopeBlock slope_block(const Activate& f) {
  return f.slope_from_output() && output_slope_block(f, nullptr, nullptr, nullptr, 0)
             ? output_slope_block
             : nullptr;
}

std::unique_ptr<Kernel> native_activate(const KernelRequest& request) {
  const Activate p = *request.op.as<Activate>();
  const ActivateBlock block = activate_block(p);
  if (block == nullptr) return nullptr;
  return make_kernel([p, block, grain = block == smooth_block ? kCostlyGrain : kGrain,
                      count = request.y().elements(), threads = request.threads](const Run& run) {
    for_blocks(threads, count, grain,
               [&](Index at, Index n) { block(p, run.x<float>() + at, run.y<float>() + at, n); });
  });
}

std::unique_ptr<Kernel> native_activate_grad(const KernelRequest& request) {
  const Activate p = request.op.as<ops::ActivateGrad>()->of;
  const auto block = p.slope_from_output() ? output_slope_block : input_slope_block;
  if (!block(p, nullptr, nullptr, nullptr, 0)) return nullptr;
  const Index grain = p.slope_from_output() ? kGrain : kCostlyGrain;
  return make_kernel(
      [p, block, grain, count = request.y().elements(), threads = request.threads](const Run& run) {
        for_blocks(threads, count, grain, [&](Index at, Index n) {
          block(p, run.x<float>(0) + at, run.x<float>(1) + at, run.y<float>() + at, n);
        });
      });
}

}  // namespace linnet::inline v0
