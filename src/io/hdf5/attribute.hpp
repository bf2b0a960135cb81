// Attributes: small tensors with a name in an object's header.
#pragma once

#include <linnet/core/tensor.hpp>
#include <optional>
#include <string>
#include <vector>

#include "io/hdf5/object_header.hpp"

namespace linnet::inline v0::detail::hdf5 {

/// The names of the attributes in these messages, in their order.
std::vector<std::string> attribute_names(Storage& storage, const Messages& messages);

/// The attribute of that name (message versions 1 to 3): numbers, or strings of fixed or variable
/// length; nothing if there is none. Error: unsupported: another type; too many attributes, which
/// are then stored outside the header ("dense").
std::optional<Tensor> find_attribute(Storage& storage, const Messages& messages,
                                     std::string_view name);

}  // namespace linnet::inline v0::detail::hdf5
