#include <linnet/applications/preprocess_input.hpp>
#include <linnet/core/log.hpp>
#include <linnet/layers/dense.hpp>
#include <linnet/layers/rescaling.hpp>

#include "model/pixel_range.hpp"
#include "model/state.hpp"

namespace linnet::inline v0::applications {

namespace {

/// Channel c of the result is x[from[c]] * scale[c] + offset[c].
struct Steps {
  int from[3];
  float scale[3], offset[3];
};

Steps steps_of(PreprocessMode mode) {
  if (mode == "caffe") return {{2, 1, 0}, {1, 1, 1}, {-103.939f, -116.779f, -123.68f}};
  if (mode == "none") return {{0, 1, 2}, {1, 1, 1}, {0, 0, 0}};
  constexpr float kStep = 1 / 127.5f;
  if (mode == "tf") return {{0, 1, 2}, {kStep, kStep, kStep}, {-1, -1, -1}};
  Steps steps{{0, 1, 2}, {}, {}};
  constexpr double kMean[] = {0.485, 0.456, 0.406}, kDeviation[] = {0.229, 0.224, 0.225};
  for (int c = 0; c < 3; ++c) {
    steps.scale[c] = static_cast<float>(1 / (255 * kDeviation[c]));
    steps.offset[c] = static_cast<float>(-kMean[c] / kDeviation[c]);
  }
  return steps;
}

/// The Dense layer's weights: kernel (3, 3) and bias (3).
std::vector<Tensor> weights_of(const Steps& steps) {
  Tensor kernel(DType::float32, {3, 3});
  for (int c = 0; c < 3; ++c) {
    kernel.data<float>()[static_cast<std::size_t>(3 * steps.from[c] + c)] = steps.scale[c];
  }
  return {kernel, Tensor::of<float>({3}, std::span<const float>(steps.offset))};
}

}  // namespace

Tensor preprocess_input(const Tensor& x, PreprocessMode mode) {
  if (x.shape().rank() == 0 || x.shape()[-1] != 3) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("preprocess_input: expected RGB (..., 3), got ", x.shape()));
  }
  if (linnet::detail::within_one(x)) {
    linnet::detail::log(LogLevel::warning,
                        "preprocess_input: pixels lie between 0 and 1, expected 0 to 255");
  }
  const Steps steps = steps_of(mode);
  Tensor y = x.dtype() == DType::float32 ? x.clone() : x.cast(DType::float32);
  const auto data = y.data<float>();
  for (std::size_t i = 0; i < data.size(); i += 3) {
    const float rgb[] = {data[i], data[i + 1], data[i + 2]};
    for (std::size_t c = 0; c < 3; ++c) {
      data[i + c] = rgb[steps.from[c]] * steps.scale[c] + steps.offset[c];
    }
  }
  return y;
}

Model preprocessing(PreprocessMode mode) {
  const Steps steps = steps_of(mode);
  const Value x = input({any, any, 3});
  const std::string name = linnet::detail::cat(linnet::detail::kPreprocessing, mode.str());
  if (mode == "caffe") {
    Model model(x, x | Dense{.units = 3, .name = "to_bgr", .trainable = false}, name);
    model.set_weights(weights_of(steps));
    return model;
  }
  const auto list = [](const float(&numbers)[3]) {
    return std::vector<float>(std::begin(numbers), std::end(numbers));
  };
  return Model(x,
               x | Rescaling{.scale = PerChannel(list(steps.scale)),
                             .offset = PerChannel(list(steps.offset))},
               name);
}

}  // namespace linnet::inline v0::applications
