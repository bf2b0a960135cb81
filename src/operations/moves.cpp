// Functions that choose, repeat and move elements along axes.
#include <algorithm>
#include <limits>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/shape.hpp>
#include <numeric>
#include <utility>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

/// x[..., ids, ...]: the axes of the ids stand where `axis` did.
Value taken_by(const Value& x, int axis, const Value& ids) {
  const int rank = x.shape().rank(), more = ids.shape().rank();
  const Shape rest = x.shape().without(axis);
  const Shape shape = rest.slice(0, axis).joined(ids.shape()).joined(rest.slice(axis, rest.rank()));
  if (!x.shape().known()) return ops::input("sizes to be known", {x.dtype(), shape});
  const Value front = ops::transpose(x, moved_axis(rank, axis, 0));
  const Value rows = ops::reshape(front, {x.shape()[axis], rest.elements()});
  const Value chosen = apply(ops::Gather{}, {rows, ids});
  if (axis == 0) return ops::reshape(chosen, shape);
  std::vector<Index> perm;  // of (ids..., rest...)
  for (Index i = 0; i < axis; ++i) perm.push_back(more + i);
  for (Index i = 0; i < more; ++i) perm.push_back(i);
  for (Index i = more + axis; i < more + rest.rank(); ++i) perm.push_back(i);
  return ops::transpose(ops::reshape(chosen, ids.shape().joined(rest)), std::move(perm));
}

}  // namespace

Value taken(const Value& x, Index along, const std::vector<Index>& ids) {
  const int axis = axis_of(along, x.shape().rank());
  if (ids.empty() && x.shape().known()) return ops::slice(x, axis, 0, 0);
  const std::vector<std::int32_t> numbers(ids.begin(), ids.end());
  const Shape count{static_cast<Index>(ids.size())};
  return taken_by(x, axis, ops::constant(Tensor::of(count, numbers)));
}

