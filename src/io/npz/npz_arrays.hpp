// The weights in an .npz file as Keras writes it: for each layer a dictionary of arrays.
#pragma once

#include <linnet/core/tensor.hpp>
#include <map>
#include <string>

#include "io/npz/pickle.hpp"
#include "io/zip/zip_file.hpp"

namespace linnet::inline v0::detail {

/// The arrays of a .npy file that holds one object, a dictionary of arrays by name, as numpy
/// pickles it. No code of the file is ever run. Error: corrupt_file; unsupported: something else in
/// it.
std::map<std::string, Tensor> parse_pickled_arrays(pickle::Bytes npy);

/// Of all members of the file, by "member/name". Error: as above; out_of_range: more than
/// `most_bytes`.
std::map<std::string, Tensor> read_npz_arrays(const ZipFile& file, std::uint64_t most_bytes);

}  // namespace linnet::inline v0::detail
