#include <algorithm>
#include <cmath>
#include <linnet/ops/metric.hpp>
#include <numeric>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

Index argmax(const float* x, Index count) { return std::max_element(x, x + count) - x; }

/// Each row's label, whatever its type.
struct Labels {
  DType dtype;
  Index rows, classes;

  explicit Labels(const KernelRequest& request)
      : dtype(request.inputs[0].dtype), rows(request.y().elements()), classes(request.x(1)[-1]) {}

  Index of(const Run& run, Index row) const {
    if (dtype == DType::float32) return argmax(run.x<float>() + row * classes, classes);
    return dtype == DType::int32 ? Index{run.x<std::int32_t>()[row]}
                                 : Index{run.x<std::int64_t>()[row]};
  }
};

/// The thresholds of ThresholdCounts in rising order.
class Thresholds {
 public:
  explicit Thresholds(const ops::ThresholdCounts& op)
      : even_(op.even()), order_(op.thresholds.size()), sorted_(op.thresholds) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::ranges::sort(order_, {}, [&](std::size_t i) { return op.thresholds[i]; });
    std::ranges::sort(sorted_);
    // A first threshold below 0 is below every number.
    if (even_ && sorted_.front() < 0) least_ = 1;
  }
  std::size_t size() const { return sorted_.size(); }
  /// The place that the i-th smallest threshold was given at.
  std::size_t place(std::size_t i) const { return order_[i]; }
  /// How many are below x.
  std::size_t below(float x) const {
    if (std::isnan(x)) return 0;
    if (!even_) {
      return static_cast<std::size_t>(std::ranges::lower_bound(sorted_, x) - sorted_.begin());
    }
    const float last = static_cast<float>(sorted_.size() - 1);
    const auto count = static_cast<std::size_t>(std::ceil(std::clamp(x, 0.0f, 1.0f) * last));
    return std::max(count, least_);
  }

 private:
  bool even_;
  std::vector<std::size_t> order_;
  std::vector<float> sorted_;
  std::size_t least_ = 0;
};

}  // namespace

std::unique_ptr<Kernel> reference_argmax_match(const KernelRequest& request) {
  return make_kernel([labels = Labels(request)](const Run& run) {
    const float* x = run.x<float>(1);
    for (Index r = 0; r < labels.rows; ++r, x += labels.classes) {
      run.y<float>()[r] = labels.of(run, r) == argmax(x, labels.classes) ? 1.0f : 0.0f;
    }
  });
}

std::unique_ptr<Kernel> reference_in_top_k(const KernelRequest& request) {
  const Index k = request.op.as<ops::InTopK>()->k;
  return make_kernel([k, labels = Labels(request)](const Run& run) {
    const float* x = run.x<float>(1);
    for (Index r = 0; r < labels.rows; ++r, x += labels.classes) {
      const Index label = labels.of(run, r);
      const bool known = 0 <= label && label < labels.classes;
      const auto larger = [&](float other) { return other > x[label]; };
      const bool in = known && std::count_if(x, x + labels.classes, larger) < k;
      run.y<float>()[r] = in ? 1.0f : 0.0f;
    }
  });
}

std::unique_ptr<Kernel> reference_threshold_match(const KernelRequest& request) {
  const float threshold = request.op.as<ops::ThresholdMatch>()->threshold;
  const Index rows = request.y().elements(), columns = request.x(1)[-1];
  return make_kernel([threshold, rows, columns](const Run& run) {
    const float* t = run.x<float>(0);
    const float* x = run.x<float>(1);
    for (Index r = 0; r < rows; ++r) {
      Index right = 0;
      for (Index c = 0; c < columns; ++c) right += *t++ == (*x++ > threshold ? 1.0f : 0.0f);
      run.y<float>()[r] = static_cast<float>(right) / static_cast<float>(columns);
    }
  });
}

