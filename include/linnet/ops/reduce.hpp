// Reductions over axes.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

enum class ReduceKind : std::uint8_t { sum, mean, max, min };

/// y = sum, mean, max or min of x over `axes` (all if empty); float32, all but mean integers too.
/// The mean of nothing is 0. The elements that attain max or min share its gradient equally.
struct Reduce {
  static constexpr const char* kName = "reduce";
  ReduceKind kind = ReduceKind::sum;
  std::vector<Index> axes = {};
  bool keepdims = false;
  static void fields(auto& self, FieldVisitor& field) {
    int kind = static_cast<int>(self.kind);
    field("kind", kind);
    self.kind = static_cast<ReduceKind>(kind);
    field("axes", self.axes);
    field("keepdims", self.keepdims);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// The position of the largest element along the last axis, int32; ties go to the lowest.
struct ArgMax {
  static constexpr const char* kName = "argmax";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

LINNET_API Value reduce_sum(const Value& x, std::vector<Index> axes = {}, bool keepdims = false);
LINNET_API Value reduce_mean(const Value& x, std::vector<Index> axes = {}, bool keepdims = false);
LINNET_API Value reduce_max(const Value& x, std::vector<Index> axes = {}, bool keepdims = false);
LINNET_API Value reduce_min(const Value& x, std::vector<Index> axes = {}, bool keepdims = false);
LINNET_API Value argmax(const Value& x);
/// Sums `x` over the axes along which a value of `shape` was broadcast to x's shape.
LINNET_API Value sum_to(const Value& x, const Shape& shape);

}  // namespace linnet::inline v0::ops
