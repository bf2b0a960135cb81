// What a file that is loaded may ask for.
#pragma once

#include <string_view>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// Error (invalid_argument), with `where` in front: a limit that is not positive.
void check_limits(const LoadLimits& limits, std::string_view where = "load");
/// How many numbers weights may still have.
class NumberLimit {
 public:
  explicit NumberLimit(const LoadLimits& limits) : most_(limits.parameters), left_(most_) {}
  /// Error (out_of_range): with this weight they are too many.
  void take(std::string_view weight, const Shape& shape);

 private:
  Index most_;
  Index left_;
};
/// Error (out_of_range): the model, whose weights need have no memory yet, has too many numbers.
void check_parameters(const ModelState& model, const LoadLimits& limits);

}  // namespace linnet::inline v0::detail
