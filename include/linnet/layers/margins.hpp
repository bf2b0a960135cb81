// Margins: how much to add or take away on both sides of each spatial axis.
#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <linnet/core/config.hpp>
#include <linnet/core/shape.hpp>
#include <span>
#include <vector>

namespace linnet::inline v0 {

/// A number before and one after each of N spatial axes. `.padding = 1`: the same everywhere;
/// `{1, 2}`: by axis, the same on both sides (for one axis: before, after); `{{1, 2}, {3, 4}}`:
/// before and after by axis.
template <int N>
class Margins {
 public:
  using Pair = std::array<Index, 2>;
  Margins(Index all) { pairs_.fill({all, all}); }
  /// Error: not N numbers (for one axis, not two).
  Margins(std::initializer_list<Index> sizes) : Margins(of(std::span<const Index>(sizes))) {}
  Margins(std::initializer_list<Pair> pairs) {
    if (pairs.size() != pairs_.size()) wrong(pairs.size());
    std::copy(pairs.begin(), pairs.end(), pairs_.begin());
  }

  const Pair& operator[](std::size_t axis) const { return pairs_[axis]; }

  Config to_config() const {
    Config list = Config::list();
    for (const Pair& pair : pairs_) {
      Config sides = Config::list();
      for (const Index side : pair) N == 1 ? list.push_back(side) : sides.push_back(side);
      if (N > 1) list.push_back(sides);
    }
    return list;
  }
  static Margins from_config(const Config& config) {
    if (!config.is_list()) return Margins(config.as_integer());
    std::vector<Index> numbers;
    for (const Config& item : config.items()) {
      if (!item.is_list()) {
        numbers.push_back(item.as_integer());
        continue;
      }
      for (const Config& side : item.items()) numbers.push_back(side.as_integer());
    }
    return of(numbers);
  }

 private:
  [[noreturn]] static void wrong(std::size_t count) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("expected 1 number, or one or two for each of ", N, " axes, got ",
                             std::uint64_t{count}));
  }
  /// Two numbers an axis, or one.
  static Margins of(std::span<const Index> numbers) {
    Margins margins(0);
    const std::size_t axes = margins.pairs_.size();
    if (numbers.size() != axes && numbers.size() != 2 * axes) wrong(numbers.size());
    const std::size_t sides = numbers.size() / axes;
    for (std::size_t i = 0; i < axes; ++i) {
      margins.pairs_[i] = {numbers[i * sides], numbers[i * sides + sides - 1]};
    }
    return margins;
  }

  std::array<Pair, static_cast<std::size_t>(N)> pairs_;
};

}  // namespace linnet::inline v0
