#include "keras/known_sizes.hpp"

#include <algorithm>
#include <limits>

#include "core/is_one_of.hpp"
#include "operations/arguments.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

constexpr Index kLargest = std::numeric_limits<std::int32_t>::max();
constexpr Index kMostNumbers = 65536;  ///< of a range

Config replaced(const Config& value, const std::function<const Sizes*(Index)>& sizes,
                std::vector<Index>& left) {
  if (const Index place = tensor_place(value); place >= 0) {
    if (const Sizes* known = sizes(place)) return *known;
    const auto found = std::ranges::find(left, place);
    Config tensor = Config::object();
    tensor["tensor"] = Config(static_cast<Index>(found - left.begin()));
    if (found == left.end()) left.push_back(place);
    return tensor;
  }
  if (value.is_list()) {
    Config list = Config::list();
    for (const Config& item : value.items()) list.push_back(replaced(item, sizes, left));
    return list;
  }
  if (!value.is_object() || numbers_of_array(value) != nullptr) return value;
  Config object = Config::object();
  for (const Config::Member& member : value.members()) {
    object[member.key] = replaced(member.value, sizes, left);
  }
  return object;
}

Index checked(Index size) {
  if (size >= any && size <= kLargest) return size;
  fail(ErrorCode::corrupt_file, cat("a size of ", size));
}

Index combined(std::string_view function, Index a, Index b) {
  if (a == any || b == any) return any;
  if (function == "numpy.Add") return checked(a + b);
  if (function == "numpy.Subtract") return checked(a - b);
  if (function == "numpy.Multiply") return checked(a * b);
  if (b == 0) fail(ErrorCode::corrupt_file, "a size divided by 0");
  return a / b;
}

/// By element; a number goes with each of a list.
Sizes combined(std::string_view function, const Sizes& a, const Sizes& b) {
  if (!a.is_list() && !b.is_list()) {
    return Config(combined(function, checked(a.as_integer()), checked(b.as_integer())));
  }
  const std::size_t count = (a.is_list() ? a : b).items().size();
  if (a.is_list() && b.is_list() && b.items().size() != count) {
    fail(ErrorCode::corrupt_file, cat(function, " of ", std::uint64_t{count}, " and ",
                                      std::uint64_t{b.items().size()}, " sizes"));
  }
  Sizes list = Config::list();
  for (std::size_t i = 0; i < count; ++i) {
    list.push_back(
        combined(function, a.is_list() ? a.items()[i] : a, b.is_list() ? b.items()[i] : b));
  }
  return list;
}

/// One of a list, or those of a slice.
Sizes item(const Sizes& sizes, const Config& key) {
  const auto count = static_cast<Index>(sizes.items().size());
  if (key.is_list() && key.items().size() == 1) return item(sizes, key.items().front());
  if (key.is_integer()) {
    const Index at = key.as_integer() + (key.as_integer() < 0 ? count : 0);
    if (at >= 0 && at < count) return sizes.items()[static_cast<std::size_t>(at)];
    fail(ErrorCode::corrupt_file,
         cat("size number ", key.as_integer(), " of a tensor with ", count, " axes"));
  }
  const auto bound = [&](std::string_view name, Index otherwise) {
    const Config* given = key.find(name);
    if (given == nullptr || given->is_null()) return otherwise;
    return std::clamp<Index>(given->as_integer() + (given->as_integer() < 0 ? count : 0), 0, count);
  };
  const Config* step = key.find("step");
  if (step != nullptr && !step->is_null() && *step != Config(1)) {
    fail(ErrorCode::unsupported, "sizes of a tensor in steps");
  }
  Sizes list = Config::list();
  for (Index i = bound("start", 0); i < bound("stop", count); ++i) {
    list.push_back(sizes.items()[static_cast<std::size_t>(i)]);
  }
  return list;
}

Sizes joined(const Config& parts) {
  Sizes list = Config::list();
  for (const Config& part : parts.items()) {
    if (!part.is_list()) list.push_back(part);
    if (!part.is_list()) continue;
    for (const Config& size : part.items()) list.push_back(size);
  }
  return list;
}

/// Nothing where an end is open.
std::optional<Sizes> range(const Config& arguments) {
  const auto number = [&](std::string_view key, Index otherwise) {
    const Config* given = arguments.find(key);
    return given == nullptr || given->is_null() ? otherwise : checked(given->as_integer());
  };
  const bool both = arguments.find("stop") != nullptr && !arguments.at("stop").is_null();
  const Index start = both ? number("start", 0) : 0;
  const Index stop = both ? number("stop", 0) : number("start", 0);
  const Index step = number("step", 1);
  if (stop == any) return {};
  if (step < 1) fail(ErrorCode::unsupported, cat("a range in steps of ", step));
  if ((stop - start) / step > kMostNumbers) {
    fail(ErrorCode::unsupported, cat("a range from ", start, " to ", stop));
  }
  Sizes list = Config::list();
  for (Index i = start; i < stop; i += step) list.push_back(Config(i));
  return list;
}

