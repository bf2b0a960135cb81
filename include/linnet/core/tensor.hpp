// Tensor: data in memory, owned or borrowed.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <linnet/core/dtype.hpp>
#include <linnet/core/shape.hpp>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace linnet::inline v0 {

/// A dense array: dtype, shape, and row-major data aligned to 64 bytes.
/// A Tensor is a handle: copies share their data, clone() copies it. Views of
/// memory that somebody else owns are made by borrow(). A Tensor holds data
/// only; arithmetic is the ops'.
class LINNET_API Tensor {
 public:
  /// An empty float32 tensor of shape (0).
  Tensor();
  /// Zeros (empty strings for DType::string). Error: a size that is unknown or
  /// too large.
  Tensor(DType dtype, const Shape& shape);

  /// A tensor of these values. Error: their number differs from the shape's.
  template <class T>
  static Tensor of(const Shape& shape, std::span<const T> values) {
    Tensor t(dtype_of<T>, shape);
    t.check_count(static_cast<Index>(values.size()));
    std::copy(values.begin(), values.end(), t.data<T>().begin());
    return t;
  }
  template <class T>
  static Tensor of(const Shape& shape, std::initializer_list<T> values) {
    return of<T>(shape, std::span<const T>(values.begin(), values.size()));
  }
  template <class T>
  static Tensor of(const Shape& shape, const std::vector<T>& values) {
    return of<T>(shape, std::span<const T>(values));
  }
  template <class T>
  static Tensor full(const Shape& shape, T value) {
    Tensor t(dtype_of<T>, shape);
    for (T& element : t.data<T>()) element = value;
    return t;
  }
  /// A string tensor of shape (n).
  static Tensor strings(std::vector<std::string> values);

  /// A view of memory that the caller keeps alive, or that `owner` keeps alive.
  template <class T>
  static Tensor borrow(T* data, const Shape& shape, std::shared_ptr<void> owner = {}) {
    return view(const_cast<std::remove_const_t<T>*>(data), dtype_of<std::remove_const_t<T>>, shape,
                std::move(owner));
  }
  static Tensor view(void* data, DType dtype, const Shape& shape, std::shared_ptr<void> owner);

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  /// The number of elements.
  Index size() const { return size_; }
  /// The bytes of the elements (of a string tensor: of the string objects).
  std::size_t bytes() const { return static_cast<std::size_t>(size_) * size_of(dtype_); }
  bool empty() const { return size_ == 0; }

  /// The elements, row by row. Error: T is not the tensor's dtype.
  template <class T>
  std::span<T> data() {
    check_dtype(dtype_of<T>);
    return {static_cast<T*>(data_), static_cast<std::size_t>(size_)};
  }
  template <class T>
  std::span<const T> data() const {
    check_dtype(dtype_of<T>);
    return {static_cast<const T*>(data_), static_cast<std::size_t>(size_)};
  }
  void* raw() { return data_; }
  const void* raw() const { return data_; }

  /// The same data under another shape. Error: another number of elements.
  Tensor reshaped(const Shape& shape) const;
  /// A view of rows [begin, end) of the first axis. Error: out of range, or
  /// rank 0.
  Tensor rows(Index begin, Index end) const;
  /// A copy of the data.
  Tensor clone() const;
  /// A copy with every element converted as static_cast does. Error: from or to
  /// string.
  Tensor cast(DType dtype) const;
  /// Copies `other`'s elements into this tensor's memory. Error: dtype or shape
  /// differ.
  void assign(const Tensor& other);

  /// Equal dtype, shape and elements (NaN equals nothing).
  friend LINNET_API bool operator==(const Tensor& a, const Tensor& b);

 private:
  void check_count(Index count) const;
  void check_dtype(DType wanted) const;

  std::shared_ptr<void> owner_;
  void* data_ = nullptr;
  Index size_ = 0;
  Shape shape_{0};
  DType dtype_ = DType::float32;
};

/// Rows of different lengths without padding: row i is values[splits[i] ..
/// splits[i + 1]).
struct Ragged {
  Tensor values;  ///< (total, ...)
  Tensor splits;  ///< int64 (rows + 1), rising from 0 to total

  Index rows() const { return splits.size() > 0 ? splits.size() - 1 : 0; }
  /// Throws if splits do not rise from 0 to the number of values.
  LINNET_API void check() const;
};

}  // namespace linnet::inline v0
