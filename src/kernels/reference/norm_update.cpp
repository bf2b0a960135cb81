#include <linnet/ops/norm_update.hpp>
#include <vector>

#include "kernels/norm_steps.hpp"
#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

double square(float x) { return static_cast<double>(x) * static_cast<double>(x); }

}  // namespace

std::unique_ptr<Kernel> reference_lamb_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::LambUpdate>();
  return make_kernel([op, n = request.x().elements()](const Run& run) {
    float* p = run.state<float>(0);
    float* m = run.state<float>(1);
    float* v = run.state<float>(2);
    const float* g = run.x<float>(3);
    const LambStep step(op, *run.x<float>(4), *run.x<std::int64_t>(5));
    double p_squares = 0, s_squares = 0;
    for (Index i = 0; i < n; ++i) {
      p[i] -= p[i] * step.decay * step.lr;
      m[i] += (g[i] - m[i]) * step.new_m;
      v[i] += (g[i] * g[i] - v[i]) * step.new_v;
      p_squares += square(p[i]);
      s_squares += square(step.direction(m[i], v[i]));
    }
    const float length = step.length(p_squares, s_squares);
    for (Index i = 0; i < n; ++i) p[i] -= step.direction(m[i], v[i]) * length;
  });
}

std::unique_ptr<Kernel> reference_adafactor_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::AdafactorUpdate>();
  const MatrixSizes sizes(request.x());
  const int after = request.x().rank() < 2 ? 2 : 3;
  const auto elements = static_cast<std::size_t>(request.x().elements());
  return make_kernel(
      [op, sizes, after](const Run& run) {
        const AdafactorStep step(op, *run.x<float>(after + 1), *run.x<std::int64_t>(after + 2));
        float* s = reinterpret_cast<float*>(run.scratch);
        double p_squares = 0, s_squares = 0;
        for (Index l = 0; l < sizes.lead; ++l) {
          const Index at = l * sizes.n * sizes.w;
          float* p = run.state<float>(0) + at;
          const float* g = run.x<float>(after) + at;
          float* r = after == 3 ? run.state<float>(1) + l * sizes.n : nullptr;
          float* c = run.state<float>(after - 1) + l * sizes.w;
          const auto q = [&](Index i, Index j) {
            return g[i * sizes.w + j] * g[i * sizes.w + j] + step.epsilon_1;
          };
          double mean = 1;
          for (Index i = 0; r != nullptr && i < sizes.n; ++i) {
            double sum = 0;
            for (Index j = 0; j < sizes.w; ++j) sum += static_cast<double>(q(i, j));
            r[i] = step.keep * r[i] +
                   step.fresh * static_cast<float>(sum / static_cast<double>(sizes.w));
            mean = (i == 0 ? 0 : mean) + static_cast<double>(r[i]) / static_cast<double>(sizes.n);
          }
          for (Index j = 0; j < sizes.w; ++j) {
            double sum = 0;
            for (Index i = 0; i < sizes.n; ++i) sum += static_cast<double>(q(i, j));
            c[j] = step.keep * c[j] +
                   step.fresh * static_cast<float>(sum / static_cast<double>(sizes.n));
          }
          for (Index i = 0; i < sizes.n; ++i) {
            const float row = r == nullptr ? 1.0f : r[i] / static_cast<float>(mean);
            for (Index j = 0; j < sizes.w; ++j) {
              const Index k = i * sizes.w + j;
              p[k] -= p[k] * step.decay * step.lr;
              s[at + k] = AdafactorStep::direction(g[k], row * c[j]);
              p_squares += square(p[k]);
              s_squares += square(s[at + k]);
            }
          }
        }
        const Index count = sizes.lead * sizes.n * sizes.w;
        const auto size = static_cast<double>(count);
        const float length = step.length(p_squares / size, s_squares / size);
        for (Index k = 0; k < count; ++k) run.state<float>(0)[k] -= s[k] * length;
      },
      elements * sizeof(float));
}

}  // namespace linnet::inline v0
