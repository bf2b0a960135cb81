#include <algorithm>
#include <cmath>
#include <limits>
#include <linnet/ops/ctc.hpp>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
constexpr double kImpossible = 1e5;

/// log(e^a + e^b)
double log_add(double a, double b) {
  const double high = std::max(a, b);
  return high == kNever ? kNever : high + std::log1p(std::exp(std::min(a, b) - high));
}

struct CtcSizes {
  Index rows, labels, steps, classes;

  explicit CtcSizes(const KernelRequest& request)
      : rows(request.x(1)[0]),
        labels(request.x(0)[1]),
        steps(request.x(1)[1]),
        classes(request.x(1)[2]) {}
  Index states() const { return 2 * labels + 1; }
  std::size_t bytes() const {
    return static_cast<std::size_t>(steps * (classes + states()) + 2 * states()) * sizeof(double);
  }
};

/// One row: state s is the blank for even s, else label s / 2.
class CtcRow {
 public:
  CtcRow(const CtcSizes& sizes, const std::int32_t* labels, const float* logits, Index steps,
         std::byte* scratch)
      : labels_(labels), steps_(steps), classes_(sizes.classes) {
    const auto given = [](std::int32_t label) { return label != 0; };
    const auto inside = [&](std::int32_t label) { return 0 <= label && label < classes_; };
    states_ = 2 * std::count_if(labels, labels + sizes.labels, given) + 1;
    valid_ = std::all_of(labels, labels + sizes.labels, inside);
    log_p_ = reinterpret_cast<double*>(scratch);
    forward_ = log_p_ + sizes.steps * classes_;
    backward_ = forward_ + sizes.steps * sizes.states();
    next_ = backward_ + sizes.states();
    if (!valid_) return;
    for (Index t = 0; t < steps; ++t) normalize(logits + t * classes_, log_p_ + t * classes_);
    run_forward();
  }

  /// log of the probability of the labels.
  double log_total() const {
    if (!valid_) return kNever;
    if (steps_ == 0) return states_ == 1 ? 0 : kNever;
    const double* last = forward_ + (steps_ - 1) * states_;
    return states_ == 1 ? last[0] : log_add(last[states_ - 1], last[states_ - 2]);
  }

  /// dx[t, c] = dy (p[t, c] - share of the paths that name c at t).
  void gradient(double dy, float* dx) {
    const double total = log_total();
    if (total == kNever) return;
    for (Index s = 0; s < states_; ++s) backward_[s] = s + 2 >= states_ ? 0 : kNever;
    for (Index t = steps_ - 1; t >= 0; --t) {
      float* row = dx + t * classes_;
      const double* log_p = log_p_ + t * classes_;
      for (Index c = 0; c < classes_; ++c) row[c] = static_cast<float>(dy * std::exp(log_p[c]));
      for (Index s = 0; s < states_; ++s) {
        const double share = std::exp(forward_[t * states_ + s] + backward_[s] - total);
        row[class_of(s)] -= static_cast<float>(dy * share);
      }
      step_back(log_p);
    }
  }

 private:
  std::int32_t class_of(Index s) const { return s % 2 == 0 ? 0 : labels_[s / 2]; }
  /// A label may follow the one before it without a blank, if they differ.
  bool skips(Index s) const {
    return s % 2 == 1 && s >= 2 && class_of(s) != 0 && class_of(s) != class_of(s - 2);
  }

  void normalize(const float* x, double* y) const {
    const double high = *std::max_element(x, x + classes_);
    double sum = 0;
    for (Index c = 0; c < classes_; ++c) sum += std::exp(x[c] - high);
    for (Index c = 0; c < classes_; ++c) y[c] = x[c] - high - std::log(sum);
  }

  /// forward[t, s]: log of the probability of all beginnings that are in state s at step t.
  void run_forward() {
    for (Index t = 0; t < steps_; ++t) {
      const double* before = forward_ + (t - 1) * states_;
      for (Index s = 0; s < states_; ++s) {
        double sum = t == 0 && s < 2 ? 0 : kNever;
        if (t > 0) {
          sum = before[s];
          if (s >= 1) sum = log_add(sum, before[s - 1]);
          if (skips(s)) sum = log_add(sum, before[s - 2]);
        }
        forward_[t * states_ + s] = sum + log_p_[t * classes_ + class_of(s)];
      }
    }
  }

  /// backward[s]: log of the probability of all ends after a step in state s; one step earlier.
  void step_back(const double* log_p) {
    for (Index s = 0; s < states_; ++s) next_[s] = backward_[s] + log_p[class_of(s)];
    for (Index s = 0; s < states_; ++s) {
      backward_[s] = next_[s];
      if (s + 1 < states_) backward_[s] = log_add(backward_[s], next_[s + 1]);
      if (s + 2 < states_ && skips(s + 2)) backward_[s] = log_add(backward_[s], next_[s + 2]);
    }
  }

  const std::int32_t* labels_;
  Index steps_, classes_, states_ = 1;
  bool valid_ = true;
  double *log_p_, *forward_, *backward_, *next_;
};

/// Row r of a run whose lengths, if there are any, are input `last`.
CtcRow ctc_row(const CtcSizes& n, const Run& run, Index r, int last) {
  const Index length = run.input_count > last ? run.x<std::int32_t>(last)[r] : n.steps;
  return {n, run.x<std::int32_t>() + r * n.labels, run.x<float>(1) + r * n.steps * n.classes,
          std::clamp<Index>(length, 0, n.steps), run.scratch};
}

}  // namespace

std::unique_ptr<Kernel> reference_ctc(const KernelRequest& request) {
  const CtcSizes n(request);
  return make_kernel(
      [n](const Run& run) {
        for (Index r = 0; r < n.rows; ++r) {
          const double total = ctc_row(n, run, r, 2).log_total();
          run.y<float>()[r] = static_cast<float>(total == kNever ? kImpossible : -total);
        }
      },
      n.bytes());
}

std::unique_ptr<Kernel> reference_ctc_grad(const KernelRequest& request) {
  const CtcSizes n(request);
  return make_kernel(
      [n](const Run& run) {
        const Index size = n.steps * n.classes;
        std::fill_n(run.y<float>(), n.rows * size, 0.0f);
        for (Index r = 0; r < n.rows; ++r) {
          const auto dy = static_cast<double>(run.x<float>(2)[r]);
          ctc_row(n, run, r, 3).gradient(dy, run.y<float>() + r * size);
        }
      },
      n.bytes());
}

std::unique_ptr<Kernel> reference_check_ctc_labels(const KernelRequest& request) {
  const Index classes = request.op.as<ops::CheckCtcLabels>()->classes;
  const Index rows = request.x()[0], columns = request.x()[1];
  return make_kernel([=](const Run& run) {
    const auto* labels = run.x<std::int32_t>();
    for (Index i = 0; i < rows * columns; ++i) {
      const bool inside = 0 <= labels[i] && labels[i] < classes;
      const bool behind_end = i % columns > 0 && labels[i] != 0 && labels[i - 1] == 0;
      if (inside && !behind_end) continue;
      const std::string where = detail::cat("label ", labels[i], " in row ", i / columns);
      if (!inside) {
        detail::fail(ErrorCode::out_of_range,
                     detail::cat(where, " is outside the ", classes, " classes"));
      }
      detail::fail(ErrorCode::out_of_range,
                   detail::cat(where, ", column ", i % columns,
                               " stands behind a 0: that is the blank, and only fills up rows"));
    }
  });
}

}  // namespace linnet::inline v0
