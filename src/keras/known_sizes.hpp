// Sizes of tensors with which models of TensorFlow compute (tf.shape): numbers that are known, but
// for open sizes, while a model is read.
#pragma once

#include <functional>
#include <optional>

#include "keras/function_call.hpp"

namespace linnet::inline v0::detail::keras {

/// A size or a list of sizes, `any` where it is open; also other numbers computed from sizes.
using Sizes = Config;

struct PutSizes {
  std::vector<Index> left = {};  ///< the places of tensors that are left; the call now counts by it
  bool any = false;              ///< some were put
  bool open = false;             ///< one that was put is open
};
/// Puts numbers in the place of tensors that `sizes` knows.
PutSizes put_sizes(FunctionCall& call, const std::function<const Sizes*(Index place)>& sizes);

/// Makes of a call with open sizes one without. Error: unsupported: it needs them.
void close_sizes(FunctionCall& call, const std::function<Shape(Index place)>& shape);

/// tf.shape of the tensor with `shape`.
Sizes shape_sizes(const FunctionCall& call, const std::function<Shape(Index place)>& shape);
/// What a call gives that takes sizes alone. Error: corrupt_file; unsupported: it is not known
/// what.
Sizes computed_sizes(const FunctionCall& call);

/// Counts the places of a split from the beginning where the size of its axis is known, since
/// Keras knows no others.
void count_split_from_begin(FunctionCall& call, const std::function<Shape(Index place)>& shape);

/// Counts numbers. Error (unsupported): more than models have, which a small file could ask for.
void add_sizes(const Config& numbers, Index& made);
/// True if no size in it is open.
bool all_known(const Sizes& sizes);
/// They as an argument: {"array": numbers, "dtype": "int32" or "float32"}.
Config array_of_sizes(const Sizes& sizes);

}  // namespace linnet::inline v0::detail::keras
