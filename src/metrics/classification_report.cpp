#include <algorithm>
#include <cmath>
#include <cstdio>
#include <linnet/metrics/classification_report.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

// A matrix of a few megabytes, if nobody says how many classes there are, and of 1 GB.
constexpr Index kMostFound = 1024;
constexpr detail::Range kClasses{0, 16384, false, true};

[[noreturn]] void refuse_row(std::string_view where, std::string_view what, std::size_t row,
                             std::string_view why) {
  fail(ErrorCode::invalid_argument, cat(where, ": ", what, ": row ", std::uint64_t{row}, why));
}

/// The class of each row, and how many classes the data tell of by their form.
struct Classes {
  std::vector<Index> of = {};
  Index known = 0;
};

/// Labels or predictions on their way to classes.
struct Side {
  std::string_view where, what;
  const Tensor& x;

  Classes classes() const {
    const Shape& shape = x.shape();
    const bool flat = shape.rank() == 1 || (shape.rank() == 2 && shape[1] == 1);
    if (x.dtype() == DType::float32 && shape.rank() == 2 && shape[1] > 1) return largest();
    if (x.dtype() == DType::float32 && flat) return what == "labels" ? rounded() : over_half();
    if (!flat || (x.dtype() != DType::int32 && x.dtype() != DType::int64)) {
      fail(ErrorCode::shape_mismatch, cat(where, ": ", what,
                                          " must be integers (n) or (n, 1) or scores, float32 (n, "
                                          "classes) or (n, 1), got ",
                                          x.dtype(), " ", shape));
    }
    const Tensor wide = x.cast(DType::int64);
    return {.of = {wide.data<std::int64_t>().begin(), wide.data<std::int64_t>().end()}};
  }

 private:
  Classes largest() const {
    const auto columns = static_cast<std::size_t>(x.shape()[1]);
    const auto scores = x.data<float>();
    Classes classes{.known = x.shape()[1]};
    for (std::size_t at = 0; at < scores.size(); at += columns) {
      const auto row = scores.subspan(at, columns);
      if (std::ranges::any_of(row, [](float score) { return std::isnan(score); })) {
        refuse_row(where, what, at / columns, " has a NaN");
      }
      classes.of.push_back(std::ranges::max_element(row) - row.begin());
    }
    return classes;
  }

  /// Probabilities of class 1.
  Classes over_half() const {
    Classes classes{.known = 2};
    const auto scores = x.data<float>();
    for (std::size_t row = 0; row < scores.size(); ++row) {
      if (!detail::kZeroToOne.holds(double{scores[row]})) {
        refuse_row(where, what, row,
                   cat(": expected a probability of class 1 in [0, 1], got ", scores[row],
                       "; classes are int32, and logits need a sigmoid"));
      }
      classes.of.push_back(scores[row] > 0.5f ? 1 : 0);
    }
    return classes;
  }

  Classes rounded() const {
    Classes classes;
    const auto labels = x.data<float>();
    for (std::size_t row = 0; row < labels.size(); ++row) {
      if (!(std::abs(labels[row]) < 1e9f)) {
        refuse_row(where, what, row, cat(": expected a class, got ", labels[row]));
      }
      classes.of.push_back(std::lround(labels[row]));
    }
    return classes;
  }
};

/// How many classes there are: as many as were given, or as the data have.
Index class_count(std::string_view where, const Classes& rows, const Classes& columns,
                  Index num_classes) {
  if (num_classes != any) {
    detail::require(where, "num_classes", num_classes, kClasses);
    return num_classes;
  }
  Index size = std::max(rows.known, columns.known);
  detail::require(where, "the columns of scores", size, {0, kClasses.high, true, true});
  for (const auto& classes : {rows.of, columns.of}) {
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (classes[i] >= std::max(size, kMostFound)) {
        fail(ErrorCode::out_of_range,
             cat(where, ": class ", classes[i], " in row ", std::uint64_t{i}, ": for more than ",
                 kMostFound, " classes give their number"));
      }
      size = std::max(size, classes[i] + 1);
    }
  }
  return size;
}

/// Counts of `size` classes by row and column; `outside` says of what a class is none.
Tensor counts_of(std::string_view where, const Classes& rows, const Classes& columns, Index size,
                 std::string_view outside) {
  Tensor matrix(DType::int32, {size, size});
  const auto counts = matrix.data<std::int32_t>();
  for (std::size_t i = 0; i < rows.of.size(); ++i) {
    for (const Index each : {rows.of[i], columns.of[i]}) {
      if (0 <= each && each < size) continue;
      fail(ErrorCode::out_of_range,
           cat(where, ": class ", each, " in row ", std::uint64_t{i}, outside));
    }
    ++counts[static_cast<std::size_t>(rows.of[i] * size + columns.of[i])];
  }
  return matrix;
}

void require_same_rows(std::string_view where, const Classes& rows, const Classes& columns) {
  if (rows.of.size() == columns.of.size()) return;
  fail(ErrorCode::shape_mismatch, cat(where, ": ", std::uint64_t{rows.of.size()}, " labels for ",
                                      std::uint64_t{columns.of.size()}, " predictions"));
}

}  // namespace

