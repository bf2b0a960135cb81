#include "images/fit_image.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/resample.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// The largest part in the middle of a picture with the shape of `size`.
Tensor cropped(const Tensor& image, ImageSize size) {
  const Shape& x = image.shape();
  const Index height = std::max<Index>(std::min(x[0], x[1] * size.height / size.width), 1);
  const Index width = std::max<Index>(std::min(x[1], x[0] * size.width / size.height), 1);
  const Index top = (x[0] - height) / 2, left = (x[1] - width) / 2;
  Tensor y(DType::uint8, {height, width, x[2]});
  const std::uint8_t* from = image.data<std::uint8_t>().data() + (top * x[1] + left) * x[2];
  std::uint8_t* to = y.data<std::uint8_t>().data();
  for (Index row = 0; row < height; ++row, from += x[1] * x[2], to += width * x[2]) {
    std::copy_n(from, width * x[2], to);
  }
  return y;
}

void resize_into(const Tensor& image, ImageSize size, Interpolation interpolation, float* to) {
  const Shape& x = image.shape();
  const auto kind = ops::resize_kind(interpolation);
  const Resampler resampler(resample(kind, x[0], size.height, false),
                            resample(kind, x[1], size.width, false), x[2]);
  std::vector<float> buffer(static_cast<std::size_t>(resampler.buffer_size()));
  resampler.run(image.data<std::uint8_t>().data(), 0, resampler.rows(), buffer.data(), to);
}

/// The picture as large as fits into `size`, in the middle of black.
void pad_into(const Tensor& image, ImageSize size, Interpolation interpolation, float* to) {
  const Shape& x = image.shape();
  // In float, as TensorFlow does it: another rounding is another picture.
  const auto height = static_cast<float>(x[0]), width = static_cast<float>(x[1]);
  const auto to_height = static_cast<float>(size.height), to_width = static_cast<float>(size.width);
  const float ratio = std::max(height / to_height, width / to_width);
  const float fitting_height = height / ratio, fitting_width = width / ratio;
  const auto whole = [](float number, Index least) {
    return std::max(static_cast<Index>(std::floor(number)), least);
  };
  const ImageSize fitting{std::min(whole(fitting_height, 1), size.height),
                          std::min(whole(fitting_width, 1), size.width)};
  const Index top = whole((to_height - fitting_height) / 2, 0);
  const Index left = whole((to_width - fitting_width) / 2, 0);
  std::vector<float> resized(static_cast<std::size_t>(fitting.height * fitting.width * x[2]));
  resize_into(image, fitting, interpolation, resized.data());
  std::fill_n(to, size.height * size.width * x[2], 0.0f);
  for (Index row = 0; row < fitting.height; ++row) {
    std::copy_n(resized.data() + row * fitting.width * x[2], fitting.width * x[2],
                to + ((top + row) * size.width + left) * x[2]);
  }
}

}  // namespace

namespace detail {

void check_fit(std::string_view where, const ImageFit& fit) {
  if (fit.image_size.height < 1 || fit.image_size.width < 1) {
    fail(ErrorCode::invalid_argument, cat(where, ": image_size must be positive, got ",
                                          fit.image_size.height, " x ", fit.image_size.width));
  }
  if (fit.crop_to_aspect_ratio && fit.pad_to_aspect_ratio) {
    fail(ErrorCode::invalid_argument,
         cat(where, ": only one of crop_to_aspect_ratio and pad_to_aspect_ratio may be set"));
  }
}

void fit_image_into(const Tensor& image, const ImageFit& fit, float* to) {
  if (fit.pad_to_aspect_ratio) return pad_into(image, fit.image_size, fit.interpolation, to);
  const Tensor part = fit.crop_to_aspect_ratio ? cropped(image, fit.image_size) : image;
  resize_into(part, fit.image_size, fit.interpolation, to);
}

}  // namespace detail

Tensor fit_image(const Tensor& image, const ImageFit& fit) {
  if (image.dtype() != DType::uint8) {
    fail(ErrorCode::dtype_mismatch, cat("fit_image: expected uint8, got ", image.dtype()));
  }
  const Shape& shape = image.shape();
  if (shape.rank() != 3 || image.empty()) {
    fail(ErrorCode::shape_mismatch,
         cat("fit_image: expected (height, width, channels), got ", shape));
  }
  detail::check_fit("fit_image", fit);
  Tensor y(DType::float32, {fit.image_size.height, fit.image_size.width, shape[2]});
  detail::fit_image_into(image, fit, y.data<float>().data());
  return y;
}

}  // namespace linnet::inline v0
