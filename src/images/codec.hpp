// The formats: what a decoder gives and an encoder takes.
#pragma once

#include <linnet/core/tensor.hpp>
#include <span>
#include <vector>

namespace linnet::inline v0::detail {

/// A picture as its file has it.
struct Picture {
  Tensor pixels;        ///< uint8 (height, width, channels): grey, grey and alpha, RGB, RGBA
  int orientation = 1;  ///< EXIF's, 1 to 8
};

/// Errors as decode_image's, without a place in front.
Picture decode_jpeg(std::span<const std::byte> bytes, Index max_pixels);
Picture decode_png(std::span<const std::byte> bytes, Index max_pixels);

/// The bytes of a PNG file of uint8 (height, width, channels).
std::vector<std::byte> encode_png(const Tensor& pixels);

/// Error (out_of_range): more pixels than allowed.
void require_pixels(Index height, Index width, Index max_pixels);

/// The orientation that a block of EXIF (TIFF) notes, or 1.
int exif_orientation(std::span<const std::byte> tiff);

/// The picture turned and mirrored so that it stands as the orientation says.
Tensor oriented(const Tensor& pixels, int orientation);

/// The picture with 1, 3 or 4 channels.
Tensor with_channels(const Tensor& pixels, Index channels);

/// RGB of the inverted CMYK that JPEG files hold.
Tensor rgb_of_inverted_cmyk(const Tensor& pixels);

}  // namespace linnet::inline v0::detail
