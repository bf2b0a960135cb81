// libFuzzer target: JPEG and PNG. What is read must be the same when it is written and read again.
#include <cstdlib>
#include <linnet/images/image.hpp>

#include "images/codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace linnet;
  const auto bytes = std::as_bytes(std::span(data, size));
  Tensor picture;
  try {
    picture = decode_image(bytes,
                           {.color_mode = "rgba", .exif_orientation = true, .max_pixels = 1 << 16});
  } catch (const Error&) {
    return 0;
  }
  const auto written = detail::encode_png(picture);
  if (!(decode_image(written, {.color_mode = "rgba"}) == picture)) std::abort();
  if (picture.shape()[0] < 64 && resize_image(picture, {5, 7}, "bicubic").empty()) std::abort();
  return 0;
}
