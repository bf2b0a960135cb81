// Adafactor on the rows of a table that a batch uses: see linnet/ops/norm_update.hpp.
#include <linnet/ops/gather.hpp>
#include <linnet/ops/norm_update.hpp>
#include <utility>

#include "kernels/native/lanes.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/rows.hpp"
#include "kernels/norm_steps.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

/// Sums are kept by the last bits of a row's number. Parts are chosen by fewer of them: rows of one
/// sum lie in one part, in the same order however many parts there are.
constexpr Index kSums = ops::RowsIndex::kMostParts;
constexpr Index kBlocks = 64;  // of rows, whose squares are added up in order

LINNET_CLONES float squares_of(const float* x, Index n) {
  return fold(
      n, Sum{}, [x](Index i) __attribute__((always_inline)) { return x[i] * x[i]; });
}

LINNET_CLONES void row_gradient(const UsedRows& used, Index i, const float* values, Index width,
                                float* g) {
  for (Index j = 0; j < width; ++j) g[j] = 0;
  for (Index e = used.starts[i]; e < used.starts[i + 1]; ++e) {
    const float* x = values + used.entries[e] * width;
    const float weight = used.weights[e];
    for (Index j = 0; j < width; ++j) g[j] += weight * x[j];
  }
}

LINNET_CLONES void add_squares_of(float* __restrict sum, const float* __restrict g, Index n) {
  for (Index j = 0; j < n; ++j) sum[j] += g[j] * g[j];
}

/// g becomes its direction; returns the sum of the squares.
LINNET_CLONES float to_direction(float* __restrict g, const float* __restrict c, Index n,
                                 float row) {
  for (Index j = 0; j < n; ++j) g[j] = AdafactorStep::direction(g[j], row * c[j]);
  return fold(
      n, Sum{}, [g](Index i) __attribute__((always_inline)) { return g[i] * g[i]; });
}

LINNET_CLONES void move_row(float* __restrict p, const float* __restrict s, Index n, float length) {
  for (Index j = 0; j < n; ++j) p[j] -= s[j] * length;
}

LINNET_CLONES double mean_after(float* r, Index n, float keep, float add) {
  double sum = 0;
  constexpr Index kRun = 1024;
  for (Index at = 0; at < n; at += kRun) {
    const Index size = std::min(kRun, n - at);
    for (Index i = at; i < at + size; ++i) r[i] = keep * r[i] + add;
    sum += static_cast<double>(fold(r + at, size, Sum{}));
  }
  return sum / static_cast<double>(n);
}

class RowsAdafactorKernel final : public Kernel {
 public:
  explicit RowsAdafactorKernel(const KernelRequest& request)
      : op_(request.op.as<ops::RowsAdafactorUpdate>()->step),
        rows_(request.x(0)[0]),
        width_(request.x(0)[1]),
        most_(std::min(rows_, (request.x(3).elements() - 1) / 4)),
        threads_(request.threads) {}

  /// Gradients of the used rows, sums of columns and of squares.
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(kSums + kBlocks) * sizeof(double) +
           static_cast<std::size_t>((most_ + kSums) * width_) * sizeof(float);
  }

  void run(const Run& run) const override {
    const AdafactorStep step(op_, *run.x<float>(5), *run.x<std::int64_t>(6));
    float* p = run.state<float>(0);
    float* r = run.state<float>(1);
    float* c = run.state<float>(2);
    const UsedRows::Id* index = run.x<UsedRows::Id>(3);
    auto* sums = reinterpret_cast<double*>(run.scratch);
    auto* columns = reinterpret_cast<float*>(sums + kSums + kBlocks);
    float* gradients = columns + kSums * width_;
    std::fill_n(columns, kSums * width_, 0.0f);
    std::fill_n(sums, kSums, 0.0);
    const double p_squares = all_squares(p, sums + kSums);

    double mean = mean_after(r, rows_, step.keep, step.fresh * step.epsilon_1);
    each_row(index, gradients, [&](const UsedRows& used, Index i, float* g) {
      const Index row = used.rows[i], sum = row % kSums;
      row_gradient(used, i, run.x<float>(4), width_, g);
      add_squares_of(columns + sum * width_, g, width_);
      const float own = step.fresh * squares_of(g, width_) / static_cast<float>(width_);
      r[row] += own;
      sums[sum] += static_cast<double>(own);
    });
    for (Index sum = 0; sum < kSums; ++sum) {
      mean += std::exchange(sums[sum], 0.0) / static_cast<double>(rows_);
      if (sum > 0) add(columns, columns + sum * width_);
    }
    for (Index j = 0; j < width_; ++j) {
      const float q = columns[j] / static_cast<float>(rows_) + step.epsilon_1;
      c[j] = step.keep * c[j] + step.fresh * q;
    }
    each_row(index, gradients, [&](const UsedRows& used, Index i, float* g) {
      const Index row = used.rows[i];
      sums[row % kSums] +=
          static_cast<double>(to_direction(g, c, width_, r[row] / static_cast<float>(mean)));
    });
    double s_squares = 0;
    for (Index sum = 0; sum < kSums; ++sum) s_squares += sums[sum];
    const auto count = static_cast<double>(rows_ * width_);
    const float length = step.length(p_squares / count, s_squares / count);
    each_row(index, gradients, [&](const UsedRows& used, Index i, float* g) {
      move_row(p + used.rows[i] * width_, g, width_, length);
    });
  }

 private:
  /// Calls f(used, i, gradient) for each used row; a part stays on one thread.
  template <class F>
  void each_row(const UsedRows::Id* index, float* gradients, F&& f) const {
    parallel_for(threads_, index[0], 1, [&](Index begin, Index end) {
      for (Index part = begin; part < end; ++part) {
        Index first = 0;  // rows of the parts before
        for (Index before = 0; before < part; ++before) first += UsedRows(index, before).used;
        const UsedRows used(index, part);
        for (Index i = 0; i < used.used; ++i) f(used, i, gradients + (first + i) * width_);
      }
    });
  }

  double all_squares(const float* p, double* blocks) const {
    parallel_for(threads_, kBlocks, 1, [&](Index begin, Index end) {
      for (Index block = begin; block < end; ++block) {
        blocks[block] = 0;
        for (Index i = rows_ * block / kBlocks; i < rows_ * (block + 1) / kBlocks; ++i) {
          blocks[block] += static_cast<double>(squares_of(p + i * width_, width_));
        }
      }
    });
    double sum = 0;
    for (Index block = 0; block < kBlocks; ++block) sum += blocks[block];
    return sum;
  }
  void add(float* to, const float* x) const {
    for (Index j = 0; j < width_; ++j) to[j] += x[j];
  }

  ops::AdafactorUpdate op_;
  Index rows_, width_;
  Index most_;  // used rows
  int threads_;
};

}  // namespace

std::unique_ptr<Kernel> native_rows_adafactor_update(const KernelRequest& request) {
  return std::make_unique<RowsAdafactorKernel>(request);
}

}  // namespace linnet::inline v0