namespace {

/// Python's slice of an axis.
struct Range {
  std::optional<Index> start, stop;
  Index step = 1;
};

/// Of {"class_name": "__slice__", "config": ...}, or of its config alone.
Range range_of(const Config& given) {
  const Config* inner = given.find("config");
  const Config& config = inner != nullptr ? *inner : given;
  const auto bound = [&](std::string_view key) -> std::optional<Index> {
    const Config* value = config.find(key);
    if (value == nullptr || value->is_null()) return {};
    if (value->is_object()) fail(ErrorCode::unsupported, "a slice whose bounds are tensors");
    return value->as_integer();
  };
  const Range range{bound("start"), bound("stop"), bound("step").value_or(1)};
  if (range.step == 0) fail(ErrorCode::corrupt_file, "a slice with step 0");
  return range;
}

/// Where the range begins and ends on an axis.
std::pair<Index, Index> bounds(const Range& range, Index size) {
  const auto bounded = [&](Index at) {
    if (at < 0) at += size;
    return range.step > 0 ? std::clamp<Index>(at, 0, size) : std::clamp<Index>(at, -1, size - 1);
  };
  const Index start = range.start ? bounded(*range.start) : range.step > 0 ? 0 : size - 1;
  const Index stop = range.stop ? bounded(*range.stop) : range.step > 0 ? size : -1;
  return {start, stop};
}

/// The positions that the range takes of an axis.
std::vector<Index> positions(const Range& range, Index size) {
  few(size, "elements of which a slice takes some");
  const auto [start, stop] = bounds(range, size);
  std::vector<Index> all;
  for (Index at = start; range.step > 0 ? at < stop : at > stop;) {
    all.push_back(at);
    if (range.step > size || range.step < -size) break;
    at += range.step;
  }
  return all;
}

Value sliced(const Value& x, int axis, const Range& range) {
  const Index size = x.shape()[axis];
  if (range.step == 1 && !range.stop && range.start.value_or(0) == 0) return x;
  if (size != any && range.step != 1) return taken(x, axis, positions(range, size));
  if (size != any) {
    const auto [start, stop] = bounds(range, size);
    return ops::slice(x, axis, start, std::max<Index>(stop - start, 0));
  }
  // The size will be known when the graph is made to run; until then its type counts alone.
  return ops::input("sizes to be known", {x.dtype(), x.shape().with(axis, any)});
}

bool is_ellipsis(const Config& item) {
  const Config* kind = item.is_object() ? item.find("class_name") : nullptr;
  return kind != nullptr && kind->is_string() && kind->as_string() == "__ellipsis__";
}

bool is_new_axis(const Config& item) {
  const Config* number = item.is_object() ? item.find("newaxis") : nullptr;
  return item.is_null() || number != nullptr;
}

/// x[key]: integers, slices, None and Ellipsis.
Values get_item(const Arguments& in) {
  Value x = in.value("x");
  const Config* given = in.find("key");
  const bool several = given != nullptr && given->is_list();
  if (several) few(static_cast<Index>(given->items().size()), "indices", 2 * Shape::kMaxRank);
  const std::vector<Config> items =
      several ? given->items() : std::vector<Config>{given != nullptr ? *given : Config()};
  const auto named = std::ranges::count_if(
      items, [](const Config& item) { return !is_ellipsis(item) && !is_new_axis(item); });
  const auto refuse_many = [&] {
    fail(ErrorCode::out_of_range,
         cat(std::uint64_t(named), " indices for a tensor of shape ", in.value("x").shape()));
  };
  int axis = 0;
  for (const Config& item : items) {
    if (is_ellipsis(item)) {
      const int begin = std::exchange(axis, x.shape().rank());
      const auto behind = std::ranges::count_if(
          std::vector<Config>(items.begin() + (&item - items.data()) + 1, items.end()),
          [](const Config& other) { return !is_new_axis(other); });
      axis -= static_cast<int>(behind);
      if (axis < begin) refuse_many();
    } else if (is_new_axis(item)) {
      x = ops::expand_dims(x, axis++);
    } else if (axis >= x.shape().rank()) {
      refuse_many();
    } else if (item.is_integer()) {
      x = ops::squeeze(ops::slice(x, axis, item.as_integer(), 1), axis);
    } else if (item.is_object() && tensor_place(item) < 0 && item.find("array") == nullptr) {
      x = sliced(x, axis, range_of(item));
      ++axis;
    } else {
      fail(ErrorCode::unsupported, "an index that is a tensor or a list");
    }
  }
  return {x};
}

/// Elements [start, start + size) along each axis.
Values slice(const Arguments& in) {
  constexpr Index kMost = std::numeric_limits<Index>::max();
  Value x = in.value("inputs");
  const std::vector<Index> starts = in.integers("start_indices"), sizes = in.integers("shape");
  if (starts.size() != sizes.size()) {
    fail(ErrorCode::invalid_argument, "expected as many sizes as start_indices");
  }
  for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
    if (sizes[axis] < any) fail(ErrorCode::invalid_argument, cat("a size of ", sizes[axis]));
    const bool rest = sizes[axis] == any || sizes[axis] > kMost - std::max<Index>(starts[axis], 0);
    x = sliced(x, static_cast<int>(axis),
               {starts[axis], rest ? std::nullopt : std::optional(starts[axis] + sizes[axis])});
  }
  return {x};
}

/// By positions, of which negative ones count from the end.
Values take(const Arguments& in) {
  Value x = in.value("x");
  if (!in.has("axis")) x = ops::reshape(x, {any});
  const int axis = axis_of(in.integer("axis", 0), x.shape().rank());
  const Config& indices = in.at("indices");
  if (tensor_place(indices) >= 0) {
    const Value ids = ops::cast(in.value("indices"), DType::int32);
    const auto size = static_cast<std::int32_t>(x.shape()[axis]);
    const Value behind =
        ops::compare(ops::CompareKind::less, ids, ops::constant(Tensor(DType::int32, {})));
    const Value turned = ops::add(ids, ops::constant(Tensor::full({}, size)));
    return {taken_by(x, axis, ops::select(behind, turned, ids))};
  }
  const Tensor given = in.array("indices");
  std::vector<Index> ids(given.data<Index>().begin(), given.data<Index>().end());
  const Index size = x.shape()[axis];
  for (Index& id : ids) {
    if (id < 0 && size != any) id += size;
    if (size != any && (id < 0 || id >= size)) {
      fail(ErrorCode::out_of_range, cat("the index ", id, " of ", size, " elements"));
    }
  }
  std::vector<Index> sizes;  // of the axes in front, of the indices, and of those behind
  for (int i = 0; i < axis; ++i) sizes.push_back(ops::Reshape::axis(i));
  for (const Index count : given.shape()) sizes.push_back(count);
  for (int i = axis + 1; i < x.shape().rank(); ++i) sizes.push_back(ops::Reshape::axis(i));
  return {apply(ops::Reshape{std::move(sizes)}, {taken(x, axis, ids)})};
}

