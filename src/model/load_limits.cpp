#include "model/load_limits.hpp"

#include "core/require.hpp"

namespace linnet::inline v0::detail {

void check_limits(const LoadLimits& limits) {
  require("load", "limits.bytes", limits.bytes, kPositive);
  require("load", "limits.parameters", limits.parameters, kPositive);
  require("load", "limits.depth", limits.depth, kPositive);
}

void check_parameters(const ModelState& model, const LoadLimits& limits) {
  Index left = limits.parameters;
  for (const PathParameter& p : parameters_of(model)) {
    const Shape& shape = p.parameter->type.shape;
    const Index numbers = shape.elements();
    if (numbers > left) {
      fail(ErrorCode::out_of_range,
           cat("with '", p.path, "' ", shape, " its weights are more than ", limits.parameters,
               " numbers (limits.parameters)"));
    }
    left -= numbers;
  }
}

}  // namespace linnet::inline v0::detail
