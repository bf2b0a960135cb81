// Channels of a picture into others, by PIL's formulas.
#include "images/codec.hpp"

namespace linnet::inline v0::detail {

namespace {

/// Calls f(from, to) for each pixel.
template <class F>
Tensor each_pixel(const Tensor& x, Index channels, F f) {
  Tensor y(DType::uint8, x.shape().with(2, channels));
  const Index from_channels = x.shape()[2], count = x.shape()[0] * x.shape()[1];
  const std::uint8_t* from = x.data<std::uint8_t>().data();
  std::uint8_t* to = y.data<std::uint8_t>().data();
  for (Index i = 0; i < count; ++i, from += from_channels, to += channels) f(from, to);
  return y;
}

/// 0.299 R + 0.587 G + 0.114 B, rounded.
std::uint8_t grey_of(const std::uint8_t* rgb) {
  return static_cast<std::uint8_t>((rgb[0] * 19595u + rgb[1] * 38470u + rgb[2] * 7471u + 0x8000u) >>
                                   16);
}

/// a b / 255, rounded.
unsigned scaled(unsigned a, unsigned b) {
  const unsigned product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

}  // namespace

Tensor with_channels(const Tensor& pixels, Index channels) {
  const Index from_channels = pixels.shape()[2];
  if (from_channels == channels) return pixels;
  const bool color = from_channels >= 3, alpha = from_channels % 2 == 0;
  if (channels == 1) {
    return each_pixel(pixels, 1, [&](const std::uint8_t* from, std::uint8_t* to) {
      to[0] = color ? grey_of(from) : from[0];
    });
  }
  return each_pixel(pixels, channels, [&](const std::uint8_t* from, std::uint8_t* to) {
    for (int c = 0; c < 3; ++c) to[c] = from[color ? c : 0];
    if (channels == 4) to[3] = alpha ? from[from_channels - 1] : std::uint8_t{255};
  });
}

Tensor rgb_of_inverted_cmyk(const Tensor& pixels) {
  return each_pixel(pixels, 3, [](const std::uint8_t* from, std::uint8_t* to) {
    const unsigned light = from[3];
    for (int c = 0; c < 3; ++c) {
      to[c] = static_cast<std::uint8_t>(light - scaled(255u - from[c], light));
    }
  });
}

}  // namespace linnet::inline v0::detail
