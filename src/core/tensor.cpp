#include <cstring>
#include <linnet/core/tensor.hpp>
#include <new>

#include "core/memory.hpp"
#include "core/numeric.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// Memory for `size` elements: strings, or numbers that are 0 if `zeroed`.
std::shared_ptr<void> allocate(DType dtype, Index size, bool zeroed = true) {
  const auto count = static_cast<std::size_t>(size);
  if (dtype == DType::string) {
    if (count > detail::kMostBytes / sizeof(std::string)) {
      fail(ErrorCode::invalid_argument, cat("Tensor: ", size, " strings do not fit in memory"));
    }
    auto* strings = new (std::nothrow) std::string[count];
    if (strings == nullptr) {
      fail(ErrorCode::invalid_argument, cat("Tensor: no memory for ", size, " strings"));
    }
    return {strings, [](void* p) { delete[] static_cast<std::string*>(p); }};
  }
  if (count > detail::kMostBytes / size_of(dtype)) {
    fail(ErrorCode::invalid_argument, cat("Tensor: ", size, " elements do not fit in memory"));
  }
  const std::size_t bytes = count * size_of(dtype);
  std::shared_ptr<std::byte> data = detail::allocate_bytes("Tensor", bytes);
  if (zeroed) std::memset(data.get(), 0, bytes);
  return data;
}

template <class To, class From>
void convert(const Tensor& from, Tensor& to) {
  const auto source = from.data<From>();
  const auto target = to.data<To>();
  for (std::size_t i = 0; i < source.size(); ++i) target[i] = static_cast<To>(source[i]);
}

}  // namespace

Tensor::Tensor() = default;

Tensor::Tensor(DType dtype, const Shape& shape)
    : size_(shape.elements()), shape_(shape), dtype_(dtype) {
  owner_ = allocate(dtype, size_);
  data_ = owner_.get();
}

Tensor Tensor::strings(std::vector<std::string> values) {
  Tensor t(DType::string, {static_cast<Index>(values.size())});
  std::move(values.begin(), values.end(), t.data<std::string>().begin());
  return t;
}

Tensor Tensor::view(void* data, DType dtype, const Shape& shape, std::shared_ptr<void> owner) {
  Tensor t;
  t.owner_ = std::move(owner);
  t.data_ = data;
  t.size_ = shape.elements();
  t.shape_ = shape;
  t.dtype_ = dtype;
  if (data == nullptr && t.size_ > 0) {
    fail(ErrorCode::invalid_argument, cat("Tensor::borrow: null pointer for shape ", shape));
  }
  return t;
}

Tensor Tensor::reshaped(const Shape& shape) const {
  if (shape.elements() != size_) {
    fail(ErrorCode::shape_mismatch, cat("Tensor::reshaped: ", shape_, " does not fill ", shape));
  }
  Tensor t = *this;
  t.shape_ = shape;
  return t;
}

Tensor Tensor::rows(Index begin, Index end) const {
  if (shape_.rank() == 0 || begin < 0 || begin > end || end > shape_[0]) {
    fail(ErrorCode::out_of_range, cat("Tensor::rows: [", begin, ", ", end, ") of shape ", shape_));
  }
  const Index row = shape_.elements(1, shape_.rank());
  Tensor t = *this;
  t.shape_ = shape_.with(0, end - begin);
  t.size_ = (end - begin) * row;
  t.data_ = static_cast<char*>(data_) + static_cast<std::size_t>(begin * row) * size_of(dtype_);
  return t;
}

Tensor Tensor::clone() const {
  auto owner = allocate(dtype_, size_, false);
  void* data = owner.get();
  Tensor t = view(data, dtype_, shape_, std::move(owner));
  t.assign(*this);
  return t;
}

Tensor Tensor::cast(DType dtype) const {
  if (dtype == dtype_) return clone();
  if (dtype == DType::string || dtype_ == DType::string) {
    fail(ErrorCode::dtype_mismatch, "Tensor: a string tensor cannot be cast");
  }
  Tensor t(dtype, shape_);
  with_number(dtype_, [&](auto from) {
    with_number(dtype, [&](auto to) { convert<decltype(to), decltype(from)>(*this, t); });
  });
  return t;
}

void Tensor::assign(const Tensor& other) {
  if (dtype_ != other.dtype_ || shape_ != other.shape_) {
    fail(ErrorCode::shape_mismatch, cat("Tensor::assign: expected ", dtype_, " ", shape_, ", got ",
                                        other.dtype_, " ", other.shape_));
  }
  if (size_ == 0) return;
  if (dtype_ == DType::string) {
    const auto from = other.data<std::string>();
    std::copy(from.begin(), from.end(), data<std::string>().begin());
  } else {
    std::memmove(data_, other.data_, bytes());
  }
}

void Tensor::check_count(Index count) const {
  if (count != size_) {
    fail(ErrorCode::shape_mismatch,
         cat("Tensor: shape ", shape_, " needs ", size_, " values, got ", count));
  }
}

void Tensor::check_dtype(DType wanted) const {
  if (wanted != dtype_) {
    fail(ErrorCode::dtype_mismatch, cat("Tensor: expected ", wanted, ", got ", dtype_));
  }
}

bool operator==(const Tensor& a, const Tensor& b) {
  if (a.dtype_ != b.dtype_ || a.shape_ != b.shape_) return false;
  if (a.dtype_ == DType::string) {
    const auto x = a.data<std::string>();
    return std::equal(x.begin(), x.end(), b.data<std::string>().begin());
  }
  bool equal = true;
  with_number(a.dtype_, [&](auto type) {
    const auto x = a.data<decltype(type)>();
    equal = std::equal(x.begin(), x.end(), b.data<decltype(type)>().begin());
  });
  return equal;
}

void Ragged::check() const {
  const auto ends = splits.data<std::int64_t>();
  const bool framed = splits.shape().rank() == 1 && !ends.empty() && values.shape().rank() >= 1 &&
                      ends.front() == 0 && ends.back() == values.shape()[0];
  if (!framed || !std::is_sorted(ends.begin(), ends.end())) {
    fail(ErrorCode::invalid_argument,
         cat("Ragged: splits must rise from 0 to the number of values, ", values.shape()));
  }
}

}  // namespace linnet::inline v0
