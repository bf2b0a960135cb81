#include <algorithm>
#include <cstring>
#include <linnet/text/pad_sequences.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

Tensor pad_sequences(const Ragged& sequences, const PadOptions& options) {
  sequences.check();
  if (options.dtype == DType::string || sequences.values.dtype() == DType::string) {
    fail(ErrorCode::dtype_mismatch, "pad_sequences: expected numbers, got strings");
  }
  if (options.maxlen && *options.maxlen < 1) {
    fail(ErrorCode::invalid_argument,
         cat("pad_sequences: maxlen must be positive, got ", *options.maxlen));
  }
  const auto splits = sequences.splits.data<std::int64_t>();
  const Index rows = sequences.rows();
  Index longest = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
    longest = std::max(longest, Index{splits[i + 1] - splits[i]});
  }
  const Index length = options.maxlen.value_or(longest);
  const Tensor values = sequences.values.cast(options.dtype);
  const Shape& shape = values.shape();
  const Shape item = shape.slice(1, shape.rank());
  Tensor padded =
      Tensor::full<double>(Shape{rows, length}.joined(item), options.value).cast(options.dtype);
  const std::size_t bytes = static_cast<std::size_t>(item.elements()) * size_of(options.dtype);
  for (Index row = 0; row < rows; ++row) {
    const Index begin = splits[static_cast<std::size_t>(row)];
    const Index size = splits[static_cast<std::size_t>(row) + 1] - begin;
    const Index kept = std::min(size, length);
    if (kept == 0 || bytes == 0) continue;
    const Index from = begin + (options.truncating == "pre" ? size - kept : 0);
    const Index to = row * length + (options.padding == "pre" ? length - kept : 0);
    std::memcpy(
        static_cast<std::byte*>(padded.raw()) + static_cast<std::size_t>(to) * bytes,
        static_cast<const std::byte*>(values.raw()) + static_cast<std::size_t>(from) * bytes,
        static_cast<std::size_t>(kept) * bytes);
  }
  return padded;
}

}  // namespace linnet::inline v0
