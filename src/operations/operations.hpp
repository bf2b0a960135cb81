// The functions of keras.ops that stand in functional models as nodes of their own.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "operations/arguments.hpp"

namespace linnet::inline v0::detail {

/// A function by its module and class: "numpy.Add".
struct OperationInfo {
  std::string_view name;
  /// What its call takes, in order: "x1 x2"; with a "*" behind it, all that follow. What else it
  /// knows was fixed when it was made.
  std::string_view takes;
  Values (*run)(const Arguments& arguments);
};

/// The function, or null if there is none of that name.
const OperationInfo* find_operation(std::string_view name);

/// All tables.
std::array<std::span<const OperationInfo>, 13> operation_tables();
/// A table a file.
std::span<const OperationInfo> arithmetic_operations();
std::span<const OperationInfo> transcendental_operations();
std::span<const OperationInfo> comparison_operations();
std::span<const OperationInfo> activation_operations();
std::span<const OperationInfo> reduction_operations();
std::span<const OperationInfo> shape_operations();
std::span<const OperationInfo> move_operations();
std::span<const OperationInfo> product_operations();
std::span<const OperationInfo> window_operations();
std::span<const OperationInfo> picture_operations();
std::span<const OperationInfo> normalization_operations();
std::span<const OperationInfo> ordering_operations();
std::span<const OperationInfo> matrix_operations();

/// x[..., ids, ...] along `axis`, any dtype. Sizes that are not known give a value that has the
/// right type alone: such a graph is never run.
Value taken(const Value& x, Index axis, const std::vector<Index>& ids);
/// `value` for each element of `like`.
Value filled(const Value& like, double value, DType dtype);
/// x != 0; of truth, itself.
Value truth(const Value& x);
/// Truth as a number, which Keras computes with; else x.
Value counted(const Value& x);
/// For sums and products: those of bytes would not fit into one. Keras has uint32 for them.
Value summable(const Value& x);
/// |x| < infinity, which NaN is not.
Value is_finite(const Value& x);
/// 0, 1, ..., count - 1, as int32.
Value ascending(Index count);
/// In a shape of which more than one size may be left open until the sizes are known.
Value reshaped(const Value& x, const Shape& shape);
/// (rows, columns): true at and below the diagonal k, a number of 32 bits.
Value lower_triangle(Index rows, Index columns, Index k);
/// `axis` counted from the front. Error: out of range.
int axis_of(Index axis, int rank);
/// `count` itself. Error (out_of_range): more of `what` than a file may make a graph hold.
Index few(Index count, std::string_view what, Index most = Index{1} << 20);
/// All axes in order, with `from` moved to `to`.
std::vector<Index> moved_axis(int rank, int from, int to);

}  // namespace linnet::inline v0::detail
