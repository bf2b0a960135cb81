#include <algorithm>
#include <cmath>
#include <linnet/ops/loss.hpp>

#include "kernels/probability.hpp"
#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

double clip(double p) { return std::clamp<double>(p, kLow, kHigh); }
bool is_clipped(double p) { return p < kLow || p > kHigh; }

/// A row of outputs as a distribution over classes: probabilities that are divided by their sum,
/// or logits.
class Row {
 public:
  Row(const float* x, Index classes, bool from_logits) : x_(x), from_logits_(from_logits) {
    if (from_logits) shift_ = *std::max_element(x, x + classes);
    for (Index i = 0; i < classes; ++i) {
      sum_ += from_logits ? std::exp(x[i] - shift_) : static_cast<double>(x[i]);
    }
  }
  double sum() const { return sum_; }
  double p(Index i) const { return (from_logits_ ? std::exp(x_[i] - shift_) : x_[i]) / sum_; }
  double log_p(Index i) const {
    return from_logits_ ? x_[i] - shift_ - std::log(sum_) : std::log(clip(p(i)));
  }

 private:
  const float* x_;
  bool from_logits_;
  double shift_ = 0, sum_ = 0;
};

/// loss = -sum of t log p by t(i), for one row.
template <class Target>
double cross_entropy(const float* x, Index classes, bool from_logits, Target&& t) {
  const Row row(x, classes, from_logits);
  double loss = 0;
  for (Index i = 0; i < classes; ++i) {
    if (const double target = t(i); target != 0) loss -= target * row.log_p(i);
  }
  return loss;
}

/// dx = dy times the gradient of the loss above by x; dx may be x.
/// Logits: p sum(t) - t. Probabilities, with p = x / s and g = -t / p (0 where clipped):
/// (g - sum of g p) / s.
template <class Target>
void cross_entropy_grad(const float* x, Index classes, bool from_logits, double dy, Target&& t,
                        float* dx) {
  const Row row(x, classes, from_logits);
  const auto g = [&](Index i) { return is_clipped(row.p(i)) ? 0.0 : -t(i) / row.p(i); };
  double sum = 0;
  for (Index i = 0; i < classes; ++i) sum += from_logits ? t(i) : g(i) * row.p(i);
  for (Index i = 0; i < classes; ++i) {
    const double d = from_logits ? row.p(i) * sum - t(i) : (g(i) - sum) / row.sum();
    dx[i] = static_cast<float>(dy * d);
  }
}

struct Sizes {
  Index rows, classes;
};

Sizes sizes_of(const KernelRequest& request) {
  const Shape& y_pred = request.x(1);
  return {y_pred.elements(0, y_pred.rank() - 1), y_pred[-1]};
}

/// Calls f(label of row r as Index) with the labels' integer type chosen once.
template <class T>
Index label_at(const Run& run, Index row) {
  return static_cast<Index>(run.x<T>()[row]);
}

template <class Make>
std::unique_ptr<Kernel> by_label_type(const KernelRequest& request, Make&& make) {
  if (request.inputs[0].dtype == DType::int64) return make(std::int64_t{});
  return make(std::int32_t{});
}

}  // namespace

std::unique_ptr<Kernel> reference_categorical_crossentropy(const KernelRequest& request) {
  const auto op = *request.op.as<ops::CategoricalCrossentropy>();
  return make_kernel([op, n = sizes_of(request)](const Run& run) {
    const double keep = 1 - op.label_smoothing, rest = op.label_smoothing / n.classes;
    for (Index r = 0; r < n.rows; ++r) {
      const float* t = run.x<float>(0) + r * n.classes;
      const float* x = run.x<float>(1) + r * n.classes;
      run.y<float>()[r] = static_cast<float>(
          cross_entropy(x, n.classes, op.from_logits, [&](Index i) { return t[i] * keep + rest; }));
    }
  });
}

std::unique_ptr<Kernel> reference_categorical_crossentropy_grad(const KernelRequest& request) {
  const auto op = request.op.as<ops::CategoricalCrossentropyGrad>()->loss;
  return make_kernel([op, n = sizes_of(request)](const Run& run) {
    const double keep = 1 - op.label_smoothing, rest = op.label_smoothing / n.classes;
    for (Index r = 0; r < n.rows; ++r) {
      const float* t = run.x<float>(0) + r * n.classes;
      const float* x = run.x<float>(1) + r * n.classes;
      cross_entropy_grad(
          x, n.classes, op.from_logits, run.x<float>(2)[r],
          [&](Index i) { return t[i] * keep + rest; }, run.y<float>() + r * n.classes);
    }
  });
}

std::unique_ptr<Kernel> reference_sparse_categorical_crossentropy(const KernelRequest& request) {
  const auto op = *request.op.as<ops::SparseCategoricalCrossentropy>();
  return by_label_type(request, [&]<class T>(T) {
    return make_kernel([op, n = sizes_of(request)](const Run& run) {
      for (Index r = 0; r < n.rows; ++r) {
        const Index label = label_at<T>(run, r);
        const bool counts = 0 <= label && label < n.classes && label != op.ignore_class;
        const Row row(run.x<float>(1) + r * n.classes, n.classes, op.from_logits);
        run.y<float>()[r] = counts ? static_cast<float>(-row.log_p(label)) : 0.0f;
      }
    });
  });
}

