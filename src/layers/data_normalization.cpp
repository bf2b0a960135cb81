#include <algorithm>
#include <cmath>
#include <limits>
#include <linnet/initializers.hpp>
#include <linnet/layers/data_normalization.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0 {

namespace {

using detail::cat;
using detail::fail;

constexpr float kLeastDeviation = 1e-7f;

/// The axes that keep a position of their own, ascending. Error: one that x has not, or one twice.
std::vector<int> kept_axes(const std::vector<Index>& axis, const Shape& x) {
  std::vector<int> axes;
  for (const Index each : axis)
    axes.push_back(x.wrap(static_cast<int>(std::clamp<Index>(each, -99, 99))));
  std::ranges::sort(axes);
  if (std::ranges::adjacent_find(axes) != axes.end()) {
    fail(ErrorCode::invalid_argument, cat("axis: one of ", x, " is given twice"));
  }
  return axes;
}

Shape kept_shape(const std::vector<int>& axes, const Shape& x) {
  std::vector<Index> sizes;
  for (const int axis : axes) {
    if (x[axis] == any) {
      fail(ErrorCode::shape_mismatch, cat("axis ", axis, " of ", x, " must be known"));
    }
    sizes.push_back(x[axis]);
  }
  return Shape(sizes);
}

/// x's shape with 1 for every axis that keeps none, so that statistics broadcast to x: those of
/// `have` are its last ones.
Shape along(const std::vector<int>& axes, const Shape& x, const Shape& have) {
  Shape shape(std::vector<Index>(static_cast<std::size_t>(x.rank()), 1));
  for (int i = 1; i <= have.rank(); ++i) {
    shape = shape.with(axes[axes.size() - static_cast<std::size_t>(i)], have[-i]);
  }
  return shape;
}

Value given(std::string_view name, const Tensor& values, const std::vector<int>& axes,
            const Shape& x) {
  const Shape kept = kept_shape(axes, x), &have = values.shape();
  bool fits = have.rank() <= kept.rank();
  for (int i = 1; fits && i <= have.rank(); ++i) fits = have[-i] == 1 || have[-i] == kept[-i];
  if (!fits) {
    fail(ErrorCode::shape_mismatch,
         cat(name, ": expected a number or the sizes ", kept, " along axis, got ", have));
  }
  return ops::reshape(ops::constant(values), along(axes, x, have));
}

/// Mean and sum of squared differences from it at each kept position, batch by batch (Chan, Golub
/// and LeVeque 1983).
class Statistics {
 public:
  explicit Statistics(const std::vector<Index>& axis) : axis_(axis) {}

  void add(const Tensor& batch) {
    const Shape& shape = batch.shape();
    const auto axes = kept_axes(axis_, shape);
    const Shape kept = kept_shape(axes, shape);
    if (count_ == 0) {
      shape_ = kept;
      mean_.assign(static_cast<std::size_t>(kept.elements()), 0);
      squares_ = mean_;
    } else if (kept != shape_) {
      fail(ErrorCode::shape_mismatch,
           cat("adapt: a batch has the sizes ", kept, " along axis, those before ", shape_));
    }
    if (shape.elements() == 0) return;
    const auto n = static_cast<double>(shape.elements() / kept.elements());
    std::vector<double> mean(mean_.size()), squares(mean_.size());
    each(batch, axes, [&](std::size_t at, double x) {
      if (!std::isfinite(x)) {
        fail(ErrorCode::invalid_argument, cat("Normalization: adapt: expected finite numbers, got ",
                                              x, " in a batch of shape ", shape));
      }
      mean[at] += x / n;
    });
    each(batch, axes,
         [&](std::size_t at, double x) { squares[at] += (x - mean[at]) * (x - mean[at]); });
    const double total = count_ + n;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      const double off = mean[i] - mean_[i];
      mean_[i] += off * n / total;
      squares_[i] += squares[i] + off * off * count_ * n / total;
    }
    count_ = total;
  }

  double count() const { return count_; }
  Tensor mean() const { return as_tensor(mean_, 1); }
  Tensor variance() const { return as_tensor(squares_, count_); }

