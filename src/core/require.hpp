// Checks of numbers that users give, with one wording for all fields.
#pragma once

#include <cmath>
#include <limits>
#include <linnet/core/error.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace linnet::inline v0::detail {

/// What a number may be: finite, between two ends. NaN is in no range.
struct Range {
  double low, high;
  bool with_low, with_high;  ///< whether the end itself is allowed

  bool holds(double value) const {
    const bool above = with_low ? value >= low : value > low;
    return above && (with_high ? value <= high : value < high);
  }
  /// "positive", "0 or more", "finite", "in [0, 1)".
  std::string str() const;
};

inline constexpr double kEndless = std::numeric_limits<double>::infinity();
inline constexpr Range kFinite{-kEndless, kEndless, false, false};
inline constexpr Range kPositive{0, kEndless, false, false};
inline constexpr Range kNotNegative{0, kEndless, true, false};
// Sizes of windows, steps and margins: sums and products of two of them are numbers still.
inline constexpr double kMostSize = 2147483647;
inline constexpr Range kSize{0, kMostSize, false, true};
inline constexpr Range kMargin{0, kMostSize, true, true};
inline constexpr Range kPixels{0, 65536, false, true};  // of a side that a layer makes
inline constexpr Range kZeroToOne{0, 1, true, true};
inline constexpr Range kZeroToBelowOne{0, 1, true, false};

[[noreturn]] void refuse(std::string_view where, std::string_view field, const Range& range,
                         double value, std::string_view written);

/// Error (invalid_argument): "where: field must be positive, got -1". Without `where` the caller
/// adds it.
template <class T>
void require(std::string_view where, std::string_view field, T value, const Range& range) {
  const auto number = static_cast<double>(value);
  if (!range.holds(number)) refuse(where, field, range, number, text(value));
}
/// The same where a value may be absent.
template <class T>
void require(std::string_view where, std::string_view field, const std::optional<T>& value,
             const Range& range) {
  if (value) require(where, field, *value, range);
}

/// Error (invalid_argument): a path that is empty or has a NUL byte, at which the system would end
/// it.
void require_path(std::string_view where, std::string_view path);

}  // namespace linnet::inline v0::detail
