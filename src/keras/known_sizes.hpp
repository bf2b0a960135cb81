// Sizes of tensors with which models of TensorFlow compute (tf.shape): numbers that are known, but
// for open sizes, while a model is read.
#pragma once

#include <functional>
#include <optional>

#include "keras/function_call.hpp"

namespace linnet::inline v0::detail::keras {

/// A size or a list of sizes, `any` where it is open.
using Sizes = Config;

/// The call with numbers in the place of tensors that `sizes` knows; gives the places of those
/// tensors that are left, by which the call now counts.
std::vector<Index> put_sizes(FunctionCall& call,
                             const std::function<const Sizes*(Index place)>& sizes);

/// What the call gives if it computes with sizes alone, or is tf.shape of the tensor with `shape`;
/// else nothing. Error: corrupt_file.
std::optional<Sizes> computed_sizes(const FunctionCall& call,
                                    const std::function<Shape(Index place)>& shape);

/// Counts the places of a split from the beginning where the size of its axis is known, since
/// Keras knows no others.
void count_split_from_begin(FunctionCall& call, const std::function<Shape(Index place)>& shape);

/// True if no size in it is open.
bool all_known(const Sizes& sizes);
/// They as an argument: {"array": numbers, "dtype": "int32"}.
Config array_of_sizes(const Sizes& sizes);

}  // namespace linnet::inline v0::detail::keras