Value reversed(const Value& x, int axis) {
  return sliced(x, axis, {std::nullopt, std::nullopt, -1});
}

Values flip(const Arguments& in) {
  Value x = in.value("x");
  std::vector<Index> axes = in.integers("axis");
  for (Index axis = 0; !in.has("axis") && axis < x.shape().rank(); ++axis) axes.push_back(axis);
  for (const Index axis : axes) {
    x = reversed(x, axis_of(axis, x.shape().rank()));
  }
  return {x};
}

template <int kAxis>
Values flipped(const Arguments& in) {
  const Value x = in.value("x");
  return {reversed(x, axis_of(kAxis, x.shape().rank()))};
}

/// By quarters, from the first axis towards the second.
Values rotated(const Arguments& in) {
  const Value x = in.value("array");
  const int rank = x.shape().rank();
  const std::vector<Index> axes = in.has("axes") ? in.integers("axes") : std::vector<Index>{0, 1};
  if (axes.size() != 2) fail(ErrorCode::invalid_argument, "axes: expected two");
  const int a = axis_of(axes[0], rank), b = axis_of(axes[1], rank);
  const Index quarters = ((in.integer("k", 1) % 4) + 4) % 4;
  if (quarters == 0) return {x};
  if (quarters == 2) return {reversed(reversed(x, a), b)};
  std::vector<Index> perm(static_cast<std::size_t>(rank));
  std::iota(perm.begin(), perm.end(), 0);
  std::swap(perm[static_cast<std::size_t>(a)], perm[static_cast<std::size_t>(b)]);
  if (quarters == 1) return {ops::transpose(reversed(x, b), perm)};
  return {reversed(ops::transpose(x, perm), b)};
}

Values roll(const Arguments& in) {
  Value x = in.value("x");
  const Shape shape = x.shape();
  if (!in.has("axis")) x = ops::reshape(x, {any});
  const std::vector<Index> shifts = in.integers("shift");
  const std::vector<Index> axes = in.has("axis") ? in.integers("axis") : std::vector<Index>{0};
  if (shifts.size() != 1 && shifts.size() != axes.size()) {
    fail(ErrorCode::invalid_argument, "expected as many shifts as axes");
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const int axis = axis_of(axes[i], x.shape().rank());
    const Index size = x.shape()[axis];
    if (size == any || size == 0) continue;  // the type stays
    const Index shift = ((shifts[shifts.size() == 1 ? 0 : i] % size) + size) % size;
    x = ops::concatenate(
        {ops::slice(x, axis, size - shift, shift), ops::slice(x, axis, 0, size - shift)}, axis);
  }
  return {in.has("axis") ? x : apply(ops::Reshape{{shape.begin(), shape.end()}}, {x})};
}

Values tile(const Arguments& in) {
  Value x = in.value("x");
  std::vector<Index> repeats = in.integers("repeats");
  while (static_cast<int>(repeats.size()) < x.shape().rank()) repeats.insert(repeats.begin(), 1);
  while (static_cast<int>(repeats.size()) > x.shape().rank()) x = ops::expand_dims(x, 0);
  for (std::size_t axis = 0; axis < repeats.size(); ++axis) {
    if (repeats[axis] < 1 || repeats[axis] > 1000) {
      fail(ErrorCode::unsupported, cat("a tile of ", repeats[axis], " times"));
    }
    if (repeats[axis] == 1) continue;
    x = ops::concatenate(Values(static_cast<std::size_t>(repeats[axis]), x),
                         static_cast<Index>(axis));
  }
  return {x};
}

/// Each element that many times, one after the other.
Values repeat(const Arguments& in) {
  Value x = in.value("x");
  if (!in.has("axis")) x = ops::reshape(x, {any});
  const int axis = axis_of(in.integer("axis", 0), x.shape().rank());
  const std::vector<Index> counts = in.integers("repeats");
  if (counts.size() != 1 || counts[0] < 1) {
    fail(ErrorCode::unsupported, "repeats that differ from element to element");
  }
  const Index size = x.shape()[axis], count = few(counts[0], "repeats");
  std::vector<Index> sizes;
  Shape wide = x.shape().inserted(axis + 1, count);
  for (int i = 0; i < wide.rank(); ++i) {
    if (i != axis) sizes.push_back(ops::Reshape::axis(i));
  }
  sizes[static_cast<std::size_t>(axis)] = size == any ? any : Shape{size, count}.elements();
  return {apply(ops::Reshape{std::move(sizes)},
                {ops::broadcast_to(ops::expand_dims(x, axis + 1), wide)})};
}

