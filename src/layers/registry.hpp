// What is known of a layer's class without making one.
#pragma once

#include <string_view>

namespace linnet::inline v0::detail {

enum class LayerOrigin { unknown, built_in, registered };

/// Whether layer_from_config knows the class, and from where.
LayerOrigin layer_origin(std::string_view class_name);

}  // namespace linnet::inline v0::detail
