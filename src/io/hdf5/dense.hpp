// Links and attributes that are too many for an object's header.
#pragma once

#include <vector>

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

/// The link messages that a link info message points to; none if the header holds all.
std::vector<Bytes> dense_links(Storage& storage, Bytes link_info);
/// The attribute messages that an attribute info message points to.
std::vector<Bytes> dense_attributes(Storage& storage, Bytes attribute_info);

}  // namespace linnet::inline v0::detail::hdf5