std::unique_ptr<Kernel> reference_keep_top_k(const KernelRequest& request) {
  const Index k = request.op.as<ops::KeepTopK>()->k, columns = request.y()[-1];
  const Index rows = columns == 0 ? 0 : request.y().elements() / columns;
  return make_kernel([k, rows, columns](const Run& run) {
    const float* x = run.x<float>();
    float* y = run.y<float>();
    for (Index r = 0; r < rows; ++r, x += columns, y += columns) {
      for (Index i = 0; i < columns; ++i) {
        const auto larger = [&](float other) { return other > x[i]; };
        const Index before = std::count_if(x, x + columns, larger) + std::count(x, x + i, x[i]);
        y[i] = before < k ? x[i] : -1e10f;
      }
    }
  });
}

std::unique_ptr<Kernel> reference_threshold_counts(const KernelRequest& request) {
  const Thresholds thresholds(*request.op.as<ops::ThresholdCounts>());
  const auto n = static_cast<std::size_t>(request.x()[0]);
  const auto labels = static_cast<std::size_t>(request.x()[1]);
  const std::size_t size = (thresholds.size() + 1) * labels;
  return make_kernel(
      [=](const Run& run) {
        // found[b, label]: the weights of elements that b thresholds are below, by their label.
        auto* found_true = reinterpret_cast<double*>(run.scratch);
        double* found_false = found_true + size;
        std::fill_n(found_true, 2 * size, 0.0);
        for (std::size_t i = 0; i < n * labels; ++i) {
          const std::size_t at = thresholds.below(run.x<float>(1)[i]) * labels + i % labels;
          const auto weight = static_cast<double>(run.x<float>(2)[i]);
          (run.x<float>(0)[i] != 0 ? found_true : found_false)[at] += weight;
        }
        // From the largest threshold down, sums of what lies above; [0] ends as the whole.
        for (std::size_t i = size - labels; i-- > 0;) {
          found_true[i] += found_true[i + labels];
          found_false[i] += found_false[i + labels];
        }
        const std::size_t kind = thresholds.size() * labels;
        for (std::size_t i = 0; i < kind; ++i) {
          float* y = run.y<float>() + thresholds.place(i / labels) * labels + i % labels;
          const double positive = found_true[i + labels], negative = found_false[i + labels];
          y[0] = static_cast<float>(positive);
          y[kind] = static_cast<float>(negative);
          y[2 * kind] = static_cast<float>(found_false[i % labels] - negative);
          y[3 * kind] = static_cast<float>(found_true[i % labels] - positive);
        }
      },
      2 * size * sizeof(double));
}

std::unique_ptr<Kernel> reference_class_counts(const KernelRequest& request) {
  const auto op = *request.op.as<ops::ClassCounts>();
  const Index n = request.x().elements(), size = op.classes * op.classes;
  return make_kernel(
      [op, n, size](const Run& run) {
        // A float that counts the pixels of a few large pictures would stop at 2^24.
        auto* sums = reinterpret_cast<double*>(run.scratch);
        std::fill_n(sums, size, 0.0);
        const auto counts = [&](Index label) { return 0 <= label && label < op.classes; };
        for (Index i = 0; i < n; ++i) {
          const Index row = run.x<std::int32_t>(0)[i], column = run.x<std::int32_t>(1)[i];
          if (!counts(row) || !counts(column) || row == op.ignore_class) continue;
          sums[row * op.classes + column] += static_cast<double>(run.x<float>(2)[i]);
        }
        std::transform(sums, sums + size, run.y<float>(),
                       [](double sum) { return static_cast<float>(sum); });
      },
      static_cast<std::size_t>(size) * sizeof(double));
}

std::unique_ptr<Kernel> reference_square_sums(const KernelRequest& request) {
  const Index n = request.x()[0], columns = request.x()[1];
  return make_kernel([n, columns](const Run& run) {
    double* sums = run.y<double>();
    std::fill_n(sums, 4 * columns, 0.0);
    for (Index i = 0; i < n * columns; ++i) {
      const auto t = static_cast<double>(run.x<float>(0)[i]);
      const auto p = static_cast<double>(run.x<float>(1)[i]);
      const auto w = static_cast<double>(run.x<float>(2)[i]);
      double* of_column = sums + i % columns;
      of_column[0] += w * t;
      of_column[columns] += w * t * t;
      of_column[2 * columns] += w * (t - p) * (t - p);
      of_column[3 * columns] += w;
    }
  });
}

}  // namespace linnet::inline v0
