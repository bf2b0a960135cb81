// check_dtype_policy: the "dtype" of a layer's config, as Keras writes it.
#pragma once

#include <linnet/core/config.hpp>

namespace linnet::inline v0::detail {

/// Takes null, a name ("float32", "mixed_bfloat16", ...) or the config of a DTypePolicy. Layers
/// compute in float32, which all policies of 32 and 16 bits leave room for. Error (unsupported):
/// another policy, such as float64 or one that quantizes.
void check_dtype_policy(const Config& policy);

}  // namespace linnet::inline v0::detail
