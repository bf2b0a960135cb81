// resize_image: PIL's resizing of bytes. First along the rows, then along the columns; sums are
// whole numbers with 22 bits behind the point, rounded to a byte after each. (Since version 13 PIL
// begins with the columns if that is less work, which rounds some bytes the other way.)
#include <algorithm>
#include <cmath>
#include <linnet/images/image.hpp>
#include <numbers>
#include <vector>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

constexpr int kBits = 22;
constexpr double kHigh{0.54f}, kLow{0.46f};  // of the Hamming window, as PIL writes them

double sinc(double x) {
  return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

double radius_of(ImageFilter kind) {
  if (kind == "box") return 0.5;
  if (kind == "bicubic") return 2;
  return kind == "lanczos" ? 3 : 1;
}

double filter(ImageFilter kind, double x) {
  if (kind == "box") return x > -0.5 && x <= 0.5 ? 1 : 0;
  const double d = std::abs(x);
  if (kind == "bilinear") return d < 1 ? 1 - d : 0;
  if (kind == "hamming") {
    return d < 1 ? sinc(d) * (kHigh + kLow * std::cos(std::numbers::pi * d)) : 0;
  }
  if (kind == "bicubic") {  // a = -0.5
    if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * -0.5 : 0;
  }
  return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

/// Place i of the result is made from the places of x from `first` on.
struct Taps {
  Index first = 0;
  std::vector<int> weight = {};
};

std::vector<Taps> taps_of(ImageFilter kind, Index in, Index out) {
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  const double stretch = std::max(scale, 1.0), reach = radius_of(kind) * stretch;
  const double narrow = 1 / stretch;
  std::vector<Taps> all;
  std::vector<double> weight;
  for (Index i = 0; i < out; ++i) {
    const double center = (static_cast<double>(i) + 0.5) * scale;
    const Index first = std::max<Index>(static_cast<Index>(center - reach + 0.5), 0);
    const Index last = std::min(static_cast<Index>(center + reach + 0.5), in);
    weight.clear();
    double sum = 0;
    for (Index j = first; j < last; ++j) {
      weight.push_back(filter(kind, (static_cast<double>(j) - center + 0.5) * narrow));
      sum += weight.back();
    }
    const double share = 1 / sum;
    Taps& taps = all.emplace_back(Taps{first, {}});
    for (const double w : weight) {
      taps.weight.push_back(static_cast<int>(std::round(w * share * (1 << kBits))));
    }
  }
  return all;
}

/// The place that each place of the result falls into, found as PIL finds it: step by step.
std::vector<Taps> nearest_of(Index in, Index out) {
  const auto step = static_cast<double>(static_cast<float>(in) / static_cast<float>(out));
  std::vector<Taps> all;
  double at = step * 0.5;
  for (Index i = 0; i < out; ++i, at += step) {
    all.push_back({std::min(static_cast<Index>(at), in - 1), {1 << kBits}});
  }
  return all;
}

/// x seen as (outer, in, inner), summed along its middle axis.
Tensor summed(const Tensor& x, int axis, const std::vector<Taps>& all) {
  const auto out = static_cast<Index>(all.size());
  Tensor y(DType::uint8, x.shape().with(axis, out));
  const Index outer = x.shape().elements(0, axis), in = x.shape()[axis];
  const Index inner = x.shape().elements(axis + 1, 3);
  const std::uint8_t* from = x.data<std::uint8_t>().data();
  std::uint8_t* to = y.data<std::uint8_t>().data();
  std::vector<int> sum(static_cast<std::size_t>(inner));
  for (Index o = 0; o < outer; ++o, from += in * inner) {
    for (const Taps& taps : all) {
      std::ranges::fill(sum, 1 << (kBits - 1));
      const std::uint8_t* row = from + taps.first * inner;
      for (const int w : taps.weight) {
        for (int& s : sum) s += w * *row++;
      }
      for (const int s : sum) *to++ = static_cast<std::uint8_t>(std::clamp(s >> kBits, 0, 255));
    }
  }
  return y;
}

/// Colours times alpha, as PIL does before it sums them.
void weigh_by_alpha(Tensor& image) {
  const auto pixels = image.data<std::uint8_t>();
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    for (std::size_t c = i; c < i + 3; ++c) {
      const unsigned product = unsigned{pixels[c]} * pixels[i + 3] + 128;
      pixels[c] = static_cast<std::uint8_t>(((product >> 8) + product) >> 8);
    }
  }
}

void divide_by_alpha(Tensor& image) {
  const auto pixels = image.data<std::uint8_t>();
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    const unsigned alpha = pixels[i + 3];
    if (alpha == 0 || alpha == 255) continue;
    for (std::size_t c = i; c < i + 3; ++c) {
      pixels[c] = static_cast<std::uint8_t>(std::min(255u * pixels[c] / alpha, 255u));
    }
  }
}

void check(const Tensor& image, ImageSize size) {
  if (image.dtype() != DType::uint8) {
    fail(ErrorCode::dtype_mismatch, cat("resize_image: expected uint8, got ", image.dtype()));
  }
  if (image.shape().rank() != 3 || image.empty()) {
    fail(ErrorCode::shape_mismatch,
         cat("resize_image: expected (height, width, channels), got ", image.shape()));
  }
  if (size.height < 1 || size.width < 1) {
    fail(ErrorCode::invalid_argument, cat("resize_image: height and width must be positive, got ",
                                          size.height, " and ", size.width));
  }
}

}  // namespace

Tensor resize_image(const Tensor& image, ImageSize size, ImageFilter interpolation) {
  check(image, size);
  const Index height = image.shape()[0], width = image.shape()[1];
  if (size == ImageSize{height, width}) return image;
  if (interpolation == "nearest") {
    return summed(summed(image, 1, nearest_of(width, size.width)), 0,
                  nearest_of(height, size.height));
  }
  const bool alpha = image.shape()[2] == 4;
  Tensor x = image;
  if (alpha) {
    x = image.clone();
    weigh_by_alpha(x);
  }
  if (width != size.width) x = summed(x, 1, taps_of(interpolation, width, size.width));
  if (height != size.height) x = summed(x, 0, taps_of(interpolation, height, size.height));
  if (alpha) divide_by_alpha(x);
  return x;
}

}  // namespace linnet::inline v0
