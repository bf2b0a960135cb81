// Inputs: what a model is given, made from tensors, ragged rows or texts.
#pragma once

#include <initializer_list>
#include <linnet/data/dataset.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linnet::inline v0 {

/// One column for each input (or output) of a model. Made implicitly from a Tensor, a Ragged,
/// texts, or a list of these.
class Inputs {
 public:
  Inputs() = default;
  Inputs(Tensor column) : columns_{std::move(column)} {}
  Inputs(Ragged column) : columns_{std::move(column)} {}
  Inputs(Columns columns) : columns_(std::move(columns)) {}
  Inputs(std::initializer_list<Column> columns) {
    for (const Column& column : columns) columns_.push_back(column);
  }
  Inputs(std::vector<Tensor> columns) {
    for (Tensor& column : columns) columns_.emplace_back(std::move(column));
  }
  Inputs(std::vector<std::string> texts) : columns_{Tensor::strings(std::move(texts))} {}

  const Columns& columns() const { return columns_; }
  bool empty() const { return columns_.empty(); }

 private:
  Columns columns_;
};

/// Rows to train on or to evaluate with: {x, y}, {x, y, sample_weight} or a Dataset, which becomes
/// Data by itself.
struct Data {
  Inputs x = {};
  Inputs y = {};
  Tensor sample_weight = {};            ///< float32 (rows) or (rows, steps); empty: all 1
  std::optional<Dataset> dataset = {};  ///< in the place of the others

  bool empty() const { return x.empty() && !dataset; }
};

inline Dataset::operator Data() const { return {.dataset = *this}; }

}  // namespace linnet::inline v0
