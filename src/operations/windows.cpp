// Functions whose windows move over pictures and sequences: pooling, convolutions, resizing.
#include <algorithm>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/pooling.hpp>
#include <linnet/ops/resize.hpp>
#include <linnet/ops/shape.hpp>

#include "operations/operations.hpp"
#include "ops/window.hpp"

namespace linnet::inline v0::detail {

namespace {

/// x (batch, spatial..., channels), of the data_format that the call names.
struct Field {
  Value x;
  bool first = false;  ///< channels_first

  std::size_t axes() const { return static_cast<std::size_t>(x.shape().rank()) - 2; }
  /// y, made of x, with its channels where x's were.
  Value result(const Value& y) const {
    const int rank = y.shape().rank();
    return first ? ops::transpose(y, moved_axis(rank, rank - 1, 1)) : y;
  }
};

Field field_of(const Arguments& in, std::string_view name) {
  const std::string_view format = in.text("data_format", "channels_last");
  Field field{in.floats(name), format == "channels_first"};
  if (!field.first && format != "channels_last") {
    fail(ErrorCode::invalid_argument, cat("data_format: '", format, "'"));
  }
  const int rank = field.x.shape().rank();
  if (rank < 3 || rank > 5) {
    fail(ErrorCode::shape_mismatch,
         cat("expected (batch, positions..., channels), got ", field.x.shape()));
  }
  if (field.first) field.x = ops::transpose(field.x, moved_axis(rank, 1, rank - 1));
  return field;
}

/// A number for each spatial axis. Error: other than one or `axes`, or not positive.
std::vector<Index> for_axes(const Arguments& in, std::string_view name, std::size_t axes,
                            std::vector<Index> otherwise) {
  std::vector<Index> all = in.has(name) ? in.integers(name) : std::move(otherwise);
  if (all.size() == 1) all.resize(axes, all[0]);
  if (all.size() != axes || std::ranges::any_of(all, [](Index n) { return n < 1 || n > 32767; })) {
    fail(ErrorCode::invalid_argument,
         cat(name, ": expected ", std::uint64_t{axes}, " numbers from 1 to 32767"));
  }
  return all;
}

/// "valid" or "same", which Keras takes in any case.
std::string padding_of(const Arguments& in) {
  std::string word(in.text("padding", "valid"));
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (word != "valid" && word != "same") {
    fail(ErrorCode::invalid_argument, cat("padding: '", word, "'"));
  }
  return word;
}

template <ops::PoolKind kKind>
Values pool(const Arguments& in) {
  const Field field = field_of(in, "inputs");
  const std::size_t axes = field.axes();
  const std::vector<Index> sizes = for_axes(in, "pool_size", axes, {});
  const std::vector<Index> strides = for_axes(in, "strides", axes, sizes), dense(axes, 1);
  ops::Window window = ops::window_over(field.x.shape(), sizes, strides, dense, padding_of(in));
  window.dilations.clear();
  const Value y = field.result(apply(ops::Pool{kKind, sizes, std::move(window)}, {field.x}));
  return {kKind == ops::PoolKind::max ? ops::cast(y, in.value("inputs").dtype()) : y};
}

/// The spatial sizes of a kernel for such a field.
std::vector<Index> sizes_of(const Field& field, const Value& kernel) {
  const Shape& shape = kernel.shape();
  if (shape.rank() != field.x.shape().rank() || !shape.known()) {
    fail(ErrorCode::shape_mismatch, cat("a kernel of shape ", shape, " for ", field.x.shape()));
  }
  return {shape.begin(), shape.end() - 2};
}

Value convolved(const Arguments& in, const Field& field, const Value& kernel, Index groups) {
  const std::size_t axes = field.axes();
  const std::vector<Index> sizes = sizes_of(field, kernel);
  const ops::Window window =
      ops::window_over(field.x.shape(), sizes, for_axes(in, "strides", axes, {1}),
                       for_axes(in, "dilation_rate", axes, {1}), padding_of(in));
  return apply(ops::Convolution{window, groups}, {field.x, kernel});
}

Values convolution(const Arguments& in) {
  const Field field = field_of(in, "inputs");
  const Value kernel = in.floats("kernel");
  sizes_of(field, kernel);
  const Index channels = field.x.shape()[-1], seen = kernel.shape()[-2];
  if (channels == any || seen < 1 || channels % seen != 0) {
    fail(ErrorCode::shape_mismatch,
         cat("a kernel of shape ", kernel.shape(), " for ", field.x.shape()));
  }
  return {field.result(convolved(in, field, kernel, channels / seen))};
}

/// Each channel by itself.
Value each_channel(const Arguments& in, const Field& field, std::string_view name) {
  const Value kernel = in.floats(name);
  sizes_of(field, kernel);
  const Index channels = field.x.shape()[-1];
  if (channels == any || channels != kernel.shape()[-2]) {
    fail(ErrorCode::shape_mismatch,
         cat("a kernel of shape ", kernel.shape(), " for ", field.x.shape()));
  }
  return convolved(in, field, ops::grouped_kernel(kernel), channels);
}

Values depthwise(const Arguments& in) {
  const Field field = field_of(in, "inputs");
  return {field.result(each_channel(in, field, "kernel"))};
}

Values separable(const Arguments& in) {
  const Field field = field_of(in, "inputs");
  const Value each = each_channel(in, field, "depthwise_kernel");
  const Value kernel = in.floats("pointwise_kernel");
  const std::vector<Index> sizes = sizes_of({each}, kernel), one(field.axes(), 1);
  const ops::Window window = ops::window_over(each.shape(), sizes, one, one, "valid");
  return {field.result(apply(ops::Convolution{window, 1}, {each, kernel}))};
}

/// Pictures of any numbers, resized.
Values resize(const Arguments& in) {
  const Field field = field_of(in, "images");
  const std::vector<Index> size = for_axes(in, "size", 2, {});
  in.find("fill_mode");  // of a padding, which is refused
  in.find("fill_value");
  const auto kind = ops::resize_kind(Interpolation::named(in.text("interpolation", "bilinear")));
  return {field.result(ops::resize(field.x, size[0], size[1], kind, in.flag("antialias")))};
}

/// 0.2989 red + 0.5870 green + 0.1140 blue, in the dtype of the pictures; gray ones as they are.
Values gray(const Arguments& in) {
  const Field field = field_of(in, "images");
  const Value given = in.value("images");
  if (field.x.shape()[-1] == 1) return {given};
  const Value weights = ops::constant(Tensor::of({3, 1}, std::vector{0.2989f, 0.5870f, 0.1140f}));
  return {ops::cast(field.result(ops::matmul(field.x, weights)), given.dtype())};
}

constexpr OperationInfo kWindowTable[] = {
    {"nn.MaxPool", "inputs", pool<ops::PoolKind::max>},
    {"nn.AveragePool", "inputs", pool<ops::PoolKind::average>},
    {"nn.Conv", "inputs kernel", convolution},
    {"nn.DepthwiseConv", "inputs kernel", depthwise},
    {"nn.SeparableConv", "inputs depthwise_kernel pointwise_kernel", separable},
    {"image.Resize", "images", resize},
    {"image.RGBToGrayscale", "images", gray},
};

}  // namespace

std::span<const OperationInfo> window_operations() { return kWindowTable; }

}  // namespace linnet::inline v0::detail
