#include <algorithm>
#include <cstdio>
#include <linnet/metrics/classification_report.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// The class of each row.
std::vector<Index> classes_of(const Tensor& x, std::string_view what) {
  const Shape& shape = x.shape();
  std::vector<Index> classes;
  if (x.dtype() == DType::float32 && shape.rank() == 2 && shape[1] > 0) {
    const auto columns = static_cast<std::size_t>(shape[1]);
    const auto scores = x.data<float>();
    for (std::size_t at = 0; at < scores.size(); at += columns) {
      const auto row = scores.subspan(at, columns);
      classes.push_back(std::ranges::max_element(row) - row.begin());
    }
    return classes;
  }
  const bool flat = shape.rank() == 1 || (shape.rank() == 2 && shape[1] == 1);
  if (!flat || (x.dtype() != DType::int32 && x.dtype() != DType::int64)) {
    fail(ErrorCode::shape_mismatch, cat("confusion_matrix: ", what,
                                        " must be integers (n) or "
                                        "scores (n, classes), got ",
                                        x.dtype(), " ", shape));
  }
  const Tensor wide = x.cast(DType::int64);
  for (const std::int64_t label : wide.data<std::int64_t>()) classes.push_back(label);
  return classes;
}

}  // namespace

Tensor confusion_matrix(const Tensor& labels, const Tensor& predictions, Index num_classes) {
  const std::vector<Index> rows = classes_of(labels, "labels");
  const std::vector<Index> columns = classes_of(predictions, "predictions");
  if (rows.size() != columns.size()) {
    fail(ErrorCode::shape_mismatch,
         cat("confusion_matrix: ", std::uint64_t{rows.size()}, " labels for ",
             std::uint64_t{columns.size()}, " predictions"));
  }
  Index size = num_classes;
  if (size == any) {
    size = 0;
    for (const auto& classes : {rows, columns}) {
      for (const Index each : classes) size = std::max(size, each + 1);
    }
  }
  Tensor matrix(DType::int32, {size, size});
  const auto counts = matrix.data<std::int32_t>();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const Index each : {rows[i], columns[i]}) {
      if (0 <= each && each < size) continue;
      fail(ErrorCode::out_of_range, cat("confusion_matrix: class ", each, " in row ",
                                        std::uint64_t{i}, " is outside the ", size, " classes"));
    }
    ++counts[static_cast<std::size_t>(rows[i] * size + columns[i])];
  }
  return matrix;
}

namespace {

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
  const Index known = names.empty() ? any : static_cast<Index>(names.size());
  ClassificationReport report{.confusion = confusion_matrix(labels, predictions, known)};
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
