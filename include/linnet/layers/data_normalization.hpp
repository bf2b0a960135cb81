// Normalization: data to mean 0 and variance 1 by statistics that were taken once.
#pragma once

#include <functional>
#include <initializer_list>
#include <linnet/core/tensor.hpp>
#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

class Dataset;

/// Numbers in any shape, or none; in a config one number, or lists in lists, or null.
class NumberArray {
 public:
  NumberArray() = default;
  NumberArray(double number) : NumberArray(Tensor::full<float>({}, static_cast<float>(number))) {}
  NumberArray(std::initializer_list<float> numbers)
      : NumberArray(Tensor::of<float>({static_cast<Index>(numbers.size())}, numbers)) {}
  NumberArray(Tensor values) : given_(true), values_(std::move(values)) {}

  bool given() const { return given_; }
  /// float32
  const Tensor& values() const { return values_; }

  LINNET_API Config to_config() const;
  /// Error: corrupt_file: lists of different length side by side.
  LINNET_API static NumberArray from_config(const Config& config);

 private:
  bool given_ = false;
  Tensor values_;
};

/// y = (x - mean) / sqrt(variance), with a mean and a variance for each position along `axis`
/// (none: one for all); `invert`: y = x sqrt(variance) + mean. They are given, or learnt by adapt()
/// before the layer is used, or else weights of the layer that a file brings (mean, variance,
/// count; 0, 1 and 0 at first). A deviation below 1e-7 counts as that.
///   Normalization normalize;
///   normalize.adapt(x);
///   Sequential model{normalize, Dense{.units = 1}};
struct Normalization {
  static constexpr const char* kName = "Normalization";
  static constexpr MaskRule kMask = MaskRule::pass;

  std::vector<Index> axis = {-1};
  NumberArray mean = {};      ///< a number, or the sizes along `axis`
  NumberArray variance = {};  ///< of the same shape
  bool invert = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("invert", self.invert);
    field("mean", self.mean);
    field("variance", self.variance);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  /// Sets mean and variance to those of the data, (rows, ...), of any numeric dtype. Error: no
  /// rows; batches whose sizes along `axis` differ.
  LINNET_API void adapt(const Tensor& x);
  /// The same for the first input of a data set. Error: its rows are of different length, or it
  /// never ends.
  LINNET_API void adapt(const Dataset& data);
  /// The same for batches that come one by one: `next` sets its argument, or returns false.
  LINNET_API void adapt(const std::function<bool(Tensor&)>& next);

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
