// pad_sequences: ragged rows as one tensor.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/core/tensor.hpp>
#include <optional>

namespace linnet::inline v0 {

namespace detail {
struct PadSides {
  static constexpr std::string_view kName = "padding";
  static constexpr std::string_view kWords[] = {"pre", "post"};
};
struct TruncateSides {
  static constexpr std::string_view kName = "truncating";
  static constexpr std::string_view kWords[] = {"pre", "post"};
};
}  // namespace detail

/// Keras's settings, with its defaults: note that it pads and cuts at the begin.
struct PadOptions {
  std::optional<Index> maxlen = {};  ///< unset: the length of the longest row
  DType dtype = DType::int32;
  Choice<detail::PadSides> padding = "pre";          ///< where `value` stands
  Choice<detail::TruncateSides> truncating = "pre";  ///< where rows that are too long are cut
  double value = 0;
};

/// Rows (total, ...) as a tensor (rows, maxlen, ...), as Keras's pad_sequences.
/// Error: dtype_mismatch: strings; invalid_argument: maxlen below 1.
LINNET_API Tensor pad_sequences(const Ragged& sequences, const PadOptions& options = {});

}  // namespace linnet::inline v0
