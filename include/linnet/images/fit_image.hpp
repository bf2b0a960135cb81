// fit_image: a picture of any size as what a model takes, as Keras's data sets make it.
#pragma once

#include <linnet/images/image.hpp>
#include <linnet/ops/resize.hpp>

namespace linnet::inline v0 {

/// How a picture becomes one of another size. Two ways keep the shape of what it shows: a part is
/// cut from its middle before it is resized, or black bars are put beside it after.
struct ImageFit {
  ImageSize image_size = {256, 256};
  Interpolation interpolation = "bilinear";
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
};

/// uint8 (height, width, channels) as float32 of fit.image_size, with values as they were, 0 to
/// 255, between which bilinear and others give fractions: tf.image.resize without antialias.
/// Error: shape_mismatch, dtype_mismatch; invalid_argument: a size below 1, or both ways at once.
LINNET_API Tensor fit_image(const Tensor& image, const ImageFit& fit);

}  // namespace linnet::inline v0
