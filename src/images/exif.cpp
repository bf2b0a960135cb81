// The orientation in a block of EXIF: a TIFF header, and a list of entries of 12 bytes.
#include "images/codec.hpp"

namespace linnet::inline v0::detail {

namespace {

/// Numbers in a block of bytes; what lies outside is 0.
struct Numbers {
  std::span<const std::byte> bytes;
  bool little;

  unsigned byte(std::size_t at) const {
    return at < bytes.size() ? std::to_integer<unsigned>(bytes[at]) : 0;
  }
  unsigned two(std::size_t at) const {
    return little ? byte(at) | byte(at + 1) << 8 : byte(at) << 8 | byte(at + 1);
  }
  unsigned four(std::size_t at) const {
    return little ? two(at) | two(at + 2) << 16 : two(at) << 16 | two(at + 2);
  }
};

}  // namespace

int exif_orientation(std::span<const std::byte> tiff) {
  constexpr unsigned kOrientation = 0x0112, kShort = 3;
  if (tiff.size() < 8) return 1;
  const Numbers numbers{tiff, tiff[0] == std::byte{'I'}};
  if (numbers.two(2) != 42) return 1;
  const std::size_t list = numbers.four(4);
  const unsigned count = numbers.two(list);
  for (unsigned i = 0; i < count; ++i) {
    const std::size_t entry = list + 2 + std::size_t{12} * i;
    if (numbers.two(entry) != kOrientation || numbers.two(entry + 2) != kShort) continue;
    const unsigned value = numbers.two(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Tensor oriented(const Tensor& pixels, int orientation) {
  if (orientation == 1) return pixels;
  const Shape& x = pixels.shape();
  const bool turned = orientation >= 5;  // rows become columns
  const Index height = x[turned ? 1 : 0], width = x[turned ? 0 : 1], channels = x[2];
  // Whether rows and columns of x are counted from the end.
  const bool up = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool left = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  Tensor y(DType::uint8, {height, width, channels});
  const std::uint8_t* from = pixels.data<std::uint8_t>().data();
  std::uint8_t* to = y.data<std::uint8_t>().data();
  for (Index i = 0; i < height; ++i) {
    for (Index j = 0; j < width; ++j, to += channels) {
      const Index row = turned ? j : i, column = turned ? i : j;
      const Index at = (up ? x[0] - 1 - row : row) * x[1] + (left ? x[1] - 1 - column : column);
      std::copy_n(from + at * channels, channels, to);
    }
  }
  return y;
}

}  // namespace linnet::inline v0::detail
