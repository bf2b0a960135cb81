// Pictures from files and bytes, JPEG and PNG, as tensors; and to PNG files.
#pragma once

#include <cstddef>
#include <linnet/core/choice.hpp>
#include <linnet/core/tensor.hpp>
#include <span>
#include <string>

namespace linnet::inline v0 {

namespace detail {
struct ColorModes {
  static constexpr std::string_view kName = "color_mode";
  static constexpr std::string_view kWords[] = {"rgb", "rgba", "grayscale"};
};
struct ImageFilters {
  static constexpr std::string_view kName = "interpolation";
  static constexpr std::string_view kWords[] = {"nearest", "box",     "bilinear",
                                                "hamming", "bicubic", "lanczos"};
};
}  // namespace detail

/// "rgb", "rgba" or "grayscale": 3, 4 or 1 channels.
using ColorMode = Choice<detail::ColorModes>;
/// How resize_image() sums pixels: the filters of PIL.
using ImageFilter = Choice<detail::ImageFilters>;

struct ImageSize {
  Index height = 0, width = 0;
  friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

/// Defaults as Keras's load_img.
struct ImageOptions {
  ColorMode color_mode = "rgb";
  ImageSize target_size = {};  ///< resized by resize_image(); nothing: the size of the file
  ImageFilter interpolation = "nearest";
  /// Turns and mirrors the picture as the camera noted in the file. Keras and PIL leave it lying.
  bool exif_orientation = false;
  Index max_pixels = 178956970;  ///< height times width; larger pictures are refused
};

/// The picture in these bytes of a JPEG or PNG file: uint8 (height, width, channels), with the
/// values that PIL gives: 16-bit samples keep their high byte, CMYK is turned into RGB, palettes
/// are looked up, "rgb" and "grayscale" drop alpha, the grey of colours is
/// 0.299 R + 0.587 G + 0.114 B.
/// Error: corrupt_file: broken, cut off or empty; unsupported: another format, or linnet was built
/// without pictures; out_of_range: over max_pixels.
LINNET_API Tensor decode_image(std::span<const std::byte> bytes, const ImageOptions& options = {});
/// The same of a file, whose path begins every message. Error: io too.
LINNET_API Tensor read_image(const std::string& path, const ImageOptions& options = {});

/// uint8 (height, width, channels) in another size, with the values that PIL's Image.resize gives;
/// a filter is as wide as a pixel of the result when that is smaller. With 4 channels the last is
/// alpha, by which colours are weighted. Error: shape_mismatch, dtype_mismatch, invalid_argument.
LINNET_API Tensor resize_image(const Tensor& image, ImageSize size,
                               ImageFilter interpolation = "nearest");

/// Writes uint8 (height, width), or (height, width, channels) with 1 to 4 channels: grey, grey and
/// alpha, RGB, RGBA. The file is replaced as a whole or not at all.
/// Error: shape_mismatch, dtype_mismatch, io; unsupported: linnet was built without pictures.
LINNET_API void write_png(const std::string& path, const Tensor& image);

}  // namespace linnet::inline v0