std::unique_ptr<Kernel> reference_sparse_categorical_crossentropy_grad(
    const KernelRequest& request) {
  const auto op = request.op.as<ops::SparseCategoricalCrossentropyGrad>()->loss;
  return by_label_type(request, [&]<class T>(T) {
    return make_kernel([op, n = sizes_of(request)](const Run& run) {
      for (Index r = 0; r < n.rows; ++r) {
        const Index label = label_at<T>(run, r);
        const float* x = run.x<float>(1) + r * n.classes;
        float* dx = run.y<float>() + r * n.classes;
        if (label < 0 || label >= n.classes || label == op.ignore_class) {
          std::fill_n(dx, n.classes, 0.0f);
          continue;
        }
        cross_entropy_grad(
            x, n.classes, op.from_logits, run.x<float>(2)[r],
            [&](Index i) { return i == label ? 1.0 : 0.0; }, dx);
      }
    });
  });
}

std::unique_ptr<Kernel> reference_binary_crossentropy(const KernelRequest& request) {
  const auto op = *request.op.as<ops::BinaryCrossentropy>();
  return make_kernel([op, n = sizes_of(request)](const Run& run) {
    const double keep = 1 - op.label_smoothing, rest = op.label_smoothing / 2.0;
    for (Index r = 0; r < n.rows; ++r) {
      double loss = 0;
      for (Index i = r * n.classes; i < (r + 1) * n.classes; ++i) {
        const double t = run.x<float>(0)[i] * keep + rest, x = run.x<float>(1)[i];
        if (op.from_logits) {
          loss += std::max(x, 0.0) - x * t + std::log1p(std::exp(-std::abs(x)));
        } else {
          loss -= t * std::log(clip(x)) + (1 - t) * std::log(1 - clip(x));
        }
      }
      run.y<float>()[r] = static_cast<float>(loss / static_cast<double>(n.classes));
    }
  });
}

std::unique_ptr<Kernel> reference_binary_crossentropy_grad(const KernelRequest& request) {
  const auto op = request.op.as<ops::BinaryCrossentropyGrad>()->loss;
  return make_kernel([op, n = sizes_of(request)](const Run& run) {
    const double keep = 1 - op.label_smoothing, rest = op.label_smoothing / 2.0;
    for (Index r = 0; r < n.rows; ++r) {
      const double dy = run.x<float>(2)[r] / static_cast<double>(n.classes);
      for (Index i = r * n.classes; i < (r + 1) * n.classes; ++i) {
        const double t = run.x<float>(0)[i] * keep + rest, x = run.x<float>(1)[i];
        const double d = op.from_logits  ? 1 / (1 + std::exp(-x)) - t
                         : is_clipped(x) ? 0
                                         : (x - t) / (x * (1 - x));
        run.y<float>()[i] = static_cast<float>(dy * d);
      }
    }
  });
}

std::unique_ptr<Kernel> reference_check_labels(const KernelRequest& request) {
  const auto op = *request.op.as<ops::CheckLabels>();
  const Index count = request.x().elements();
  const Index per_row = request.x().rank() == 0 ? 1 : count / std::max<Index>(1, request.x()[0]);
  return by_label_type(request, [&]<class T>(T) {
    return make_kernel([op, count, per_row](const Run& run) {
      for (Index i = 0; i < count; ++i) {
        const Index label = label_at<T>(run, i);
        if ((0 <= label && label < op.classes) || label == op.ignore_class) continue;
        detail::fail(ErrorCode::out_of_range,
                     detail::cat("label ", label, " in row ", i / per_row, " is outside the ",
                                 op.classes, op.classes == 1 ? " class" : " classes"));
      }
    });
  });
}

std::unique_ptr<Kernel> reference_check_finite(const KernelRequest& request) {
  const auto op = *request.op.as<ops::CheckFinite>();
  const Index count = request.x().elements();
  const Index per_row = request.x().rank() == 0 ? 1 : count / std::max<Index>(1, request.x()[0]);
  return make_kernel([op, count, per_row](const Run& run) {
    const float* x = run.x<float>();
    for (Index i = 0; i < count; ++i) {
      if (std::isfinite(x[i])) continue;
      detail::fail(ErrorCode::not_finite,
                   detail::cat(op.what, ": row ", i / per_row, ", column ", i % per_row, " is ",
                               std::isnan(x[i]) ? "NaN" : "infinite"));
    }
  });
}

std::unique_ptr<Kernel> reference_check_range(const KernelRequest& request) {
  const auto op = *request.op.as<ops::CheckRange>();
  const Index count = request.x().elements();
  const Index per_row = request.x().rank() == 0 ? 1 : count / std::max<Index>(1, request.x()[0]);
  return make_kernel([op, count, per_row](const Run& run) {
    const float* x = run.x<float>();
    for (Index i = 0; i < count; ++i) {
      if (op.low <= x[i] && x[i] <= op.high) continue;
      detail::fail(ErrorCode::out_of_range,
                   detail::cat("row ", i / per_row, ", column ", i % per_row, " is ", x[i], "; ",
                               op.what, " takes labels from ", op.low, " to ", op.high));
    }
  });
}

}  // namespace linnet::inline v0
