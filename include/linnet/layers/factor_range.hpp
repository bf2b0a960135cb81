// FactorRange: between which numbers a layer that augments draws.
#pragma once

#include <linnet/core/config.hpp>

namespace linnet::inline v0 {

/// A number, whose meaning the layer says, or the two ends of a range in any order:
///   .factor = 0.2        .factor = {-0.1, 0.3}
class FactorRange {
 public:
  FactorRange(double number = 0) : low_(number), high_(number) {}
  FactorRange(double one, double other)
      : low_(one < other ? one : other), high_(one < other ? other : one), pair_(true) {}

  bool is_pair() const { return pair_; }
  /// The lower end, or the number.
  double low() const { return low_; }
  /// The upper end, or the number.
  double high() const { return high_; }

  /// A number, or a list of two.
  LINNET_API Config to_config() const;
  LINNET_API static FactorRange from_config(const Config& config);

 private:
  double low_, high_;
  bool pair_ = false;
};

}  // namespace linnet::inline v0
