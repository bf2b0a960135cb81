#include "model/load_limits.hpp"

#include "core/require.hpp"

namespace linnet::inline v0::detail {

void check_limits(const LoadLimits& limits, std::string_view where) {
  require(where, "limits.bytes", limits.bytes, kPositive);
  require(where, "limits.parameters", limits.parameters, kPositive);
  require(where, "limits.depth", limits.depth, kPositive);
}

void NumberLimit::take(std::string_view weight, const Shape& shape) {
  const Index numbers = shape.elements();
  if (numbers > left_) {
    fail(ErrorCode::out_of_range, cat("with '", weight, "' ", shape, " its weights are more than ",
                                      most_, " numbers (limits.parameters)"));
  }
  left_ -= numbers;
}

void check_parameters(const ModelState& model, const LoadLimits& limits) {
  NumberLimit left(limits);
  for (const PathParameter& p : parameters_of(model)) left.take(p.path, p.parameter->type.shape);
}

}  // namespace linnet::inline v0::detail
