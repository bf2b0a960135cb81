#include <algorithm>
#include <cmath>
#include <linnet/data/targets.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// Class numbers out of a tensor of whole numbers of any numeric dtype.
std::vector<Index> class_numbers(const char* where, const Tensor& labels) {
  if (labels.dtype() == DType::string) {
    fail(ErrorCode::dtype_mismatch,
         cat(where, ": expected class numbers, got strings; LabelIndex numbers them"));
  }
  const Tensor wide = labels.cast(DType::float64);
  std::vector<Index> numbers;
  numbers.reserve(static_cast<std::size_t>(wide.size()));
  for (const double value : wide.data<double>()) {
    if (!(std::abs(value) < 1e15) || value != std::floor(value)) {
      fail(ErrorCode::invalid_argument, cat(where, ": row ", std::uint64_t{numbers.size()},
                                            ": expected a class number, got ", value));
    }
    numbers.push_back(static_cast<Index>(value));
  }
  return numbers;
}

/// The position of the largest value of each row; the first of equals.
std::vector<Index> largest(const Tensor& rows) {
  const Tensor wide = rows.cast(DType::float64);
  const auto width = static_cast<std::size_t>(wide.shape()[1]);
  std::vector<Index> positions;
  for (std::size_t row = 0; row < static_cast<std::size_t>(wide.shape()[0]); ++row) {
    const auto values = wide.data<double>().subspan(row * width, width);
    positions.push_back(std::max_element(values.begin(), values.end()) - values.begin());
  }
  return positions;
}

}  // namespace

Tensor to_categorical(const Tensor& labels, Index num_classes) {
  constexpr const char* kWhere = "to_categorical";
  const std::vector<Index> numbers = class_numbers(kWhere, labels);
  if (num_classes == any) {
    if (numbers.empty()) {
      fail(ErrorCode::invalid_argument, cat(kWhere, ": no labels and no num_classes"));
    }
    num_classes = std::max(*std::max_element(numbers.begin(), numbers.end()), Index{0}) + 1;
  }
  if (num_classes < 1) {
    fail(ErrorCode::invalid_argument,
         cat(kWhere, ": expected num_classes of at least 1, got ", num_classes));
  }
  Shape shape = labels.shape();
  const Index row_size = shape.rank() == 0 ? 1 : shape.elements(1, shape.rank());
  if (shape.rank() > 1 && shape[-1] == 1) shape = shape.without(-1);
  Tensor rows(DType::float32, shape.joined({num_classes}));
  const auto cells = rows.data<float>();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] < 0 || numbers[i] >= num_classes) {
      fail(ErrorCode::out_of_range,
           cat(kWhere, ": row ", static_cast<Index>(i) / row_size, ": expected a class in [0, ",
               num_classes, "), got ", numbers[i]));
    }
    cells[i * static_cast<std::size_t>(num_classes) + static_cast<std::size_t>(numbers[i])] = 1.0f;
  }
  return rows;
}

Tensor class_sample_weights(const Tensor& labels, const std::map<Index, float>& class_weight) {
  constexpr const char* kWhere = "class_sample_weights";
  for (const auto& [number, weight] : class_weight) {
    if (std::isfinite(weight) && weight >= 0.0f) continue;
    fail(ErrorCode::invalid_argument,
         cat(kWhere, ": class ", number, ": expected a weight of 0 or more, got ", weight));
  }
  const Shape& shape = labels.shape();
  if (shape.rank() < 1 || shape.rank() > 2 || (shape.rank() == 2 && shape[1] == 0)) {
    fail(ErrorCode::shape_mismatch,
         cat(kWhere, ": expected labels (n), (n, 1) or (n, classes), got ", shape));
  }
  const bool one_hot = shape.rank() == 2 && shape[1] > 1;
  if (one_hot && labels.dtype() == DType::string) class_numbers(kWhere, labels);
  const std::vector<Index> numbers = one_hot ? largest(labels) : class_numbers(kWhere, labels);
  Tensor weights = Tensor::full<float>({shape[0]}, 1.0f);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto found = class_weight.find(numbers[i]);
    if (found != class_weight.end()) weights.data<float>()[i] = found->second;
  }
  return weights;
}

}  // namespace linnet::inline v0
