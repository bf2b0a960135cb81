// The weights in a member of an .npz file as Keras writes it: a dictionary of arrays.
#pragma once

#include <linnet/core/tensor.hpp>
#include <map>
#include <string>

#include "io/npz/pickle.hpp"

namespace linnet::inline v0::detail {

/// The arrays of a .npy file that holds one object, a dictionary of arrays by name, as numpy
/// pickles it. Numbers take no more bytes than there are in `npy`, or four times as many where
/// integers of a byte become int32. No code of the file is ever run. Error: corrupt_file (also a
/// name with '/'); unsupported: something else in it.
std::map<std::string, Tensor> parse_pickled_arrays(pickle::Bytes npy);

}  // namespace linnet::inline v0::detail
