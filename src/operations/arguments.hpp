// Arguments: what a function of keras.ops is called with.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/core/tensor.hpp>
#include <linnet/graph/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0::detail {

/// An object by name: tensors are {"tensor": i}, i their place in `inputs`; arrays are
/// {"array": numbers, "dtype": name}, in lists of lists, and the dtype may be missing; all else is
/// plain. A null is no argument.
class Arguments {
 public:
  Arguments(const Config& given, const Values& inputs) : given_(given), inputs_(inputs) {}

  /// The argument, or null if it was not given.
  const Config* find(std::string_view name) const;
  /// Error: it was not given.
  const Config& at(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// True if it was given, a null too.
  bool given(std::string_view name) const { return given_.find(name) != nullptr; }

  /// A tensor; numbers become constants, of dtype_of_numbers. float64 becomes float32.
  Value value(std::string_view name) const;
  /// Two tensors of one dtype, by Keras's rules: Python's numbers take the type of the tensor.
  std::pair<Value, Value> alike(std::string_view a, std::string_view b) const;
  /// value(), as float32.
  Value floats(std::string_view name) const;
  /// A list of tensors, of one dtype.
  Values values(std::string_view name) const;
  /// The number, if it is one of Python's.
  std::optional<double> scalar(std::string_view name) const;

  Index integer(std::string_view name, std::optional<Index> otherwise = {}) const;
  double number(std::string_view name, std::optional<double> otherwise = {}) const;
  bool flag(std::string_view name) const;
  std::string_view text(std::string_view name, std::string_view otherwise) const;
  /// One or several; none if it was not given.
  std::vector<Index> integers(std::string_view name) const;
  /// The axes of a reduction; none: all of them. Error (unsupported): an empty list, which Keras
  /// takes for no axis.
  std::vector<Index> axes(std::string_view name) const;
  /// Whole numbers of any shape, as int64.
  Tensor array(std::string_view name) const;
  /// A dtype by Keras's name, as linnet computes with it.
  DType dtype(std::string_view name, DType otherwise) const;

  /// Error (unsupported): an argument that is not false was given, and nobody has asked for it.
  void finish() const;

 private:
  Value tensor(const Config& argument, DType wanted) const;

  const Config& given_;
  const Values& inputs_;
  mutable std::vector<std::string_view> asked_;
};

/// The place of the tensor that `argument` stands for, or -1.
Index tensor_place(const Config& argument);
/// The numbers of an array, or null.
const Config* numbers_of_array(const Config& argument);
/// The dtype of an argument that is no tensor: what its array says, or the narrowest of bool,
/// int32, int64 and float32 that holds its numbers.
DType dtype_of_numbers(const Config& argument);
/// What linnet computes with for a dtype of Keras: "float16" is float32. Error: an unknown name.
DType dtype_of_keras(std::string_view name);

}  // namespace linnet::inline v0::detail
