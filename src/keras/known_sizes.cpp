#include "keras/known_sizes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/config_access.hpp"
#include "core/is_one_of.hpp"
#include "operations/arguments.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

constexpr Index kLargest = std::numeric_limits<std::int32_t>::max();
constexpr Index kMostNumbers = 65536;  ///< of a list

Index checked_count(Index count) {
  if (count >= 0 && count <= kMostNumbers) return count;
  fail(ErrorCode::unsupported, cat("a list of ", count, " sizes; at most ", kMostNumbers));
}

Config replaced(const Config& value, const std::function<const Sizes*(Index)>& sizes,
                PutSizes& put) {
  if (const Index place = tensor_place(value); place >= 0) {
    if (const Sizes* known = sizes(place)) {
      put.any = true;
      put.open = put.open || !all_known(*known);
      return *known;
    }
    const auto found = std::ranges::find(put.left, place);
    Config tensor = Config::object();
    tensor["tensor"] = Config(static_cast<Index>(found - put.left.begin()));
    if (found == put.left.end()) put.left.push_back(place);
    return tensor;
  }
  if (value.is_list()) {
    Config list = Config::list();
    for (const Config& item : value.items()) list.push_back(replaced(item, sizes, put));
    return list;
  }
  if (!value.is_object() || numbers_of_array(value) != nullptr) return value;
  Config object = Config::object();
  for (const Config::Member& member : value.members()) {
    object[member.key] = replaced(member.value, sizes, put);
  }
  return object;
}

Index checked(Index size) {
  if (size >= any && size <= kLargest) return size;
  fail(ErrorCode::unsupported, cat("a size of ", size));
}

bool is_open(const Config& size) { return size.is_integer() && size.as_integer() == any; }

/// Of whole numbers.
Index combined(std::string_view function, Index a, Index b) {
  if (function == "numpy.Add") return checked(a + b);
  if (function == "numpy.Subtract") return checked(a - b);
  if (function == "numpy.Multiply") return checked(a * b);
  if (function == "numpy.Minimum") return std::min(a, b);
  if (function == "numpy.Maximum") return std::max(a, b);
  if (b == 0) fail(ErrorCode::corrupt_file, "a size divided by 0");
  return a / b;
}

double combined(std::string_view function, double a, double b) {
  if (function == "numpy.Add") return a + b;
  if (function == "numpy.Subtract") return a - b;
  if (function == "numpy.Multiply") return a * b;
  if (function == "numpy.Minimum") return std::min(a, b);
  if (function == "numpy.Maximum") return std::max(a, b);
  if (function == "numpy.Power") return std::pow(a, b);
  if (function == "numpy.FloorDivide") return std::floor(a / b);
  return a / b;
}

Config combined_numbers(std::string_view function, const Config& a, const Config& b) {
  if (is_open(a) || is_open(b)) return Config(any);
  const bool whole = a.is_integer() && b.is_integer() &&
                     !is_one_of(function, {"numpy.TrueDivide", "numpy.Divide", "numpy.Power"});
  if (!whole) return Config(combined(function, a.as_number(), b.as_number()));
  return Config(combined(function, checked(a.as_integer()), checked(b.as_integer())));
}

/// By element; a number goes with each of a list.
Sizes combined(std::string_view function, const Sizes& a, const Sizes& b) {
  if (!a.is_list() && !b.is_list()) return combined_numbers(function, a, b);
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
    if (!part.is_list()) {
      list.push_back(part);
      continue;
    }
    checked_count(static_cast<Index>(list.items().size() + part.items().size()));
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
  if (start == any || stop == any || step == any) return {};
  if (step < 1) fail(ErrorCode::unsupported, cat("a range in steps of ", step));
  checked_count(std::max<Index>(stop - start, 0) / step);
  Sizes list = Config::list();
  for (Index i = start; i < stop; i += step) list.push_back(Config(i));
  return list;
}

bool is_sizes(const Config& value) {
  return value.is_number() || (value.is_list() && std::ranges::all_of(value.items(), is_sizes));
}

/// A function of one number, of each.
std::optional<Sizes> of_each(const FunctionCall& call, const Sizes& sizes) {
  if (sizes.is_list()) {
    Sizes list = Config::list();
    for (const Config& size : sizes.items()) {
      const auto result = of_each(call, size);
      if (!result) return {};
      list.push_back(*result);
    }
    return list;
  }
  if (call.function == "numpy.Copy" || is_open(sizes)) return sizes;
  const double x = sizes.as_number();
  if (call.function == "core.Cast") {
    const DType dtype = dtype_of_keras(call.arguments.at("dtype").as_string());
    if (dtype == DType::float32 || dtype == DType::float64) return Config(x);
    if (!is_one_of(name_of(dtype), {"int32", "int64"}) || !(std::abs(x) < double{kLargest})) {
      return {};
    }
    return Config(static_cast<Index>(x));
  }
  if (call.function == "numpy.Sqrt") return Config(std::sqrt(x));
  if (call.function == "math.Rsqrt") return Config(1 / std::sqrt(x));
  return {};
}

/// True for a reduction of all numbers to one.
bool is_all(const FunctionCall& call) {
  const Config* axis = call.arguments.find("axis");
  return (axis == nullptr || axis->is_null()) && !flag_at(call.arguments, "keepdims");
}

