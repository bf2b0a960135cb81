#include <algorithm>
#include <linnet/layers/einsum_dense.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

#include "layers/affine.hpp"
#include "layers/floats.hpp"
#include "layers/projection.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// The letters of an EinsumDense's equation, and the sizes that they have.
class DenseEquation {
 public:
  DenseEquation(const EinsumDense& layer, const Shape& x) : layer_(layer), x_(x) {
    std::string_view rest = layer.equation;
    const auto comma = rest.find(','), arrow = rest.find("->");
    if (comma == rest.npos || arrow == rest.npos || comma > arrow) refuse("has no kernel");
    input_ = rest.substr(0, comma);
    kernel_ = rest.substr(comma + 1, arrow - comma - 1);
    output_ = rest.substr(arrow + 2);
    const bool left = take_dots(input_, true), right = !left && take_dots(input_, false);
    if (take_dots(output_, left) != (left || right))
      refuse("needs dots in the same place of x and y");
    dots_first_ = left;
    elided_ = x.rank() - static_cast<int>(input_.size());
    if (elided_ < 0 || (elided_ > 0 && !left && !right)) {
      fail(ErrorCode::shape_mismatch,
           cat("equation '", layer.equation, "' does not fit an input of shape ", x));
    }
    const int sizes = static_cast<int>(output_.size()) - (left ? 0 : 1);
    if (layer.output_shape.rank() != sizes) {
      fail(ErrorCode::shape_mismatch,
           cat("equation '", layer.equation, "' needs an output_shape of ", sizes, " sizes, got ",
               layer.output_shape));
    }
    check_shared();
  }

  Shape kernel_shape() const {
    std::vector<Index> sizes;
    for (const char letter : kernel_) {
      if (!has(output_, letter) && !has(input_, letter)) {
        refuse(cat("has '", std::string(1, letter), "' in its kernel alone"));
      }
      sizes.push_back(has(output_, letter) ? output_size(letter) : input_size(letter));
    }
    return Shape(std::span<const Index>(sizes));
  }

  /// The axes of the kernel whose letters y has, or lacks.
  std::vector<Index> kernel_axes(bool in_output) const {
    std::vector<Index> axes;
    for (std::size_t i = 0; i < kernel_.size(); ++i) {
      if (has(output_, kernel_[i]) == in_output) axes.push_back(static_cast<Index>(i));
    }
    return axes;
  }

  /// From the first of the bias axes on: their sizes, and 1 for the others.
  Shape bias_shape(const std::string& axes) const {
    std::vector<Index> sizes;
    for (const char letter : axes) {
      if (!has(output_, letter))
        refuse(cat("has no bias axis '", std::string(1, letter), "' in y"));
    }
    for (const char letter :
         output_.substr(std::min(output_.find_first_of(axes), output_.size()))) {
      sizes.push_back(has(axes, letter) ? output_size(letter) : 1);
    }
    if (!dots_first_) sizes.insert(sizes.end(), static_cast<std::size_t>(elided_), 1);
    return Shape(std::span<const Index>(sizes));
  }

 private:
  static bool has(std::string_view letters, char letter) {
    return letters.find(letter) != letters.npos;
  }
  static bool take_dots(std::string_view& term, bool first) {
    const bool found = first ? term.starts_with("...") : term.ends_with("...");
    if (!found) return false;
    first ? term.remove_prefix(3) : term.remove_suffix(3);
    return true;
  }
  [[noreturn]] void refuse(std::string_view reason) const {
    fail(ErrorCode::invalid_argument, cat("equation '", layer_.equation, "' ", reason));
  }
  Index input_size(char letter) const {
    const auto at = static_cast<int>(input_.find(letter));
    return x_[dots_first_ ? at + elided_ : at];
  }
  /// As output_shape has it, or x where it leaves that open.
  Index output_size(char letter) const {
    const auto at = static_cast<int>(output_.find(letter));
    const Index given = dots_first_ ? layer_.output_shape[at]
                        : at > 0    ? layer_.output_shape[at - 1]
                                    : x_[0];
    return given == any && has(input_, letter) ? input_size(letter) : given;
  }
  void check_shared() const {
    for (const char letter : input_) {
      if (!has(output_, letter)) continue;
      const Index in = input_size(letter), out = output_size(letter);
      if (in == out || in == any || out == any) continue;
      fail(ErrorCode::shape_mismatch,
           cat("equation '", layer_.equation, "': '", std::string(1, letter), "' is ", in,
               " in the input ", x_, " and ", out, " in output_shape"));
    }
  }

  const EinsumDense& layer_;
  const Shape& x_;
  std::string_view input_, kernel_, output_;
  bool dots_first_ = false;
  int elided_ = 0;
};

}  // namespace

Value EinsumDense::emit(Scope& scope, const Call& call) const {
  const Value x = detail::floats(call);
  const DenseEquation terms(*this, x.shape());
  const Value kernel = scope.parameter(
      "kernel", terms.kernel_shape(),
      detail::with_fans(kernel_initializer, terms.kernel_axes(false), terms.kernel_axes(true)),
      {.penalty = kernel_regularizer, .constraint = kernel_constraint});
  Value bias;
  if (bias_axes) {
    bias = scope.parameter("bias", terms.bias_shape(*bias_axes), bias_initializer,
                           {.penalty = bias_regularizer, .constraint = bias_constraint});
  }
  return detail::activated(*this, scope, ops::einsum(equation, {x, kernel}, bias));
}

}  // namespace linnet::inline v0
