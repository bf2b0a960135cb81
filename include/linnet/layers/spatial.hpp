// What layers over space share: sizes by axis, padding, data format.
#pragma once

#include <array>
#include <initializer_list>
#include <linnet/core/choice.hpp>
#include <linnet/core/shape.hpp>
#include <span>
#include <vector>

namespace linnet::inline v0 {

/// One number for each of N spatial axes. A single number stands for all: `.kernel_size = 3` or
/// `.kernel_size = {3, 5}`.
template <int N>
class Sizes {
 public:
  Sizes() : Sizes(1) {}
  Sizes(Index all) { sizes_.fill(all); }
  /// Error: neither one nor N numbers.
  Sizes(std::initializer_list<Index> sizes) : Sizes(std::span<const Index>(sizes)) {}
  explicit Sizes(std::span<const Index> sizes) {
    if (sizes.size() != 1 && sizes.size() != static_cast<std::size_t>(N)) {
      detail::fail(ErrorCode::invalid_argument,
                   detail::cat("expected 1 or ", N, " numbers, got ", std::uint64_t{sizes.size()}));
    }
    for (std::size_t i = 0; i < sizes_.size(); ++i) sizes_[i] = sizes[sizes.size() == 1 ? 0 : i];
  }

  Index operator[](std::size_t axis) const { return sizes_[axis]; }
  auto begin() const { return sizes_.begin(); }
  auto end() const { return sizes_.end(); }

  Config to_config() const {
    Config list = Config::list();
    for (const Index size : sizes_) list.push_back(size);
    return list;
  }
  static Sizes from_config(const Config& config) {
    if (!config.is_list()) return Sizes(config.as_integer());
    std::vector<Index> sizes;
    for (const Config& size : config.items()) sizes.push_back(size.as_integer());
    return Sizes(std::span<const Index>(sizes));
  }

 private:
  std::array<Index, static_cast<std::size_t>(N)> sizes_;
};

namespace detail {
struct PaddingList {
  static constexpr std::string_view kName = "padding", kWords[] = {"valid", "same", "causal"};
};
struct DataFormatList {
  static constexpr std::string_view kName = "data_format",
                                    kWords[] = {"channels_last", "channels_first"};
};
/// The name of a layer over N axes.
constexpr const char* of_axes(int n, const char* one, const char* two, const char* three) {
  return n == 1 ? one : n == 2 ? two : three;
}
}  // namespace detail

/// valid: windows lie inside the input. same: there are ceil(size / stride) outputs, the padding
/// is split evenly, the odd one behind. causal (one axis only): all of it in front.
using Padding = Choice<detail::PaddingList>;

/// What a pooling layer makes of a window.
enum class Pooled { max, average };

/// Whether the channels are the last axis or the one after the batch.
using DataFormat = Choice<detail::DataFormatList>;

}  // namespace linnet::inline v0
