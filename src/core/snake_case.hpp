// Names made of class names.
#pragma once

#include <string>
#include <string_view>

namespace linnet::inline v0::detail {

/// "GlobalAveragePooling1D" -> "global_average_pooling1d", as Keras names layers.
std::string snake_case(std::string_view camel);

}  // namespace linnet::inline v0::detail
