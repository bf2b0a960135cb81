// Prediction from pictures.
#include <algorithm>
#include <linnet/images/fit_image.hpp>
#include <linnet/model/model.hpp>

#include "kernels/threads.hpp"
#include "model/feed.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// What a model takes: how a picture is read, and to what size it is brought if to one.
struct Taken {
  ImageOptions read;
  ImageFit fit;
  bool any_size = false;

  Tensor made(const Tensor& picture) const { return any_size ? picture : fit_image(picture, fit); }
};

ColorMode color_mode_of(Index channels, const Shape& input) {
  if (channels == 1) return "grayscale";
  if (channels == 4) return "rgba";
  if (channels == 3 || channels == any) return "rgb";
  fail(ErrorCode::shape_mismatch,
       cat("predict_image: the model takes ", input, ", expected 1, 3 or 4 channels"));
}

Taken taken_by(const detail::ModelState& model, const PredictImageOptions& options) {
  detail::require_built(model, "predict_image");
  const Shape input = model.inputs.front().shape();
  if (model.inputs.size() != 1 || input.rank() != 4) {
    fail(ErrorCode::shape_mismatch,
         cat("predict_image: the model takes ", std::uint64_t{model.inputs.size()},
             " inputs, the first ", input, ", expected one (batch, height, width, channels)"));
  }
  const bool any_size = input[1] == any || input[2] == any;
  return {.read = {.color_mode = color_mode_of(input[3], input),
                   .exif_orientation = options.exif_orientation,
                   .max_pixels = options.max_pixels},
          .fit = {{input[1], input[2]},
                  options.interpolation,
                  options.crop_to_aspect_ratio,
                  options.pad_to_aspect_ratio},
          .any_size = any_size};
}

/// One picture as a batch.
Tensor batch_of(const Tensor& picture) {
  return picture.reshaped(Shape{1}.joined(picture.shape()));
}

/// Pictures of one size as a batch.
Tensor joined(const std::vector<Tensor>& pictures) {
  const Tensor& one = pictures.front();
  Tensor batch(one.dtype(), Shape{static_cast<Index>(pictures.size())}.joined(one.shape()));
  for (Index i = 0; i < batch.shape()[0]; ++i) {
    batch.rows(i, i + 1).assign(batch_of(pictures[static_cast<std::size_t>(i)]));
  }
  return batch;
}

}  // namespace

Prediction Model::predict_image(std::span<const std::byte> bytes,
                                const PredictImageOptions& options) const {
  const Taken taken = taken_by(*state_, options);
  const Tensor x = batch_of(taken.made(decode_image(bytes, taken.read)));
  return std::move(detail::predictions_of(*state_, predict(x)).front());
}

Prediction Model::predict_image(const std::string& path, const PredictImageOptions& options) const {
  return std::move(predict_images({path}, options).front());
}

std::vector<Prediction> Model::predict_images(const std::vector<std::string>& paths,
                                              const PredictImageOptions& options) const {
  constexpr std::size_t kTogether = 32;
  const Taken taken = taken_by(*state_, options);
  std::vector<Prediction> predictions;
  for (std::size_t first = 0; first < paths.size(); first += kTogether) {
    std::vector<Tensor> pictures(std::min(kTogether, paths.size() - first));
    const auto count = static_cast<Index>(pictures.size());
    parallel_for(state_->threads(), count, 1, [&](Index begin, Index end) {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        pictures[i] = taken.made(read_image(paths[first + i], taken.read));
      }
    });
    if (!taken.any_size) pictures = {joined(pictures)};
    for (const Tensor& picture : pictures) {
      const Tensor x = picture.shape().rank() == 4 ? picture : batch_of(picture);
      for (Prediction& p : detail::predictions_of(*state_, predict(x))) {
        predictions.push_back(std::move(p));
      }
    }
  }
  return predictions;
}

}  // namespace linnet::inline v0
