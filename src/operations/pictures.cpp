// Functions of pictures: resized, framed, cut into patches, in gray.
#include <algorithm>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/resize.hpp>
#include <linnet/ops/shape.hpp>

#include "operations/field.hpp"
#include "operations/operations.hpp"
#include "ops/window.hpp"

namespace linnet::inline v0::detail {

namespace {

/// Pictures of any numbers, resized.
Values resize(const Arguments& in) {
  const Field field = field_of(in, in.floats("images"));
  const std::vector<Index> size = for_axes(in, "size", 2, {});
  in.find("fill_mode");  // of a padding, which is refused
  in.find("fill_value");
  const auto kind = ops::resize_kind(Interpolation::named(in.text("interpolation", "bilinear")));
  return {field.result(ops::resize(field.x, size[0], size[1], kind, in.flag("antialias")))};
}

/// 0.2989 red + 0.5870 green + 0.1140 blue, in the dtype of the pictures; gray ones as they are.
Values gray(const Arguments& in) {
  const Field field = field_of(in, in.floats("images"));
  const Value given = in.value("images");
  if (field.x.shape()[-1] == 1) return {given};
  const Value weights = ops::constant(Tensor::of({3, 1}, std::vector{0.2989f, 0.5870f, 0.1140f}));
  return {ops::cast(field.result(ops::matmul(field.x, weights)), given.dtype())};
}

/// The arguments that say how pictures are framed along one axis: two of the three are given.
struct FrameNames {
  std::string_view before, after, size;
};

constexpr FrameNames kPadding[] = {{"top_padding", "bottom_padding", "target_height"},
                                   {"left_padding", "right_padding", "target_width"}};
constexpr FrameNames kCropping[] = {{"top_cropping", "bottom_cropping", "target_height"},
                                    {"left_cropping", "right_cropping", "target_width"}};

/// A number of pixels that is given. Error: negative, or more than a picture has.
Index pixels(const Arguments& in, std::string_view name) {
  const Index count = few(in.integer(name), name);
  if (count < 0) fail(ErrorCode::invalid_argument, cat(name, ": ", count));
  return count;
}

/// What is put before and behind, or taken off. `longer`: the size that is wanted less the size
/// that is there, or the other way round.
std::pair<Index, Index> edges(const Arguments& in, const FrameNames& names, Index longer) {
  const bool given = in.has(names.before), both = given && in.has(names.after);
  const Index first = given ? pixels(in, names.before) : longer - pixels(in, names.after);
  const Index last = both ? pixels(in, names.after) : longer - first;
  for (const Index edge : {first, last}) {
    if (edge >= 0) continue;
    fail(ErrorCode::invalid_argument,
         cat(names.before, ", ", names.after, " or ", names.size, ": an edge of ", edge));
  }
  return {first, last};
}

/// Pictures, one by one or in batches, with zeros around them (`pads`) or without their edges.
Value framed(const Arguments& in, std::span<const FrameNames> axes, bool pads) {
  Value y = in.value("images");
  const int rank = y.shape().rank();
  if (rank != 3 && rank != 4) {
    fail(ErrorCode::shape_mismatch, cat("expected pictures, got ", y.shape()));
  }
  int axis = channels_first(in) ? rank - 2 : rank - 3;
  for (const FrameNames& names : axes) {
    const int given = in.has(names.before) + in.has(names.after) + in.has(names.size);
    if (given != 2) {
      fail(ErrorCode::invalid_argument,
           cat("two of ", names.before, ", ", names.after, " and ", names.size, " must be given"));
    }
    const Index size = y.shape()[axis], wanted = in.has(names.size) ? pixels(in, names.size) : 0;
    if (size == any) {  // asked again with the size known
      const Index made = in.has(names.size) ? wanted : any;
      y = ops::input("sizes to be known", {y.dtype(), y.shape().with(axis++, made)});
      continue;
    }
    const auto [before, after] = edges(in, names, pads ? wanted - size : size - wanted);
    if (!pads && before + after > size) {
      fail(ErrorCode::shape_mismatch, cat("nothing is left of ", y.shape()));
    }
    y = pads ? ops::pad(y, axis, before, after)
             : ops::slice(y, axis, before, size - before - after);
    ++axis;
  }
  return y;
}

Values padded(const Arguments& in) { return {framed(in, kPadding, true)}; }
Values cropped(const Arguments& in) { return {framed(in, kCropping, false)}; }

/// (batch, outputs..., sizes..., channels): what each window sees of x (batch, spatial...,
/// channels).
Value seen_by(const Value& x, const ops::Window& window, const std::vector<Index>& sizes) {
  const int n = static_cast<int>(sizes.size());
  Value y = x;
  std::vector<Index> shape = {x.shape()[0]};
  for (int i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const Index outputs = window.outputs(at, x.shape()[i + 1], sizes[at]);
    shape.insert(shape.end(), {outputs, sizes[at]});
    if (outputs == any) continue;
    y = ops::pad(y, i + 1, window.before[at], window.after[at]);
    std::vector<Index> ids;
    few(few(outputs, "windows") * sizes[at], "places that windows see");
    for (Index o = 0; o < outputs; ++o) {
      for (Index k = 0; k < sizes[at]; ++k) {
        ids.push_back(o * window.strides[at] + k * window.dilations[at]);
      }
    }
    y = taken(y, i + 1, ids);
  }
  shape.push_back(x.shape()[-1]);
  std::vector<Index> perm = {0};
  for (Index i = 0; i < n; ++i) perm.push_back(1 + 2 * i);
  for (Index i = 0; i < n; ++i) perm.push_back(2 + 2 * i);
  perm.push_back(1 + 2 * n);
  return ops::transpose(reshaped(y, Shape(shape)), perm);
}

Values patches(const Arguments& in) {
  const Field field = field_of(in, in.value("images"));
  // A single number is the side of a square.
  const std::size_t axes = in.integers("size").size() == 1 ? 2 : field.axes();
  const std::vector<Index> sizes = for_axes(in, "size", axes, {});
  if (axes != field.axes()) {
    fail(ErrorCode::shape_mismatch,
         cat("squares are cut out of (batch, height, width, channels), not of ", field.x.shape()));
  }
  const ops::Window window =
      ops::window_over(field.x.shape(), sizes, for_axes(in, "strides", field.axes(), sizes),
                       for_axes(in, "dilation_rate", field.axes(), {1}), padding_of(in));
  const Value seen = seen_by(field.x, window, sizes);
  const int outputs = 1 + static_cast<int>(field.axes());
  const Shape each = seen.shape().slice(outputs, seen.shape().rank());
  if (!each.known()) {
    fail(ErrorCode::shape_mismatch,
         cat("the number of channels of ", field.x.shape(), " must be known"));
  }
  const Shape shape = seen.shape().slice(0, outputs).joined({each.elements()});
  return {field.result(reshaped(seen, shape))};
}

/// The patches of (batch, channels, height, width) as columns: (batch, channels * sizes, patches).
Values unfold(const Arguments& in) {
  const Value given = in.value("x");
  if (given.shape().rank() != 4 || given.shape()[1] == any) {
    fail(ErrorCode::shape_mismatch,
         cat("expected (batch, channels, height, width), got ", given.shape()));
  }
  const Value x = ops::transpose(given, moved_axis(4, 1, 3));
  const std::vector<Index> sizes = for_axes(in, "kernel_size", 2, {}),
                           margins = for_axes(in, "padding", 2, {0}, 0);
  const ops::Window window{for_axes(in, "stride", 2, {1}), for_axes(in, "dilation", 2, {1}),
                           margins, margins};
  const Value seen = ops::transpose(seen_by(x, window, sizes), {0, 5, 3, 4, 1, 2});
  const Shape& shape = seen.shape();
  const Shape outputs = shape.slice(4, 6);
  return {ops::reshape(
      seen, {shape[0], shape.slice(1, 4).elements(), outputs.known() ? outputs.elements() : any})};
}

constexpr OperationInfo kPictureTable[] = {
    {"image.Resize", "images", resize},          {"image.RGBToGrayscale", "images", gray},
    {"image.PadImages", "images", padded},       {"image.CropImages", "images", cropped},
    {"image.ExtractPatches", "images", patches}, {"nn.Unfold", "x", unfold},
};

}  // namespace

std::span<const OperationInfo> picture_operations() { return kPictureTable; }

}  // namespace linnet::inline v0::detail