/// The product of a list of sizes.
Sizes product(const Sizes& sizes) {
  Sizes all(1);
  for (const Config& size : sizes.items()) all = combined_numbers("numpy.Multiply", all, size);
  return all;
}

std::optional<Sizes> computed(const FunctionCall& call) {
  const auto at = [&](std::string_view key) -> const Config& { return call.arguments.at(key); };
  if (call.function == "numpy.Arange") return range(call.arguments);
  const Config* first = call.arguments.find("x");
  const bool of_sizes = first != nullptr && is_sizes(*first);
  if (call.function == "numpy.GetItem" && of_sizes && first->is_list()) {
    return item(*first, at("key"));
  }
  if (call.function == "numpy.Prod" && of_sizes && first->is_list() && is_all(call)) {
    return product(*first);
  }
  if (of_sizes && call.arguments.find("x2") == nullptr) {
    if (const auto result = of_each(call, *first)) return result;
  }
  const Config* parts = call.arguments.find(call.function == "numpy.Stack" ? "x" : "xs");
  const bool lists = call.function == "numpy.Concatenate";
  if ((lists || call.function == "numpy.Stack") && parts != nullptr && parts->is_list() &&
      std::ranges::all_of(parts->items(), [&](const Config& part) {
        return is_sizes(part) && part.is_list() == lists;
      })) {
    return joined(*parts);
  }
  const bool arithmetic =
      is_one_of(call.function,
                {"numpy.Add", "numpy.Subtract", "numpy.Multiply", "numpy.Minimum", "numpy.Maximum",
                 "numpy.FloorDivide", "numpy.TrueDivide", "numpy.Divide", "numpy.Power"});
  if (!arithmetic || !is_sizes(at("x1")) || !is_sizes(at("x2"))) return {};
  return combined(call.function, at("x1"), at("x2"));
}

/// An array of ones, with 1 where a size is open.
Config ones(const std::vector<Config>& sizes) {
  Config array(1);
  Index count = 1;
  for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) {
    const Index known = std::max<Index>(checked(size->as_integer()), 1);
    count = checked_count(count * known);
    array = Config(Config::List(static_cast<std::size_t>(known), array));
  }
  return array;
}

/// tf.broadcast_to where the batch is open, which Keras does not take: multiplied with ones.
bool close_broadcast(FunctionCall& call, const Shape& x) {
  const Config* shape = call.arguments.find("shape");
  if (call.function != "numpy.BroadcastTo" || shape == nullptr || !shape->is_list() ||
      !is_sizes(*shape) || x.rank() < 1 || x[0] != any ||
      static_cast<Index>(shape->items().size()) != x.rank() ||
      std::ranges::count_if(shape->items(), is_open) != 1 || !is_open(shape->items().front())) {
    return false;
  }
  Config arguments = Config::object();
  arguments["x1"] = call.arguments.at("x");
  arguments["x2"] = array_of_sizes(ones(shape->items()));
  call = {"numpy.Multiply", std::move(arguments)};
  return true;
}

}  // namespace

PutSizes put_sizes(FunctionCall& call, const std::function<const Sizes*(Index place)>& sizes) {
  PutSizes put;
  call.arguments = replaced(call.arguments, sizes, put);
  return put;
}

void close_sizes(FunctionCall& call, const std::function<Shape(Index place)>& shape) {
  const Config* x = call.arguments.find("x");
  const Index tensor = x == nullptr ? -1 : tensor_place(*x);
  // One open size of a new shape is what the others leave.
  if (call.function == "numpy.Reshape" && tensor >= 0) return;
  if (tensor >= 0 && close_broadcast(call, shape(tensor))) return;
  fail(ErrorCode::unsupported,
       cat(call.function, " with sizes of a tensor that the model leaves open"));
}

Sizes shape_sizes(const FunctionCall& call, const std::function<Shape(Index place)>& shape) {
  const Index tensor = tensor_place(call.arguments.at("x"));
  if (tensor < 0) fail(ErrorCode::unsupported, "the shape of what is no tensor");
  Sizes list = Config::list();
  for (const Index size : shape(tensor)) list.push_back(Config(size));
  return list;
}

Sizes computed_sizes(const FunctionCall& call) {
  if (std::optional<Sizes> sizes = computed(call)) return std::move(*sizes);
  fail(ErrorCode::unsupported, cat(call.function, " of such sizes of tensors alone"));
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

void add_sizes(const Config& numbers, Index& made) {
  constexpr Index kMost = 1 << 20;
  if (numbers.is_list()) {
    for (const Config& number : numbers.items()) add_sizes(number, made);
  } else if (numbers.is_object()) {
    for (const auto& [key, value] : numbers.members()) add_sizes(value, made);
  } else if (++made > kMost) {
    fail(ErrorCode::unsupported, "too many numbers are computed of sizes of tensors");
  }
}

bool all_known(const Sizes& sizes) {
  if (sizes.is_list()) return std::ranges::all_of(sizes.items(), all_known);
  return !is_open(sizes);
}

Config array_of_sizes(const Sizes& sizes) {
  Config array = Config::object();
  array["array"] = sizes;
  const Config* first = &sizes;
  while (first->is_list() && !first->items().empty()) first = &first->items().front();
  array["dtype"] = Config(first->is_integer() || first->is_list() ? "int32" : "float32");
  return array;
}

}  // namespace linnet::inline v0::detail::keras
