// Steps whose length depends on norms: pass after pass over parts of fixed size, whose sums are
// added in order, so that the number of threads makes no difference.
#include <linnet/ops/norm_update.hpp>

#include "kernels/native/lanes.hpp"
#include "kernels/native/native.hpp"
#include "kernels/norm_steps.hpp"
#include "kernels/target.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

/// The sums of squares of p and of the direction s.
struct Squares {
  double p, s;
};

Squares summed(const Squares* parts, Index count) {
  Squares sum{0, 0};
  for (Index i = 0; i < count; ++i) sum = {sum.p + parts[i].p, sum.s + parts[i].s};
  return sum;
}

LINNET_CLONES float square_sum(const float* x, Index n) {
  return fold(
      n, Sum{}, [x](Index i) __attribute__((always_inline)) { return x[i] * x[i]; });
}

LINNET_CLONES void decay_weights(float* p, Index n, float decay, float lr) {
  for (Index i = 0; i < n; ++i) p[i] -= p[i] * decay * lr;
}

// Lamb ----------------------------------------------------------------------------------------

constexpr Index kLambPart = 4096;

LINNET_CLONES float lamb_moments(float* __restrict m, float* __restrict v,
                                 const float* __restrict g, Index n, const LambStep& step) {
  const LambStep a = step;
  for (Index i = 0; i < n; ++i) {
    m[i] += (g[i] - m[i]) * a.new_m;
    v[i] += (g[i] * g[i] - v[i]) * a.new_v;
  }
  return fold(
      n, Sum{}, [=](Index i) __attribute__((always_inline)) {
        const float s = a.direction(m[i], v[i]);
        return s * s;
      });
}

LINNET_CLONES void lamb_move(float* __restrict p, const float* __restrict m,
                             const float* __restrict v, Index n, const LambStep& step,
                             float length) {
  const LambStep a = step;
  for (Index i = 0; i < n; ++i) p[i] -= a.direction(m[i], v[i]) * length;
}

}  // namespace

std::unique_ptr<Kernel> native_lamb_update(const KernelRequest& request) {
  const auto op = *request.op.as<ops::LambUpdate>();
  const Index n = request.x().elements(), parts = (n + kLambPart - 1) / kLambPart;
  return make_kernel(
      [op, n, parts, threads = request.threads](const Run& run) {
        float* p = run.state<float>(0);
        float* m = run.state<float>(1);
        float* v = run.state<float>(2);
        const float* g = run.x<float>(3);
        auto* squares = reinterpret_cast<Squares*>(run.scratch);
        const LambStep step(op, *run.x<float>(4), *run.x<std::int64_t>(5));
        const auto each_part = [&](auto&& f) {
          parallel_for(threads, parts, 4, [&](Index begin, Index end) {
            for (Index i = begin; i < end; ++i)
              f(i, i * kLambPart, std::min(kLambPart, n - i * kLambPart));
          });
        };
        each_part([&](Index part, Index at, Index size) {
          if (step.decay != 0) decay_weights(p + at, size, step.decay, step.lr);
          squares[part] = {static_cast<double>(square_sum(p + at, size)),
                           static_cast<double>(lamb_moments(m + at, v + at, g + at, size, step))};
        });
        const Squares sum = summed(squares, parts);
        const float length = step.length(sum.p, sum.s);
        each_part([&](Index, Index at, Index size) {
          lamb_move(p + at, m + at, v + at, size, step, length);
        });
      },
      static_cast<std::size_t>(parts) * sizeof(Squares));
}

// Adafactor -----------------------------------------------------------------------------------

namespace {

constexpr Index kPartRows = 64;  // of a part

LINNET_CLONES void add_squares(float* __restrict sum, const float* __restrict g, Index n,
                               float epsilon) {
  for (Index j = 0; j < n; ++j) sum[j] += g[j] * g[j] + epsilon;
}

LINNET_CLONES float direction_squares(const float* g, const float* c, Index n, float row) {
  return fold(
      n, Sum{}, [=](Index j) __attribute__((always_inline)) {
        const float s = AdafactorStep::direction(g[j], row * c[j]);
        return s * s;
      });
}

LINNET_CLONES void adafactor_move(float* __restrict p, const float* __restrict g,
                                  const float* __restrict c, Index n, float row, float length) {
  for (Index j = 0; j < n; ++j) p[j] -= AdafactorStep::direction(g[j], row * c[j]) * length;
}

/// Adafactor on p (lead, n, w), whose rows fall into parts that do not cross a matrix's end.
class AdafactorKernel final : public Kernel {
 public:
  explicit AdafactorKernel(const KernelRequest& request)
      : op_(*request.op.as<ops::AdafactorUpdate>()),
        sizes_(request.x()),
        slots_(request.x().rank() < 2 ? 1 : 2),
        parts_((sizes_.n + kPartRows - 1) / kPartRows),
        threads_(request.threads) {}

  std::size_t scratch_bytes() const override {
    const Index all = sizes_.lead * parts_;
    return static_cast<std::size_t>(all) * (sizeof(Squares) + sizeof(float) * columns()) +
           static_cast<std::size_t>(sizes_.lead) * sizeof(float);
  }

