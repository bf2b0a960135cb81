#include "kernels/reference/activation.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <linnet/ops/activation.hpp>
#include <numbers>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

using ops::Activate;
using ops::ActivationKind;

namespace {

using Parameters = const Activate&;

constexpr double kSeluScale = 1.0507009873554805, kSeluAlpha = 1.6732632423543772;
const double kGeluScale = std::sqrt(2 / std::numbers::pi);

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }
double normal_pdf(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }
double gelu_inner(double x) { return kGeluScale * (x + 0.044715 * x * x * x); }
double within(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

/// f(x) and f'(x); for kinds whose slope is told from the output, the latter as a function of f(x).
struct Function {
  ActivationKind kind;
  double (*value)(double x, Parameters p);
  double (*slope)(double x, Parameters p);
  double (*slope_from)(double y, Parameters p) = nullptr;
};

const Function kFunctions[] = {
    {ActivationKind::relu,
     [](double x, Parameters p) {
       if (x > p.gamma) return std::min<double>(x, p.beta);
       return p.alpha == 0 && x <= p.gamma ? 0 : p.alpha * (x - p.gamma);  // 0 of -infinity too
     },
     [](double x, Parameters p) -> double { return x > p.gamma ? (x < p.beta ? 1 : 0) : p.alpha; },
     [](double y, Parameters p) -> double { return y > 0 ? (y < p.beta ? 1 : 0) : p.alpha; }},
    {ActivationKind::elu,
     [](double x, Parameters p) { return x > 0 ? x : p.alpha * std::expm1(x); },
     [](double x, Parameters p) { return x > 0 ? 1 : p.alpha * std::exp(x); },
     [](double y, Parameters p) { return y > 0 ? 1 : y + p.alpha; }},
    {ActivationKind::celu,
     [](double x, Parameters p) { return x > 0 ? x : p.alpha * std::expm1(x / p.alpha); },
     [](double x, Parameters p) { return x > 0 ? 1 : std::exp(x / p.alpha); }},
    {ActivationKind::selu,
     [](double x, Parameters) { return kSeluScale * (x > 0 ? x : kSeluAlpha * std::expm1(x)); },
     [](double x, Parameters) { return kSeluScale * (x > 0 ? 1 : kSeluAlpha * std::exp(x)); },
     [](double y, Parameters) { return y > 0 ? kSeluScale : y + kSeluScale * kSeluAlpha; }},
    {ActivationKind::softplus, [](double x, Parameters) { return softplus(x); },
     [](double x, Parameters) { return sigmoid(x); }},
    {ActivationKind::softsign, [](double x, Parameters) { return x / (1 + std::abs(x)); },
     [](double x, Parameters) { return 1 / ((1 + std::abs(x)) * (1 + std::abs(x))); }},
    {ActivationKind::squareplus,
     [](double x, Parameters p) {
       const double root = std::sqrt(x * x + p.alpha);  // x + root cancels for negative x
       return x > 0 ? (x + root) / 2 : root == x ? 0 : p.alpha / (2 * (root - x));
     },
     [](double x, Parameters p) {
       const double root = std::sqrt(x * x + p.alpha);
       return root == 0 ? 0.5 : (1 + x / root) / 2;
     }},
    {ActivationKind::soft_shrink,
     [](double x, Parameters p) { return x - within(x, -p.alpha, p.alpha); },
     [](double x, Parameters p) -> double { return std::abs(x) > p.alpha ? 1 : 0; }},
    {ActivationKind::hard_shrink,
     [](double x, Parameters p) { return std::abs(x) > p.alpha ? x : 0; },
     [](double x, Parameters p) -> double { return std::abs(x) > p.alpha ? 1 : 0; }},
    {ActivationKind::threshold, [](double x, Parameters p) { return x > p.alpha ? x : p.beta; },
     [](double x, Parameters p) -> double { return x > p.alpha ? 1 : 0; }},
    {ActivationKind::sparse_plus,
     [](double x, Parameters) { return x <= -1 ? 0
                                       : x < 1 ? (x + 1) * (x + 1) / 4
                                               : x; },
     [](double x, Parameters) { return within((x + 1) / 2, 0, 1); }},
    {ActivationKind::sparse_sigmoid, [](double x, Parameters) { return within((x + 1) / 2, 0, 1); },
     [](double x, Parameters) { return std::abs(x) < 1 ? 0.5 : 0; }},
    {ActivationKind::silu, [](double x, Parameters) { return x * sigmoid(x); },
     [](double x, Parameters) { return sigmoid(x) * (1 + x * sigmoid(-x)); }},
    {ActivationKind::gelu, [](double x, Parameters) { return x * normal_cdf(x); },
     [](double x, Parameters) { return normal_cdf(x) + x * normal_pdf(x); }},
    {ActivationKind::gelu_tanh, [](double x, Parameters) { return x * sigmoid(2 * gelu_inner(x)); },
     [](double x, Parameters) {
       const double s = sigmoid(2 * gelu_inner(x));  // (1 + tanh u) / 2 = sigmoid(2 u)
       const double rest = sigmoid(-2 * gelu_inner(x));
       return s + 2 * x * s * rest * kGeluScale * (1 + 3 * 0.044715 * x * x);
     }},
    {ActivationKind::tanh, [](double x, Parameters) { return std::tanh(x); },
     [](double x, Parameters) { return 1 - std::tanh(x) * std::tanh(x); },
     [](double y, Parameters) { return 1 - y * y; }},
    {ActivationKind::tanh_shrink, [](double x, Parameters) { return x - std::tanh(x); },
     [](double x, Parameters) { return std::tanh(x) * std::tanh(x); }},
    {ActivationKind::sigmoid, [](double x, Parameters) { return sigmoid(x); },
     [](double x, Parameters) { return sigmoid(x) * sigmoid(-x); },
     [](double y, Parameters) { return y * (1 - y); }},
    {ActivationKind::log_sigmoid, [](double x, Parameters) { return -softplus(-x); },
     [](double x, Parameters) { return sigmoid(-x); }},
    {ActivationKind::exponential, [](double x, Parameters) { return std::exp(x); },
     [](double x, Parameters) { return std::exp(x); }, [](double y, Parameters) { return y; }},
    {ActivationKind::hard_sigmoid,
     [](double x, Parameters p) { return within(p.alpha * x + 0.5, 0, 1); },
     [](double x, Parameters p) -> double { return std::abs(p.alpha * x) < 0.5 ? p.alpha : 0; },
     [](double y, Parameters p) -> double { return 0 < y && y < 1 ? p.alpha : 0; }},
    {ActivationKind::hard_silu, [](double x, Parameters) { return x * within((x + 3) / 6, 0, 1); },
     [](double x, Parameters) { return x <= -3 ? 0
                                       : x < 3 ? (2 * x + 3) / 6
                                               : 1; }},
    {ActivationKind::hard_tanh, [](double x, Parameters) { return within(x, -1, 1); },
     [](double x, Parameters) -> double { return std::abs(x) < 1 ? 1 : 0; },
     [](double y, Parameters) -> double { return std::abs(y) < 1 ? 1 : 0; }},
    {ActivationKind::mish, [](double x, Parameters) { return x * std::tanh(softplus(x)); },
     [](double x, Parameters) {
       const double t = std::tanh(softplus(x));
       return t + x * sigmoid(x) * (1 - t * t);
     }},
};

const Function& function_of(ActivationKind kind) {
  return *std::find_if(std::begin(kFunctions), std::end(kFunctions),
                       [kind](const Function& f) { return f.kind == kind; });
}

}  // namespace

double activation_of(const Activate& f, double x) { return function_of(f.kind).value(x, f); }
double slope_from_output(const Activate& f, double y) {
  return function_of(f.kind).slope_from(y, f);
}

std::unique_ptr<Kernel> reference_activate(const KernelRequest& request) {
  const Activate p = *request.op.as<Activate>();
  return make_kernel(
      [p, f = function_of(p.kind).value, count = request.y().elements()](const Run& run) {
        const float* x = run.x<float>();
        float* y = run.y<float>();
        for (Index i = 0; i < count; ++i) y[i] = static_cast<float>(f(x[i], p));
      });
}

std::unique_ptr<Kernel> reference_activate_grad(const KernelRequest& request) {
  const Activate p = request.op.as<ops::ActivateGrad>()->of;
  const Function& function = function_of(p.kind);
  const auto slope = p.slope_from_output() ? function.slope_from : function.slope;
  return make_kernel([p, slope, count = request.y().elements()](const Run& run) {
    const float* x = run.x<float>(0);
    const float* dy = run.x<float>(1);
    float* dx = run.y<float>();
    for (Index i = 0; i < count; ++i) dx[i] = static_cast<float>(dy[i] * slope(x[i], p));
  });
}

}  // namespace linnet::inline v0