bool is_sizes(const Config& value) {
  return value.is_integer() || (value.is_list() && std::ranges::all_of(value.items(), is_sizes));
}

/// An array of ones, with 1 where a size is open.
Config ones(const std::vector<Config>& sizes) {
  Config array(1);
  Index count = 1;
  for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) {
    const Index known = std::max<Index>(checked(size->as_integer()), 1);
    count *= known;
    if (count > kMostNumbers) fail(ErrorCode::unsupported, cat("an array of ", count, " ones"));
    array = Config(Config::List(static_cast<std::size_t>(known), array));
  }
  return array;
}

/// tf.broadcast_to where a size is open, which Keras does not take: multiplied with ones.
void close_broadcast(FunctionCall& call) {
  const Config* shape = call.arguments.find("shape");
  if (call.function != "numpy.BroadcastTo" || shape == nullptr || !shape->is_list() ||
      !is_sizes(*shape) || all_known(*shape)) {
    return;
  }
  Config arguments = Config::object();
  arguments["x1"] = call.arguments.at("x");
  arguments["x2"] = array_of_sizes(ones(shape->items()));
  call = {"numpy.Multiply", std::move(arguments)};
}

}  // namespace

std::vector<Index> put_sizes(FunctionCall& call,
                             const std::function<const Sizes*(Index place)>& sizes) {
  std::vector<Index> left;
  call.arguments = replaced(call.arguments, sizes, left);
  close_broadcast(call);
  return left;
}

std::optional<Sizes> computed_sizes(const FunctionCall& call,
                                    const std::function<Shape(Index place)>& shape) {
  const auto at = [&](std::string_view key) -> const Config& { return call.arguments.at(key); };
  if (call.function == "core.Shape") {
    Sizes list = Config::list();
    for (const Index size : shape(tensor_place(at("x")))) list.push_back(Config(size));
    return list;
  }
  if (call.function == "numpy.Arange") return range(call.arguments);
  const Config* first = call.arguments.find("x");
  const bool of_sizes = first != nullptr && is_sizes(*first);
  if (call.function == "numpy.GetItem" && of_sizes && first->is_list()) {
    return item(*first, at("key"));
  }
  if (is_one_of(call.function, {"core.Cast", "numpy.Copy"}) && of_sizes) return *first;
  if (is_one_of(call.function, {"numpy.Stack", "numpy.Concatenate"})) {
    const Config* parts = call.arguments.find(call.function == "numpy.Stack" ? "x" : "xs");
    if (parts != nullptr && parts->is_list() && is_sizes(*parts)) return joined(*parts);
  }
  const bool arithmetic = is_one_of(
      call.function, {"numpy.Add", "numpy.Subtract", "numpy.Multiply", "numpy.FloorDivide"});
  if (!arithmetic || !is_sizes(at("x1")) || !is_sizes(at("x2"))) return {};
  return combined(call.function, at("x1"), at("x2"));
}

void count_split_from_begin(FunctionCall& call, const std::function<Shape(Index place)>& shape) {
  if (call.function != "numpy.Split") return;
  const Config* places = call.arguments.find("indices_or_sections");
  const Config* axis = call.arguments.find("axis");
  const Index tensor = tensor_place(call.arguments.at("x"));
  if (places == nullptr || !places->is_list() || !is_sizes(*places) || tensor < 0) return;
  const Shape sizes = shape(tensor);
  const Index given = axis == nullptr || !axis->is_integer() ? 0 : axis->as_integer();
  const Index at = given + (given < 0 ? sizes.rank() : 0);
  if (at < 0 || at >= sizes.rank() || sizes[static_cast<int>(at)] == any) return;
  const Index size = sizes[static_cast<int>(at)];
  Config counted = Config::list();
  for (const Config& place : places->items()) {
    const Index from = place.as_integer();
    counted.push_back(Config(std::clamp<Index>(from < 0 ? from + size : from, 0, size)));
  }
  call.arguments["indices_or_sections"] = std::move(counted);
}

bool all_known(const Sizes& sizes) {
  if (sizes.is_list()) return std::ranges::all_of(sizes.items(), all_known);
  return sizes.as_integer() != any;
}

Config array_of_sizes(const Sizes& sizes) {
  Config array = Config::object();
  array["array"] = sizes;
  array["dtype"] = Config("int32");
  return array;
}

}  // namespace linnet::inline v0::detail::keras
