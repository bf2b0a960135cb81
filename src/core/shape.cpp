#include <linnet/core/shape.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

Shape::Shape(std::initializer_list<Index> sizes)
    : Shape(std::span<const Index>(sizes.begin(), sizes.size())) {}

Shape::Shape(std::span<const Index> sizes) {
  if (sizes.size() > kMaxRank) {
    fail(ErrorCode::invalid_argument,
         cat("Shape: at most ", kMaxRank, " axes, got ", static_cast<Index>(sizes.size())));
  }
  for (const Index size : sizes) {
    if (size < any) fail(ErrorCode::invalid_argument, cat("Shape: sizes start at 0, got ", size));
    sizes_[static_cast<std::size_t>(rank_++)] = size;
  }
}

bool Shape::known() const { return std::find(begin(), end(), any) == end(); }

Index Shape::elements() const { return elements(0, rank_); }

Index Shape::elements(int first, int last) const {
  constexpr Index kMost = Index{1} << 62;
  Index product = 1;
  bool empty = false;
  for (int axis = first; axis < last; ++axis) {
    const Index size = (*this)[axis];
    if (size == any) {
      fail(ErrorCode::shape_mismatch, cat("Shape: a size of ", *this, " is not known yet"));
    }
    empty = empty || size == 0;
    if (size > 0 && product > kMost / size) {
      fail(ErrorCode::invalid_argument, cat("Shape: ", *this, " has too many elements"));
    }
    product *= std::max<Index>(size, 1);
  }
  return empty ? 0 : product;
}

int Shape::wrap(int axis) const {
  if (axis < -rank_ || axis >= rank_) {
    fail(ErrorCode::out_of_range, cat("Shape: axis ", axis, " of a shape of rank ", rank_));
  }
  return axis < 0 ? axis + rank_ : axis;
}

Shape Shape::with(int axis, Index size) const {
  Shape s = *this;
  s.sizes_[static_cast<std::size_t>(wrap(axis))] = size;
  return s;
}

Shape Shape::without(int axis) const {
  const int at = wrap(axis);
  return slice(0, at).joined(slice(at + 1, rank_));
}

Shape Shape::inserted(int axis, Index size) const {
  const int at = axis < 0 ? axis + rank_ + 1 : axis;
  return slice(0, at).joined(Shape{size}).joined(slice(at, rank_));
}

Shape Shape::slice(int first, int last) const {
  if (first < 0 || last > rank_ || first > last) {
    fail(ErrorCode::out_of_range, cat("Shape: axes ", first, " to ", last, " of ", *this));
  }
  return Shape(std::span<const Index>(begin() + first, begin() + last));
}

Shape Shape::joined(const Shape& tail) const {
  if (rank_ + tail.rank_ > kMaxRank) {
    fail(ErrorCode::invalid_argument, cat("Shape: at most ", kMaxRank, " axes"));
  }
  Shape s = *this;
  for (const Index size : tail) s.sizes_[static_cast<std::size_t>(s.rank_++)] = size;
  return s;
}

bool Shape::fits(const Shape& other) const {
  return rank_ == other.rank_ && std::equal(begin(), end(), other.begin(), [](Index a, Index b) {
           return a == b || a == any || b == any;
         });
}

std::string Shape::str() const {
  std::string s = "(";
  for (int axis = 0; axis < rank_; ++axis) {
    if (axis > 0) s += ", ";
    s += (*this)[axis] == any ? "None" : detail::text((*this)[axis]);
  }
  return s + (rank_ == 1 ? ",)" : ")");
}

}  // namespace linnet::inline v0