/// The positions before and after an axis that a mirror or the border fills.
std::vector<Index> mirrored(Index before, Index size, Index after, std::string_view mode) {
  std::vector<Index> ids;
  few(std::max({before, size, after}), "elements of a padded axis");
  if (size == 0) fail(ErrorCode::shape_mismatch, "there is nothing to mirror");
  for (Index i = -before; i < size + after; ++i) {
    Index at = i;
    if (mode == "edge") at = std::clamp<Index>(i, 0, size - 1);
    if (mode == "reflect") at = i < 0 ? -i : i >= size ? 2 * size - 2 - i : i;
    if (mode == "symmetric") at = i < 0 ? -1 - i : i >= size ? 2 * size - 1 - i : i;
    if (at < 0 || at >= size)
      fail(ErrorCode::shape_mismatch, "more padding than there is to mirror");
    ids.push_back(at);
  }
  return ids;
}

/// Numbers before and after each axis: one for all, a pair for all, or a pair for each.
std::vector<std::pair<Index, Index>> paddings(const Config& given, int rank) {
  std::vector<std::pair<Index, Index>> all;
  const bool pairs = given.is_list() && !given.items().empty() && given.items()[0].is_list();
  const std::size_t count = pairs ? given.items().size() : 1;
  if (count != 1 && count != static_cast<std::size_t>(rank)) {
    fail(ErrorCode::invalid_argument,
         cat("pad_width: ", std::uint64_t{count}, " pairs for ", Index{rank}, " axes"));
  }
  for (int axis = 0; axis < rank; ++axis) {
    const std::size_t at = count == 1 ? 0 : static_cast<std::size_t>(axis);
    const Config* pair = pairs ? &given.items()[at] : &given;
    const bool one = !pair->is_list() || pair->items().size() == 1;
    if (!one && pair->items().size() != 2) fail(ErrorCode::invalid_argument, "pad_width");
    const Config& first = pair->is_list() ? pair->items()[0] : *pair;
    all.emplace_back(first.as_integer(), one ? first.as_integer() : pair->items()[1].as_integer());
    const auto [before, after] = all.back();
    if (before < 0 || after < 0) {
      fail(ErrorCode::invalid_argument, cat("pad_width: ", before, " and ", after));
    }
  }
  return all;
}

Values pad(const Arguments& in) {
  Value x = in.value("x");
  const auto widths = paddings(in.at("pad_width"), x.shape().rank());
  const std::string_view mode = in.text("mode", "constant");
  const double number = in.number("constant_values", 0.0);
  Value inside = filled(x, 1, DType::boolean);
  for (int axis = 0; axis < x.shape().rank(); ++axis) {
    const auto [before, after] = widths[static_cast<std::size_t>(axis)];
    if (before == 0 && after == 0) continue;
    if (mode == "constant") {
      x = ops::pad(x, axis, before, after);
      inside = ops::pad(inside, axis, before, after);
    } else if (mode != "reflect" && mode != "symmetric" && mode != "edge") {
      fail(ErrorCode::unsupported, cat("the mode '", mode, "' of padding"));
    } else if (const Index size = x.shape()[axis]; size != any) {
      x = taken(x, axis, mirrored(before, size, after, mode));
    }
  }
  if (mode != "constant" || number == 0) return {x};
  return {ops::select(inside, x, ops::constant(Tensor::full({}, number).cast(x.dtype())))};
}

constexpr OperationInfo kMovesTable[] = {
    {"numpy.GetItem", "x key", get_item},
    {"core.Slice", "inputs start_indices", slice},
    {"numpy.Take", "x indices", take},
    {"numpy.Flip", "x", flip},
    {"numpy.Fliplr", "x", flipped<1>},
    {"numpy.Flipud", "x", flipped<0>},
    {"numpy.Rot90", "array", rotated},
    {"numpy.Roll", "x", roll},
    {"numpy.Tile", "x", tile},
    {"numpy.Repeat", "x", repeat},
    {"numpy.Pad", "x constant_values", pad},
};

}  // namespace

std::span<const OperationInfo> move_operations() { return kMovesTable; }

}  // namespace linnet::inline v0::detail
