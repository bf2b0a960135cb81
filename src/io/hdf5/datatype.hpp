// The type and shape of datasets and attributes, and their elements as tensors.
#pragma once

#include <linnet/core/tensor.hpp>

#include "io/hdf5/storage.hpp"
#include "io/number_format.hpp"

namespace linnet::inline v0::detail::hdf5 {

enum class TypeClass : std::uint8_t { number, string, variable_string };
enum class Padding : std::uint8_t { null_terminated, null_padded, space_padded };

/// The types that are read: numbers (bfloat16 is numpy's, which h5py stores as two opaque bytes)
/// and strings.
struct Datatype {
  TypeClass type = TypeClass::number;
  std::size_t size = 0;  ///< bytes of an element in the file
  NumberFormat number = {};
  Padding padding = Padding::null_terminated;

  /// The dtype of a tensor that holds all values.
  DType dtype() const { return type == TypeClass::number ? number.dtype() : DType::string; }
};

/// Error: unsupported: another class of types, by name.
Datatype read_datatype(const Storage& storage, Bytes message);

/// The shape that a dataspace message tells. Error: unsupported: a null space, more than 8 axes.
Shape read_dataspace(const Storage& storage, Bytes message);

/// The bytes of `shape` elements. Error: corrupt_file: more than `most`.
std::uint64_t bytes_of(const Shape& shape, const Datatype& type, std::uint64_t most);

/// The numbers in `bytes`, element by element. Error: unsupported: a uint64 beyond int64.
Tensor numbers(Bytes bytes, const Datatype& type, const Shape& shape);
/// The strings in `bytes`, each of type.size bytes, without their padding.
Tensor fixed_strings(Bytes bytes, const Datatype& type, const Shape& shape);

}  // namespace linnet::inline v0::detail::hdf5
