#include "images/fit_image.hpp"

#include <algorithm>
#include <vector>

#include "kernels/resample.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// The part of a picture that is resized; it may reach beyond the picture, where it is black.
struct Window {
  Index top = 0, left = 0, height = 0, width = 0;
};

Window window_of(const Shape& x, const ImageFit& fit) {
  const Index height = x[0], width = x[1];
  const auto [to_height, to_width] = fit.image_size;
  // The sizes that go with the picture's other one.
  const Index fitting_height = width * to_height / to_width;
  const Index fitting_width = height * to_width / to_height;
  if (fit.crop_to_aspect_ratio) {
    const Index h = std::max<Index>(std::min(height, fitting_height), 1);
    const Index w = std::max<Index>(std::min(width, fitting_width), 1);
    return {(height - h) / 2, (width - w) / 2, h, w};
  }
  if (fit.pad_to_aspect_ratio) {
    const Index above = (std::max(height, fitting_height) - height) / 2;
    const Index beside = above > 0 ? 0 : (std::max(width, fitting_width) - width) / 2;
    return {-above, -beside, height + 2 * above, width + 2 * beside};
  }
  return {0, 0, height, width};
}

Tensor cut(const Tensor& image, const Window& window) {
  const Shape& x = image.shape();
  Tensor y(DType::uint8, {window.height, window.width, x[2]});
  const Index top = std::max<Index>(window.top, 0), left = std::max<Index>(window.left, 0);
  const Index height = std::min(x[0] - top, window.height);
  const Index width = std::min(x[1] - left, window.width);
  const std::uint8_t* from = image.data<std::uint8_t>().data() + (top * x[1] + left) * x[2];
  std::uint8_t* to = y.data<std::uint8_t>().data() +
                     ((top - window.top) * window.width + left - window.left) * x[2];
  for (Index row = 0; row < height; ++row, from += x[1] * x[2], to += window.width * x[2]) {
    std::copy_n(from, width * x[2], to);
  }
  return y;
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
  const Window window = window_of(image.shape(), fit);
  const bool whole = window.height == image.shape()[0] && window.width == image.shape()[1];
  const Tensor x = whole ? image : cut(image, window);
  const auto kind = ops::resize_kind(fit.interpolation);
  const Resampler resampler(resample(kind, window.height, fit.image_size.height, false),
                            resample(kind, window.width, fit.image_size.width, false),
                            x.shape()[2]);
  std::vector<float> buffer(static_cast<std::size_t>(resampler.buffer_size()));
  resampler.run(x.data<std::uint8_t>().data(), 0, resampler.rows(), buffer.data(), to);
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
