#include <cmath>
#include <linnet/metrics.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/metric.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <numeric>

#include "core/require.hpp"
#include "metrics/check_sums.hpp"
#include "ops/check.hpp"

namespace linnet::inline v0::metrics {

namespace {

using linnet::detail::require;

constexpr linnet::detail::Range kMostClasses{0, 4096, false, true};  // squared, they are counted

void require_given(std::string_view where, std::string_view field, bool given) {
  if (given) return;
  linnet::detail::fail(ErrorCode::invalid_argument,
                       linnet::detail::cat(where, ": ", field, " must be given"));
}

/// Which class each element is of: int32 (n).
Value classes_in(std::string_view where, const Value& x, bool sparse, const IoU& iou) {
  if (sparse) return ops::reshape(ops::cast(x, DType::int32), {any});
  const int rank = x.shape().rank(), at = ops::require_axis(where, iou.axis, x.shape());
  if (x.shape()[at] != any && x.shape()[at] != iou.num_classes) {
    linnet::detail::fail(
        ErrorCode::shape_mismatch,
        linnet::detail::cat(where, ": num_classes is ", iou.num_classes, ", got scores of ",
                            x.shape()[at], " classes: ", x.shape()));
  }
  std::vector<Index> order(static_cast<std::size_t>(rank));
  std::iota(order.begin(), order.end(), Index{0});
  order.erase(order.begin() + at);
  order.push_back(at);
  const Value scores = at == rank - 1 ? x : ops::transpose(x, order);
  return ops::reshape(ops::argmax(ops::cast(scores, DType::float32)), {any});
}

/// The weights of n elements.
Value weights_of(const Value& weight, const Value& like, bool sparse, Index axis) {
  const Value one = ops::cast(like, DType::float32);
  const Value kept = sparse ? one : ops::reduce_sum(one, {axis});
  return ops::reshape(ops::weights_like(weight, kept), {any});
}

/// `iou` says how; `where`, whose errors these are.
Values area_sums(std::string_view where, const IoU& iou, const Value& y_true, const Value& y_pred,
                 const Value& weight) {
  require_given(where, "num_classes", iou.num_classes != 0);
  const Value t = classes_in(where, y_true, iou.sparse_y_true, iou);
  const Value p = classes_in(where, y_pred, iou.sparse_y_pred, iou);
  if (!t.shape().fits(p.shape())) {
    linnet::detail::fail(ErrorCode::shape_mismatch,
                         linnet::detail::cat(where, ": labels ", y_true.type(),
                                             " do not fit the output ", y_pred.shape()));
  }
  const Value w = weights_of(weight, y_pred, iou.sparse_y_pred, iou.axis);
  return {apply(ops::ClassCounts{iou.num_classes, iou.ignore_class}, {t, p, w})};
}

double mean_overlap(std::string_view where, std::span<const double> counts,
                    const std::vector<Index>& targets) {
  const auto classes =
      static_cast<std::size_t>(std::sqrt(static_cast<double>(counts.size())) + 0.5);
  linnet::detail::check_sums(where, counts.size() == classes * classes);
  double sum = 0, found = 0;
  for (const Index target : targets) {
    const auto c = static_cast<std::size_t>(target);
    linnet::detail::check_sums(where, c < classes);
    const double both = counts[c * classes + c];
    double either = -both;
    for (std::size_t i = 0; i < classes; ++i) {
      either += counts[c * classes + i] + counts[i * classes + c];
    }
    if (either <= 1e-9) continue;
    sum += both / (either + 1e-7);
    found += 1;
  }
  return sum / (found + 1e-7);
}

/// What a name alone stands for has no classes: it is refused when it is used.
void check_classes(std::string_view where, Index num_classes, const std::vector<Index>& targets) {
  if (num_classes == 0) return;
  require(where, "num_classes", num_classes, kMostClasses);
  const linnet::detail::Range known{0, static_cast<double>(num_classes - 1), true, true};
  for (const Index target : targets) require(where, "target_class_ids", target, known);
}

std::vector<Index> all_classes(Index count) {
  std::vector<Index> classes(static_cast<std::size_t>(count));
  std::iota(classes.begin(), classes.end(), Index{0});
  return classes;
}

}  // namespace

void IoU::check() const { check_classes(kName, num_classes, target_class_ids); }
void BinaryIoU::check() const {
  check_classes(kName, 2, target_class_ids);
  require(kName, "threshold", threshold, linnet::detail::kFinite);
}
void MeanIoU::check() const { check_classes(kName, num_classes, {}); }
void OneHotIoU::check() const { check_classes(kName, num_classes, target_class_ids); }
void OneHotMeanIoU::check() const { check_classes(kName, num_classes, {}); }

Values IoU::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  require_given(kName, "target_class_ids", !target_class_ids.empty());
  return area_sums(kName, *this, y_true, y_pred, weight);
}
Values BinaryIoU::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  const Value yes = ops::compare(ops::CompareKind::less_equal, ops::constant(threshold), y_pred);
  return area_sums(kName, {.num_classes = 2}, y_true, ops::cast(yes, DType::float32), weight);
}
Values MeanIoU::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return area_sums(kName,
                   {.num_classes = num_classes,
                    .ignore_class = ignore_class,
                    .sparse_y_true = sparse_y_true,
                    .sparse_y_pred = sparse_y_pred,
                    .axis = axis},
                   y_true, y_pred, weight);
}
Values OneHotIoU::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  require_given(kName, "target_class_ids", !target_class_ids.empty());
  return area_sums(kName,
                   {.num_classes = num_classes,
                    .ignore_class = ignore_class,
                    .sparse_y_true = false,
                    .sparse_y_pred = sparse_y_pred,
                    .axis = axis},
                   y_true, y_pred, weight);
}
Values OneHotMeanIoU::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return area_sums(kName,
                   {.num_classes = num_classes,
                    .ignore_class = ignore_class,
                    .sparse_y_true = false,
                    .sparse_y_pred = sparse_y_pred,
                    .axis = axis},
                   y_true, y_pred, weight);
}

double IoU::result(std::span<const double> sums) const {
  return mean_overlap(kName, sums, target_class_ids);
}
double BinaryIoU::result(std::span<const double> sums) const {
  return mean_overlap(kName, sums, target_class_ids);
}
double MeanIoU::result(std::span<const double> sums) const {
  return mean_overlap(kName, sums, all_classes(num_classes));
}
double OneHotIoU::result(std::span<const double> sums) const {
  return mean_overlap(kName, sums, target_class_ids);
}
double OneHotMeanIoU::result(std::span<const double> sums) const {
  return mean_overlap(kName, sums, all_classes(num_classes));
}

}  // namespace linnet::inline v0::metrics