Tensor confusion_matrix(const Tensor& labels, const Tensor& predictions, Index num_classes) {
  constexpr std::string_view kWhere = "confusion_matrix";
  const Classes rows = Side{kWhere, "labels", labels}.classes();
  const Classes columns = Side{kWhere, "predictions", predictions}.classes();
  require_same_rows(kWhere, rows, columns);
  const Index size = class_count(kWhere, rows, columns, num_classes);
  return counts_of(kWhere, rows, columns, size, cat(" is outside the ", size, " classes"));
}

namespace {

/// The confusions of classes that have names.
Tensor named_confusions(const Tensor& labels, const Tensor& predictions, std::size_t names) {
  constexpr std::string_view kWhere = "classification_report";
  const Classes rows = Side{kWhere, "labels", labels}.classes();
  const Classes columns = Side{kWhere, "predictions", predictions}.classes();
  require_same_rows(kWhere, rows, columns);
  const Index size =
      class_count(kWhere, rows, columns, names == 0 ? any : static_cast<Index>(names));
  const Index known = std::max(rows.known, columns.known);
  if (known > 0 && names > 0 && known != size) {
    fail(ErrorCode::invalid_argument, cat(kWhere, ": ", size, size == 1 ? " name" : " names",
                                          " for scores of ", known, " classes"));
  }
  return counts_of(
      kWhere, rows, columns, size,
      names == 0 ? std::string(" is none") : cat(" has no name: there are ", size, " names"));
}

double share(Index part, Index whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double f1_of(double precision, double recall) {
  return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
}

/// Row `c` and column `c` of counts as the scores of a class.
ClassScores scores_of(std::span<const std::int32_t> counts, std::size_t c, std::size_t size) {
  Index row = 0, column = 0;
  for (std::size_t i = 0; i < size; ++i) {
    row += counts[c * size + i];
    column += counts[i * size + c];
  }
  const Index hits = counts[c * size + c];
  const double precision = share(hits, column), recall = share(hits, row);
  return {.precision = precision,
          .recall = recall,
          .f1_score = f1_of(precision, recall),
          .support = row};
}

ClassScores average_of(const std::vector<ClassScores>& classes, std::string name, bool weighted) {
  ClassScores mean{.name = std::move(name)};
  double weights = 0;
  for (const ClassScores& each : classes) {
    const double weight = weighted ? static_cast<double>(each.support) : 1;
    mean.precision += weight * each.precision;
    mean.recall += weight * each.recall;
    mean.f1_score += weight * each.f1_score;
    mean.support += each.support;
    weights += weight;
  }
  if (weights == 0) return mean;
  mean.precision /= weights;
  mean.recall /= weights;
  mean.f1_score /= weights;
  return mean;
}

/// Characters, of UTF-8: bytes that do not go on with one.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded_left(const std::string& text, std::size_t width) {
  const std::size_t columns = columns_of(text);
  return std::string(width > columns ? width - columns : 0, ' ') + text;
}

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

constexpr std::size_t kColumn = 11;

std::string line(std::string_view name, std::size_t width,
                 const std::vector<std::string>& columns) {
  std::string text = padded_left(std::string(name), width);
  for (const std::string& column : columns) text += padded_left(column, kColumn);
  return text + "\n";
}

}  // namespace

std::string ClassificationReport::str(int digits) const {
  const int places = std::clamp(digits, 0, 9);
  std::size_t width = columns_of(weighted_average.name);
  for (const ClassScores& each : classes) width = std::max(width, columns_of(each.name));
  const auto row = [&](const ClassScores& each) {
    return line(each.name, width,
                {fixed(each.precision, places), fixed(each.recall, places),
                 fixed(each.f1_score, places), cat(each.support)});
  };
  std::string text = line("", width, {"precision", "recall", "f1-score", "support"}) + "\n";
  for (const ClassScores& each : classes) text += row(each);
  text +=
      "\n" + line("accuracy", width, {"", "", fixed(accuracy, places), cat(macro_average.support)});
  return text + row(macro_average) + row(weighted_average);
}

ClassificationReport classification_report(const Tensor& labels, const Tensor& predictions,
                                           const std::vector<std::string>& names) {
  ClassificationReport report{.confusion = named_confusions(labels, predictions, names.size())};
  const auto size = static_cast<std::size_t>(report.confusion.shape()[0]);
  const auto counts = report.confusion.data<std::int32_t>();
  Index hits = 0;
  for (std::size_t c = 0; c < size; ++c) {
    report.classes.push_back(scores_of(counts, c, size));
    report.classes.back().name = names.empty() ? cat(std::uint64_t{c}) : names[c];
    hits += counts[c * size + c];
  }
  report.macro_average = average_of(report.classes, "macro avg", false);
  report.weighted_average = average_of(report.classes, "weighted avg", true);
  report.accuracy = share(hits, report.macro_average.support);
  return report;
}

}  // namespace linnet::inline v0
