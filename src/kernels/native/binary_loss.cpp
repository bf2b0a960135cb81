// Binary crossentropy and its gradient: rows of outputs that are each true or false.
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

/// What a row of n outputs needs: its targets are t keep + rest.
struct Rule {
  float keep, rest;
  Index n;
};

/// max(x, 0) - x t + log(1 + e^-|x|).
LINNET_CLONES void logit_losses(const float* t, const float* x, const Rule& rule, float* y,
                                Index rows) {
  const float keep = rule.keep, rest = rule.rest, share = 1 / static_cast<float>(rule.n);
  for (Index row = 0; row < rows; ++row, t += rule.n, x += rule.n) {
    const float sum = fold(
        rule.n, Sum{}, [&](Index i) __attribute__((always_inline)) {
          return vector_math::softplus(x[i]) - x[i] * (t[i] * keep + rest);
        });
    y[row] = sum * share;
  }
}

/// -(t log p + (1 - t) log(1 - p)).
LINNET_CLONES void probability_losses(const float* t, const float* x, const Rule& rule, float* y,
                                      Index rows) {
  for (Index row = 0; row < rows; ++row, t += rule.n, x += rule.n) {
    float sum = 0;
    for (Index i = 0; i < rule.n; ++i) {
      const float target = t[i] * rule.keep + rule.rest;
      const float p = x[i] < kLow ? kLow : x[i] > kHigh ? kHigh : x[i];
      sum -= target * std::log(p) + (1 - target) * std::log(1 - p);
    }
    y[row] = sum / static_cast<float>(rule.n);
  }
}

/// sigmoid(x) - t.
LINNET_CLONES void logit_grads(const float* t, const float* x, const float* dy, const Rule& rule,
                               float* dx, Index rows) {
  const float keep = rule.keep, rest = rule.rest;
  for (Index row = 0; row < rows; ++row, t += rule.n, x += rule.n, dx += rule.n) {
    const float scale = dy[row] / static_cast<float>(rule.n);
    LINNET_INDEPENDENT
    for (Index i = 0; i < rule.n; ++i) {
      dx[i] = scale * (vector_math::sigmoid(x[i]) - (t[i] * keep + rest));
    }
  }
}

/// (p - t) / (p (1 - p)), 0 where p is clipped.
LINNET_CLONES void probability_grads(const float* t, const float* x, const float* dy,
                                     const Rule& rule, float* dx, Index rows) {
  const float keep = rule.keep, rest = rule.rest;
  for (Index row = 0; row < rows; ++row, t += rule.n, x += rule.n, dx += rule.n) {
    const float scale = dy[row] / static_cast<float>(rule.n);
    LINNET_INDEPENDENT
    for (Index i = 0; i < rule.n; ++i) {
      const float p = x[i], slope = (p - (t[i] * keep + rest)) / (p * (1 - p));
      dx[i] = ((p < kLow) | (p > kHigh)) ? 0.0f : scale * slope;
    }
  }
}

Rule rule_of(const ops::BinaryCrossentropy& op, const KernelRequest& request) {
  return {1 - op.label_smoothing, op.label_smoothing / 2, request.x(1)[-1]};
}

/// f(first row, rows) over all rows, on several threads.
template <class F>
void for_rows(int threads, Index rows, Index n, F f) {
  parallel_for(threads, rows, std::max<Index>(1, kCostlyGrain / n),
               [&](Index begin, Index end) { f(begin, end - begin); });
}

}  // namespace

std::unique_ptr<Kernel> native_binary_crossentropy(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::BinaryCrossentropy>();
  const Rule rule = rule_of(op, request);
  if (rule.n == 0) return nullptr;
  return make_kernel([rule, rows = request.y().elements(), threads = request.threads,
                      f = op.from_logits ? logit_losses : probability_losses](const Run& run) {
    for_rows(threads, rows, rule.n, [&](Index row, Index count) {
      f(run.x<float>(0) + row * rule.n, run.x<float>(1) + row * rule.n, rule, run.y<float>() + row,
        count);
    });
  });
}

std::unique_ptr<Kernel> native_binary_crossentropy_grad(const KernelRequest& request) {
  const auto& op = request.op.as<ops::BinaryCrossentropyGrad>()->loss;
  const Rule rule = rule_of(op, request);
  if (rule.n == 0) return nullptr;
  return make_kernel([rule, rows = request.x(2).elements(), threads = request.threads,
                      f = op.from_logits ? logit_grads : probability_grads](const Run& run) {
    for_rows(threads, rows, rule.n, [&](Index row, Index count) {
      f(run.x<float>(0) + row * rule.n, run.x<float>(1) + row * rule.n, run.x<float>(2) + row, rule,
        run.y<float>() + row * rule.n, count);
    });
  });
}

}  // namespace linnet::inline v0
