#include <algorithm>
#include <cmath>
#include <linnet/layers/discretization.hpp>
#include <linnet/ops/category.hpp>
#include <linnet/ops/elementwise.hpp>

#include "layers/index_lookup.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// Some of the numbers that were seen, rising, and for how many each stands. As in Keras, so that
/// the same bins are learnt: its sums are doubles, and what it keeps are floats.
struct Sketch {
  std::vector<float> values, weights;

  /// About 1 / epsilon numbers of a batch.
  static Sketch of(std::vector<float> batch, double epsilon) {
    std::ranges::sort(batch);
    const double step = std::max(static_cast<double>(batch.size()) / (1 / epsilon), 1.0);
    Sketch sketch;
    for (auto i = static_cast<std::size_t>(step - 1); i < batch.size();
         i += static_cast<std::size_t>(step)) {
      sketch.values.push_back(batch[i]);
      sketch.weights.push_back(static_cast<float>(step));
    }
    return sketch;
  }

  /// Both together, within epsilon.
  static Sketch merged(const Sketch& a, const Sketch& b, double epsilon) {
    std::vector<std::pair<float, float>> all;
    for (const Sketch* each : {&a, &b}) {
      for (std::size_t i = 0; i < each->values.size(); ++i) {
        all.emplace_back(each->values[i], each->weights[i]);
      }
    }
    std::ranges::stable_sort(all, {}, [](const auto& pair) { return pair.first; });
    Sketch sketch;
    for (const auto& [value, weight] : all) {
      sketch.values.push_back(value);
      sketch.weights.push_back(weight);
    }
    return sketch.compressed(epsilon);
  }

  /// The values at the shares epsilon, 2 epsilon, ..., 1 of all weight.
  Sketch compressed(double epsilon) const {
    if (static_cast<double>(values.size()) * epsilon < 1) return *this;
    std::vector<float> sums;
    float sum = 0;
    for (const float weight : weights) sums.push_back(sum += weight);
    std::vector<double> shares;
    for (const float each : sums) shares.push_back(static_cast<double>(each / sum));
    Sketch sketch;
    double before = 0;
    const auto count = static_cast<std::size_t>(std::ceil(1 / epsilon));
    for (std::size_t i = 0; i < count; ++i) {
      const double share = epsilon + static_cast<double>(i) * epsilon;
      const double total = at(share, shares, sums);
      sketch.values.push_back(static_cast<float>(at(share, shares, values)));
      sketch.weights.push_back(static_cast<float>(total - before));
      before = total;
    }
    return sketch;
  }

 private:
  /// y at x between known points, those at the ends beyond them.
  static double at(double x, const std::vector<double>& xs, const std::vector<float>& ys) {
    const auto above = static_cast<std::size_t>(std::ranges::upper_bound(xs, x) - xs.begin());
    if (above == 0) return static_cast<double>(ys.front());
    if (above == xs.size()) return static_cast<double>(ys.back());
    const auto low = static_cast<double>(ys[above - 1]), high = static_cast<double>(ys[above]);
    return (high - low) / (xs[above] - xs[above - 1]) * (x - xs[above - 1]) + low;
  }
};

}  // namespace

void Discretization::adapt(const std::function<bool(Tensor&)>& next) {
  if (!num_bins) fail(ErrorCode::bad_state, "Discretization: adapt: num_bins is not set");
  detail::require(kName, "num_bins", num_bins, detail::kSize);
  detail::require(kName, "epsilon", epsilon, {0, 1, false, true});
  Sketch sketch;
  for (Tensor batch; next(batch);) {
    const Tensor x = batch.dtype() == DType::float32 ? batch : batch.cast(DType::float32);
    std::vector<float> numbers(x.data<float>().begin(), x.data<float>().end());
    if (!std::ranges::all_of(numbers, [](float number) { return std::isfinite(number); })) {
      fail(ErrorCode::not_finite,
           cat("Discretization: adapt: NaN or infinity in a batch of shape ", x.shape()));
    }
    sketch = Sketch::merged(Sketch::of(std::move(numbers), epsilon), sketch, epsilon);
  }
  if (sketch.values.empty()) fail(ErrorCode::invalid_argument, "Discretization: adapt: no numbers");
  bin_boundaries = sketch.compressed(1 / static_cast<double>(*num_bins)).values;
  bin_boundaries.pop_back();
}

void Discretization::adapt(const Tensor& x) { adapt(detail::once(x)); }

Value Discretization::emit(Scope&, const Call& call) const {
  detail::require_mode(output_mode, {"int", "one_hot", "multi_hot", "count"});
  if (num_bins && bin_boundaries.empty() && *num_bins != 1) {
    fail(ErrorCode::bad_state, "adapt() is needed first: num_bins says how many bins to learn");
  }
  const auto bins = static_cast<Index>(bin_boundaries.size()) + 1;
  if (!num_bins && bins == 1) {
    fail(ErrorCode::invalid_argument, "needs bin_boundaries, or num_bins and adapt()");
  }
  if (num_bins && bins > *num_bins) {  // few numbers make fewer
    fail(ErrorCode::invalid_argument,
         cat("bin_boundaries make ", bins, " bins, num_bins is ", *num_bins));
  }
  const Value x = ops::cast(call.input(), DType::float32);
  const Value bin = linnet::apply(ops::Discretize{bin_boundaries}, {x});
  return detail::encoded(bin, output_mode, bins);
}

}  // namespace linnet::inline v0
