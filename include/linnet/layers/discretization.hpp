// Discretization: numbers as the bins that they fall into.
#pragma once

#include <functional>
#include <linnet/core/tensor.hpp>
#include <linnet/graph/layer.hpp>
#include <linnet/layers/category_output.hpp>
#include <optional>

namespace linnet::inline v0 {

class Dataset;

/// x falls into the bin whose number is that of the boundaries that are x or less: boundaries
/// {0, 1, 2} make the bins (-inf, 0), [0, 1), [1, 2), [2, inf). They are given, or learnt by
/// adapt().
///   Discretization age{.num_bins = 4};
///   age.adapt(ages);
struct Discretization {
  static constexpr const char* kName = "Discretization";

  std::vector<float> bin_boundaries = {};
  std::optional<Index> num_bins = {};
  double epsilon = 0.01;
  CategoryOutput output_mode = "int";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("bin_boundaries", self.bin_boundaries);
    field("num_bins", self.num_bins);
    field("epsilon", self.epsilon);
    field("output_mode", self.output_mode);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  /// Sets bin_boundaries so that each of num_bins bins holds about as many of these numbers, of any
  /// shape; off by about `epsilon` of them all. Error: num_bins is not set; no numbers; NaN.
  LINNET_API void adapt(const Tensor& x);
  /// The same for the first input of a data set. Error: its rows are of different length, or it
  /// never ends.
  LINNET_API void adapt(const Dataset& data);
  /// The same for batches that come one by one: `next` sets its argument, or returns false.
  LINNET_API void adapt(const std::function<bool(Tensor&)>& next);

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
