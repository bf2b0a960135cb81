// What networks that were trained on ImageNet share: their classes, and where their files are
// found.
#pragma once

#include <linnet/core/shape.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0::applications::detail {

inline constexpr Index kImageNetClasses = 1000;

/// The path of `file` in $LINNET_HOME, $LINNET_HOME/models, $KERAS_HOME/models or ~/.keras/models.
/// Error: not_found: with `who` wants it, the file, the folders that were searched, how Keras gets
/// it, and `otherwise`.
std::string find_model_file(std::string_view who, const std::string& file,
                            std::string_view how_to_get, std::string_view otherwise);

}  // namespace linnet::inline v0::applications::detail
