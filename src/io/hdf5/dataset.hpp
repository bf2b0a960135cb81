// Datasets: the tensors of an HDF5 file.
#pragma once

#include <linnet/core/tensor.hpp>

#include "io/hdf5/datatype.hpp"
#include "io/hdf5/object_header.hpp"

namespace linnet::inline v0::detail::hdf5 {

/// The type and shape of a dataset.
struct DatasetType {
  Datatype type;
  Shape shape;
};

/// Error: corrupt_file: these are not the messages of a dataset; unsupported: another type.
DatasetType read_dataset_type(Storage& storage, const Messages& messages);

/// The numbers (or strings of fixed length) of a dataset: compact, contiguous or chunked.
/// Error: unsupported: data in other files, data that were never written.
Tensor read_dataset(Storage& storage, const Messages& messages);

}  // namespace linnet::inline v0::detail::hdf5
