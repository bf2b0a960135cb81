// What windows move over: pictures, sequences and volumes, in either data_format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operations/arguments.hpp"

namespace linnet::inline v0::detail {

/// x (batch, spatial..., channels), of the data_format that the call names.
struct Field {
  Value x;
  bool first = false;  ///< channels_first

  std::size_t axes() const { return static_cast<std::size_t>(x.shape().rank()) - 2; }
  /// y, made of x, with its channels where x's were.
  Value result(const Value& y) const;
};

/// True for channels_first. Error: a data_format that there is not.
bool channels_first(const Arguments& in);

/// Error: not one to three spatial axes between batch and channels.
Field field_of(const Arguments& in, Value x);

/// A number for each spatial axis. Error: other than one or `axes`, or below `least`.
std::vector<Index> for_axes(const Arguments& in, std::string_view name, std::size_t axes,
                            std::vector<Index> otherwise, Index least = 1);

/// "valid" or "same", which Keras takes in any case.
std::string padding_of(const Arguments& in);

}  // namespace linnet::inline v0::detail