  void run(const Run& run) const override {
    const AdafactorStep step(op_, *run.x<float>(slots_ + 2), *run.x<std::int64_t>(slots_ + 3));
    const State state(*this, run);
    each_part([&](Index part, Index row, Index rows) { means(state, step, part, row, rows); });
    for (Index l = 0; l < sizes_.lead; ++l) finish_means(state, step, l);
    each_part([&](Index part, Index row, Index rows) {
      double sum = 0;
      for (Index i = row; i < row + rows; ++i) {
        sum += static_cast<double>(
            direction_squares(state.g + i * sizes_.w, state.columns(i), sizes_.w, state.row(i)));
      }
      state.squares[part].s = sum;
    });
    const Squares sum = summed(state.squares, sizes_.lead * parts_);
    const auto count = static_cast<double>(sizes_.lead * sizes_.n * sizes_.w);
    const float length = step.length(sum.p / count, sum.s / count);
    each_part([&](Index, Index row, Index rows) {
      for (Index i = row; i < row + rows; ++i) {
        adafactor_move(state.p + i * sizes_.w, state.g + i * sizes_.w, state.columns(i), sizes_.w,
                       state.row(i), length);
      }
    });
  }

 private:
  std::size_t columns() const { return static_cast<std::size_t>(sizes_.w); }

  struct State {
    State(const AdafactorKernel& kernel, const Run& run)
        : sizes(kernel.sizes_),
          p(run.state<float>(0)),
          r(kernel.slots_ == 2 ? run.state<float>(1) : nullptr),
          c(run.state<float>(kernel.slots_)),
          g(run.x<float>(kernel.slots_ + 1)),
          squares(reinterpret_cast<Squares*>(run.scratch)),
          sums(reinterpret_cast<float*>(squares + sizes.lead * kernel.parts_)),
          means(sums + sizes.lead * kernel.parts_ * sizes.w) {}
    /// v of row i is this number times the columns' numbers.
    float row(Index i) const { return r == nullptr ? 1.0f : r[i] / means[i / sizes.n]; }
    const float* columns(Index i) const { return c + i / sizes.n * sizes.w; }

    const MatrixSizes& sizes;
    float* p;
    float* r;
    float* c;
    const float* g;
    Squares* squares;  // by part
    float* sums;       // by part: of the squares of each column
    float* means;      // by matrix: of r
  };

  /// Calls f(part, first row, rows) for each part.
  template <class F>
  void each_part(F&& f) const {
    parallel_for(threads_, sizes_.lead * parts_, 2, [&](Index begin, Index end) {
      for (Index part = begin; part < end; ++part) {
        const Index row = part % parts_ * kPartRows;
        f(part, part / parts_ * sizes_.n + row, std::min(kPartRows, sizes_.n - row));
      }
    });
  }

  /// The new means of rows, and the sums of columns and of p's squares.
  void means(const State& state, const AdafactorStep& step, Index part, Index row,
             Index rows) const {
    float* sums = state.sums + part * sizes_.w;
    std::fill_n(sums, sizes_.w, 0.0f);
    double squares = 0;
    for (Index i = row; i < row + rows; ++i) {
      float* p = state.p + i * sizes_.w;
      const float* g = state.g + i * sizes_.w;
      if (step.decay != 0) decay_weights(p, sizes_.w, step.decay, step.lr);
      squares += static_cast<double>(square_sum(p, sizes_.w));
      add_squares(sums, g, sizes_.w, step.epsilon_1);
      if (state.r == nullptr) continue;
      const float mean = square_sum(g, sizes_.w) / static_cast<float>(sizes_.w) + step.epsilon_1;
      state.r[i] = step.keep * state.r[i] + step.fresh * mean;
    }
    state.squares[part] = {squares, 0};
  }

  void finish_means(const State& state, const AdafactorStep& step, Index l) const {
    float* sums = state.sums + l * parts_ * sizes_.w;
    for (Index part = 1; part < parts_; ++part) {
      for (Index j = 0; j < sizes_.w; ++j) sums[j] += sums[part * sizes_.w + j];
    }
    float* c = state.c + l * sizes_.w;
    for (Index j = 0; j < sizes_.w; ++j) {
      c[j] = step.keep * c[j] + step.fresh * (sums[j] / static_cast<float>(sizes_.n));
    }
    if (state.r == nullptr) return;
    double sum = 0;
    for (Index i = 0; i < sizes_.n; ++i) sum += static_cast<double>(state.r[l * sizes_.n + i]);
    state.means[l] = static_cast<float>(sum / static_cast<double>(sizes_.n));
  }

  ops::AdafactorUpdate op_;
  MatrixSizes sizes_;
  int slots_;
  Index parts_;
  int threads_;
};

}  // namespace

std::unique_ptr<Kernel> native_adafactor_update(const KernelRequest& request) {
  return std::make_unique<AdafactorKernel>(request);
}

}  // namespace linnet::inline v0
