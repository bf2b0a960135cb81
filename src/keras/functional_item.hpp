// FunctionalItem: an entry of a functional model's "layers" while the model is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "keras/call_data.hpp"
#include "keras/known_sizes.hpp"
#include "keras/model_reader.hpp"

namespace linnet::inline v0::detail::keras {

/// A use of an entry, by their places in their lists.
struct Use {
  std::size_t item = 0;
  std::size_t call = 0;
};

struct FunctionalItem {
  /// The entry with this number, from 1. Error: not_found, corrupt_file.
  FunctionalItem(const Config& config, Index number);
  /// Arrays that a layer is given. As the values of an input they are there before any call.
  FunctionalItem(std::string called, Values arrays);

  Entry entry;
  std::string name;
  std::optional<Layer> layer;   ///< none of an input, or of a function
  std::vector<CallData> calls;  ///< an input has one
  std::vector<std::optional<Values>> results;
  std::vector<std::optional<Sizes>> sizes;  ///< of functions, see computed_sizes()
  std::vector<std::vector<Index>> masks;    ///< of each call, its inputs', see masks_of_call()
  std::vector<std::vector<Index>> lost;     ///< see lost_masks(); empty where nothing is lost
  /// Which number the first call has where others refer to it: models count themselves first.
  Index first_argument = 0, first_output = 0;
};

/// Error (unsupported): a mask that Keras's Softmax would repeat along the first axes of x.
void check_mask(const Layer& layer, const Value& x, const Value& mask);

/// A constant: {"array": numbers, "dtype": name}.
Value array_value(const Config& array);

/// The arrays in the arguments of a call, as an item of their own, which the call then refers to.
std::optional<FunctionalItem> take_arrays_of(FunctionalItem& item, std::size_t call);

}  // namespace linnet::inline v0::detail::keras
