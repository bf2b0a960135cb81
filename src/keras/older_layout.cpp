#include "keras/older_layout.hpp"

#include <array>

#include "core/is_one_of.hpp"

namespace linnet::inline v0::detail {

namespace {

using Axes = std::vector<int>;
using Place = std::array<Index, Shape::kMaxRank>;

/// A tensor of shape `to` whose number at `at` is the one of `from` at source(at), both by axes.
template <class F>
Tensor rearranged(const Tensor& from, const Shape& to, F&& source) {
  const Tensor given = from.cast(DType::float32);
  Tensor result(DType::float32, to);
  const int rank = to.rank();
  Place at{};
  for (float& number : result.data<float>()) {
    const Place place = source(at);
    Index offset = 0;
    for (int axis = 0; axis < given.shape().rank(); ++axis) {
      offset = offset * given.shape()[axis] + place[static_cast<std::size_t>(axis)];
    }
    number = given.data<float>()[static_cast<std::size_t>(offset)];
    for (int axis = rank; axis-- > 0;) {
      if (++at[static_cast<std::size_t>(axis)] < to[axis]) break;
      at[static_cast<std::size_t>(axis)] = 0;
    }
  }
  return result;
}

/// The layout in which axis i of what is stored is axis `axes[i]` of the weight.
OlderLayout permuted(const Shape& weight, const Axes& axes) {
  std::vector<Index> sizes;
  for (const int axis : axes) sizes.push_back(weight[axis]);
  return {Shape(std::span<const Index>(sizes)), [weight, axes](const Tensor& stored) {
            return rearranged(stored, weight, [&](const Place& at) {
              Place place{};
              for (std::size_t i = 0; i < axes.size(); ++i) {
                place[i] = at[static_cast<std::size_t>(axes[i])];
              }
              return place;
            });
          }};
}

bool is_channels_first(const LayerInstance& layer) {
  const Config config = layer.config();
  const Config* format = config.find("data_format");
  return format != nullptr && format->is_string() && format->as_string() == "channels_first";
}

/// How Keras 1 stored the kernel of a convolution.
OlderLayout keras1_layout(const LayerInstance& layer, const Shape& weight, const Shape& found) {
  const std::string_view kind = layer.class_name();
  const bool channels_first = is_channels_first(layer);
  if (kind == "Conv1D") {
    OlderLayout layout{Shape{weight[0], 1, weight[1], weight[2]},
                       [weight](const Tensor& stored) { return stored.reshaped(weight); }};
    if (found == layout.stored) return layout;
    layout = permuted(weight, {2, 1, 0});  // of Keras 1.1, with one more axis behind
    const auto without_last = layout.convert;
    const Shape inside = layout.stored;
    return {Shape{inside[0], inside[1], inside[2], 1},
            [=](const Tensor& stored) { return without_last(stored.reshaped(inside)); }};
  }
  if (kind == "Conv2DTranspose") {
    return permuted(weight, channels_first ? Axes{2, 3, 0, 1} : Axes{0, 1, 3, 2});
  }
  if (!channels_first) return {weight, {}};
  if (kind == "Conv2D") return permuted(weight, {3, 2, 0, 1});
  if (kind == "Conv3D") return permuted(weight, {4, 3, 0, 1, 2});
  return {weight, {}};
}

/// With the axes of space turned round, which all stand before the last two.
Tensor turned(const Tensor& kernel) {
  const Shape shape = kernel.shape();
  return rearranged(kernel, shape, [&](const Place& at) {
    Place place = at;
    for (int axis = 0; axis + 2 < shape.rank(); ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      place[a] = shape[axis] - 1 - at[a];
    }
    return place;
  });
}

Index gates_of(const LayerInstance& layer) {
  if (layer.class_name() == "LSTM") return 4;
  return layer.class_name() == "GRU" ? 3 : 0;
}

/// cuDNN's biases are two: added up for an LSTM, both kept by a GRU.
OlderLayout cudnn_bias(const Shape& weight) {
  if (weight.rank() > 1) {
    return {Shape{weight.elements()},
            [weight](const Tensor& stored) { return stored.reshaped(weight); }};
  }
  return {Shape{2 * weight[0]}, [size = weight[0]](const Tensor& stored) {
            const Tensor both = stored.cast(DType::float32);
            Tensor sum = both.rows(0, size);
            for (std::size_t i = 0; i < sum.data<float>().size(); ++i) {
              sum.data<float>()[i] += both.data<float>()[sum.data<float>().size() + i];
            }
            return sum;
          }};
}

/// A matrix (rows, gates x units) of which that of each gate is transposed: the recurrent one as it
/// is, the other one keeping its shape.
OlderLayout cudnn_kernel(const Parameter& parameter, Index gates) {
  const Shape weight = parameter.type.shape;
  const Index rows = weight[0], units = weight[1] / gates;
  const bool recurrent = parameter.name == "recurrent_kernel";
  return {weight, [=](const Tensor& stored) {
            return rearranged(stored, weight, [&](const Place& at) {
              const Index gate = at[1] / units, unit = at[1] % units;
              const Index number = unit * rows + at[0];
              return recurrent ? Place{unit, gate * units + at[0]}
                               : Place{number / units, gate * units + number % units};
            });
          }};
}

}  // namespace

bool is_cudnn_bias(const LayerInstance& layer, const Parameter& parameter, const Shape& found) {
  // cuDNN's GRU resets after the product: a GRU of one bias is another function.
  if (layer.class_name() == "GRU" && parameter.type.shape.rank() == 1) return false;
  return gates_of(layer) > 0 && parameter.name == "bias" && found.rank() == 1 &&
         found != parameter.type.shape && found == cudnn_bias(parameter.type.shape).stored;
}

OlderLayout older_layout(const LayerInstance& layer, const Parameter& parameter, const Shape& found,
                         const WeightOrigin& origin) {
  const Shape weight = parameter.type.shape;
  const std::string_view kind = layer.class_name();
  if (origin.cudnn && gates_of(layer) > 0) {
    return parameter.name == "bias" ? cudnn_bias(weight) : cudnn_kernel(parameter, gates_of(layer));
  }
  const bool kernel = parameter.name == "kernel" || parameter.name == "recurrent_kernel";
  if (!kernel ||
      !is_one_of(kind, {"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "ConvLSTM2D"})) {
    return {weight, {}};
  }
  OlderLayout layout{weight, {}};
  if (origin.keras1) layout = keras1_layout(layer, weight, found);
  if (layout.stored != found && found == weight) layout = {weight, {}};
  if (!origin.theano) return layout;
  return {layout.stored, [first = layout.convert](const Tensor& stored) {
            return turned(first ? first(stored) : stored);
          }};
}

}  // namespace linnet::inline v0::detail