 private:
  /// f(kept position, x) for all elements.
  template <class F>
  static void each(const Tensor& batch, const std::vector<int>& axes, const F& f) {
    struct Axis {
      Index stride, size;
    };
    std::vector<Axis> kept;
    for (const int axis : axes) {
      const Shape& s = batch.shape();
      kept.push_back({s.elements(axis + 1, s.rank()), s[axis]});
    }
    const auto x = batch.data<float>();
    for (std::size_t i = 0; i < x.size(); ++i) {
      Index at = 0;
      for (const Axis& a : kept) at = at * a.size + static_cast<Index>(i) / a.stride % a.size;
      f(static_cast<std::size_t>(at), static_cast<double>(x[i]));
    }
  }

  Tensor as_tensor(const std::vector<double>& sums, double over) const {
    Tensor result(DType::float32, shape_);
    std::ranges::transform(sums, result.data<float>().begin(), [over](double sum) {
      if (sum / over > static_cast<double>(std::numeric_limits<float>::max())) {
        fail(ErrorCode::out_of_range, cat("Normalization: adapt: a variance of ", sum / over,
                                          " is more than a float32 holds"));
      }
      return static_cast<float>(sum / over);
    });
    return result;
  }

  const std::vector<Index>& axis_;
  Shape shape_ = {};
  double count_ = 0;
  std::vector<double> mean_, squares_;
};

Config nested(const float*& next, const Shape& shape, int axis) {
  if (axis == shape.rank()) return Config(*next++);
  Config list = Config::list();
  for (Index i = 0; i < shape[axis]; ++i) list.push_back(nested(next, shape, axis + 1));
  return list;
}

void flatten(const Config& config, const std::vector<Index>& sizes, std::size_t axis,
             std::vector<float>& out) {
  if (axis == sizes.size()) return out.push_back(static_cast<float>(config.as_number()));
  if (static_cast<Index>(config.items().size()) != sizes[axis]) {
    fail(ErrorCode::corrupt_file, "numbers: lists of different length side by side");
  }
  for (const Config& item : config.items()) flatten(item, sizes, axis + 1, out);
}

}  // namespace

Config NumberArray::to_config() const {
  if (!given_) return {};
  const float* next = values_.data<float>().data();
  return nested(next, values_.shape(), 0);
}

NumberArray NumberArray::from_config(const Config& config) {
  if (config.is_null()) return {};
  std::vector<Index> sizes;
  for (const Config* c = &config; c->is_list(); c = &c->items().front()) {
    sizes.push_back(static_cast<Index>(c->items().size()));
    if (sizes.back() == 0) break;
  }
  std::vector<float> numbers;
  flatten(config, sizes, 0, numbers);
  return Tensor::of<float>(Shape(sizes), numbers);
}

void Normalization::adapt(const std::function<bool(Tensor&)>& next) {
  Statistics statistics(axis);
  for (Tensor batch; next(batch);) {
    statistics.add(batch.dtype() == DType::float32 ? batch : batch.cast(DType::float32));
  }
  if (statistics.count() == 0) fail(ErrorCode::invalid_argument, "Normalization: adapt: no rows");
  const Tensor center = statistics.mean(), spread = statistics.variance();
  mean = center;
  variance = spread;
}

void Normalization::adapt(const Tensor& x) {
  bool given = false;
  adapt([&](Tensor& batch) {
    batch = x;
    return !std::exchange(given, true);
  });
}

Value Normalization::emit(Scope& scope, const Call& call) const {
  const Value x = ops::cast(call.input(), DType::float32);
  const auto axes = kept_axes(axis, x.shape());
  if (mean.given() != variance.given()) {
    fail(ErrorCode::invalid_argument, "mean and variance: give both or neither");
  }
  Value center, spread;
  if (mean.given()) {
    if (mean.values().shape() != variance.values().shape()) {
      fail(ErrorCode::shape_mismatch,
           cat("variance: expected the shape of mean, ", mean.values().shape(), ", got ",
               variance.values().shape()));
    }
    center = given("mean", mean.values(), axes, x.shape());
    spread = given("variance", variance.values(), axes, x.shape());
  } else {
    const Shape kept = kept_shape(axes, x.shape()), shape = along(axes, x.shape(), kept);
    center = ops::reshape(scope.state("mean", kept, Initializer("zeros")), shape);
    spread = ops::reshape(scope.state("variance", kept, Initializer("ones")), shape);
    scope.state("count", {}, Initializer("zeros"));
  }
  const Value deviation =
      ops::maximum(ops::unary(ops::UnaryKind::sqrt, spread), ops::constant(kLeastDeviation));
  if (invert) return ops::add(center, ops::multiply(x, deviation));
  return ops::divide(ops::subtract(x, center), deviation);
}

}  // namespace linnet::inline v0
