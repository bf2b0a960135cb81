// The shape of a tensor: up to eight sizes, of which some may be unknown.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <linnet/core/error.hpp>
#include <span>
#include <string>

namespace linnet::inline v0 {

/// A size, a position or a count.
using Index = std::int64_t;

/// A size that is not known yet: Keras's None.
inline constexpr Index any = -1;

/// Sizes by axis, outermost first. At most kMaxRank axes; no allocation.
class LINNET_API Shape {
 public:
  static constexpr int kMaxRank = 8;

  Shape() = default;
  Shape(std::initializer_list<Index> sizes);
  explicit Shape(std::span<const Index> sizes);

  int rank() const { return rank_; }
  /// The size of `axis`; negative axes count from the end. Error: axis out of
  /// range.
  Index operator[](int axis) const { return sizes_[static_cast<std::size_t>(wrap(axis))]; }
  const Index* begin() const { return sizes_.data(); }
  const Index* end() const { return sizes_.data() + rank_; }

  /// True if no size is `any`.
  bool known() const;
  /// The number of elements (1 for rank 0). Error: unknown size, or more than
  /// 2^62.
  Index elements() const;
  /// The number of elements in axes [first, last).
  Index elements(int first, int last) const;

  /// `axis` counted from the front. Error: out of range.
  int wrap(int axis) const;
  Shape with(int axis, Index size) const;      ///< one size replaced
  Shape without(int axis) const;               ///< one axis removed
  Shape inserted(int axis, Index size) const;  ///< one axis added before `axis`
  Shape slice(int first, int last) const;      ///< axes [first, last)
  Shape joined(const Shape& tail) const;       ///< these axes, then those of `tail`
  /// True if the two can be the same shape: equal ranks, and equal sizes where
  /// both are known.
  bool fits(const Shape& other) const;

  /// "(None, 200, 64)", as Keras writes it.
  std::string str() const;

  friend bool operator==(const Shape& a, const Shape& b) {
    return a.rank_ == b.rank_ && std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  std::array<Index, kMaxRank> sizes_{};
  int rank_ = 0;
};

}  // namespace linnet::inline v0
