// What layers share that put out categories: numbers, or rows of 0 and 1, counts or weights.
#pragma once

#include <initializer_list>
#include <linnet/graph/scope.hpp>
#include <linnet/layers/category_output.hpp>

namespace linnet::inline v0::detail {

/// f(), whose errors get the layer's class in front: of what is called outside a model.
template <class Layer, class F>
auto within_class(F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw error.within(Layer::kName);
  }
}

/// The texts of a tensor. Error (dtype_mismatch): it has none.
std::span<const std::string> require_texts(const Tensor& x);

/// Error: a mode that the layer does not have.
void require_mode(CategoryOutput mode, std::initializer_list<CategoryOutput> known);

/// What `depth` categories of this shape become. Error: a shape that the mode does not take.
TensorType encoded_type(const Shape& ids, CategoryOutput mode, Index depth);

/// Numbers of categories, of any integer dtype, put out as the mode says. `weights`: for "count" of
/// each number, for "tf_idf" (depth) of each category.
Value encoded(const Value& ids, CategoryOutput mode, Index depth, const Value& weights = {});
/// The same for int32 tensors.
Tensor encoded(const Tensor& ids, CategoryOutput mode, Index depth, const Tensor& weights = {});

}  // namespace linnet::inline v0::detail
