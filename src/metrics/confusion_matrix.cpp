#include <algorithm>
#include <linnet/metrics.hpp>

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

}  // namespace linnet::inline v0
