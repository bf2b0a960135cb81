#include <algorithm>
#include <linnet/images/image.hpp>
#include <linnet/io/atomic_file.hpp>

#include "images/codec.hpp"
#include "io/file.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

using detail::Picture;

/// The first bytes of a format, those at `gap` being something else.
struct Signature {
  std::string_view name, bytes;
  std::size_t at = 0;
};

constexpr Signature kOthers[] = {{"GIF", "GIF8"},         {"BMP", "BM"},
                                 {"WebP", "WEBP", 8},     {"TIFF", "II*"},
                                 {"TIFF", "MM"},          {"HEIF or AVIF", "ftyp", 4},
                                 {"JPEG XL", "\xff\x0a"}, {"JPEG 2000", "jP  ", 4},
                                 {"SVG", "<svg"}};

Picture decode(std::span<const std::byte> bytes, Index max_pixels) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.empty()) fail(ErrorCode::corrupt_file, "the picture is empty (0 bytes)");
  if (text.starts_with("\xff\xd8\xff")) {
    return detail::naming("JPEG", [&] { return detail::decode_jpeg(bytes, max_pixels); });
  }
  if (text.starts_with("\x89PNG\r\n\x1a\n")) {
    return detail::naming("PNG", [&] { return detail::decode_png(bytes, max_pixels); });
  }
  for (const Signature& other : kOthers) {
    if (text.size() > other.at && text.substr(other.at).starts_with(other.bytes)) {
      fail(ErrorCode::unsupported, cat("expected JPEG or PNG, got ", other.name));
    }
  }
  fail(ErrorCode::corrupt_file, "expected JPEG or PNG, got neither");
}

void check_image(std::string_view where, const Tensor& image) {
  if (image.dtype() != DType::uint8) {
    fail(ErrorCode::dtype_mismatch, cat(where, ": expected uint8, got ", image.dtype()));
  }
  const Shape& shape = image.shape();
  const bool flat = shape.rank() == 2;
  if ((!flat && shape.rank() != 3) || image.empty() || (!flat && shape[2] > 4)) {
    fail(ErrorCode::shape_mismatch,
         cat(where, ": expected (height, width, channels) with 1 to 4 channels, got ", shape));
  }
}

}  // namespace

namespace detail {

void require_pixels(Index height, Index width, Index max_pixels) {
  if (width <= max_pixels / std::max<Index>(height, 1)) return;
  fail(ErrorCode::out_of_range, cat("the picture has ", height, " x ", width,
                                    " pixels, more than max_pixels = ", max_pixels));
}

}  // namespace detail

Tensor decode_image(std::span<const std::byte> bytes, const ImageOptions& options) {
  const Picture picture = decode(bytes, options.max_pixels);
  Tensor pixels = picture.pixels;
  if (options.exif_orientation) pixels = detail::oriented(pixels, picture.orientation);
  const Index channels = options.color_mode == "rgb" ? 3 : options.color_mode == "rgba" ? 4 : 1;
  pixels = detail::with_channels(pixels, channels);
  if (options.target_size == ImageSize{}) return pixels;
  return resize_image(pixels, options.target_size, options.interpolation);
}

Tensor read_image(const std::string& path, const ImageOptions& options) {
  const detail::InputFile file(path);
  return detail::naming(path, [&] {
    std::vector<std::byte> bytes(static_cast<std::size_t>(file.size()));
    file.read(0, bytes);
    return decode_image(bytes, options);
  });
}

void write_png(const std::string& path, const Tensor& image) {
  check_image("write_png", image);
  const Shape& shape = image.shape();
  const Tensor pixels = shape.rank() == 2 ? image.reshaped(shape.joined({1})) : image;
  const auto bytes = detail::naming(path, [&] { return detail::encode_png(pixels); });
  write_file(path, bytes);
}

}  // namespace linnet::inline v0
