// Value: one tensor of a graph that has not run yet.
#pragma once

#include <linnet/core/dtype.hpp>
#include <linnet/core/shape.hpp>
#include <memory>
#include <string>
#include <vector>

namespace linnet::inline v0 {

/// What is known of a tensor before it exists. Sizes may be `any`.
struct TensorType {
  DType dtype = DType::float32;
  Shape shape = {};

  std::string str() const { return detail::cat(dtype, " ", shape); }
  friend bool operator==(const TensorType&, const TensorType&) = default;
};

struct Node;

/// A symbolic tensor: the `index`-th output of a node. A cheap handle; copies are the same value.
/// A value may carry a mask: a boolean value of shape (batch, time), true where there is data.
class LINNET_API Value {
 public:
  Value() = default;
  Value(std::shared_ptr<const Node> node, int index) : node_(std::move(node)), index_(index) {}

  explicit operator bool() const { return node_ != nullptr; }
  const TensorType& type() const;
  const Shape& shape() const { return type().shape; }
  DType dtype() const { return type().dtype; }
  const Node& node() const { return *node_; }
  const std::shared_ptr<const Node>& node_handle() const { return node_; }
  int index() const { return index_; }

  /// The mask, or an empty Value.
  Value mask() const { return mask_ ? *mask_ : Value(); }
  /// The same value with this mask; an empty mask removes it.
  Value with_mask(const Value& mask) const;

  /// The same output of the same node (masks are not compared).
  friend bool operator==(const Value& a, const Value& b) {
    return a.node_ == b.node_ && a.index_ == b.index_;
  }

 private:
  std::shared_ptr<const Node> node_;
  int index_ = 0;
  std::shared_ptr<const Value> mask_;
};

using Values = std::vector<Value>;

/// A gradient with respect to a table of which only some rows were used. Position (r, t) of `ids`
/// adds `values[r]`, times `row_weights[ids[r, t]]` if those are given, to row `ids[r, t]`, for t
/// below `lengths[r]` if lengths are given, and for ids other than 0 if `skip_zero`.
struct RowsGradient {
  Value ids;               ///< int32 (r, t)
  Value values;            ///< float32 (r, width)
  Value lengths = {};      ///< int32 (r), or empty: all t count
  Value row_weights = {};  ///< float32 (rows of the table), or empty: all 1
  bool skip_zero = false;
};

/// The gradient with respect to one value: none, a dense value, or rows of a table.
struct Gradient {
  Value dense = {};
  std::vector<RowsGradient> rows = {};

  Gradient() = default;
  Gradient(Value value) : dense(std::move(value)) {}
  Gradient(RowsGradient part) : rows{std::move(part)} {}
  explicit operator bool() const { return static_cast<bool>(dense) || !rows.empty(); }
};

}  // namespace linnet::inline v0
