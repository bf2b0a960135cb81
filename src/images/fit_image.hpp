// What a data set does with a picture, without the checks.
#pragma once

#include <linnet/images/fit_image.hpp>

namespace linnet::inline v0::detail {

/// Error: as fit_image's of `fit`.
void check_fit(std::string_view where, const ImageFit& fit);
/// fit_image into memory of (height, width, channels).
void fit_image_into(const Tensor& image, const ImageFit& fit, float* to);

}  // namespace linnet::inline v0::detail
