#include "operations/arguments.hpp"

#include <algorithm>
#include <linnet/ops/elementwise.hpp>

#include "core/config_access.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr std::string_view kTensor = "tensor", kArray = "array", kDType = "dtype";

const Config* only(const Config& object, std::string_view key) {
  return object.is_object() && object.members().size() == 1 ? object.find(key) : nullptr;
}

/// The numbers of an argument that is no tensor.
const Config& numbers_of(const Config& argument) {
  const Config* array = numbers_of_array(argument);
  return array != nullptr ? *array : argument;
}

/// bool < uint8 < int32 < int64 < float32
int rank_of(DType dtype) {
  constexpr DType kOrder[] = {DType::boolean, DType::uint8, DType::int32, DType::int64,
                              DType::float32};
  return static_cast<int>(std::ranges::find(kOrder, dtype) - std::begin(kOrder));
}

/// The type of numbers: of a list, the widest that one of them has.
DType natural_dtype(const Config& numbers) {
  if (numbers.is_bool()) return DType::boolean;
  if (numbers.is_integer()) {
    const std::int64_t number = numbers.as_integer();
    return number == static_cast<std::int32_t>(number) ? DType::int32 : DType::int64;
  }
  if (!numbers.is_list()) return DType::float32;
  DType dtype = numbers.items().empty() ? DType::float32 : DType::boolean;
  for (const Config& item : numbers.items()) {
    const DType own = natural_dtype(item);
    if (rank_of(own) > rank_of(dtype)) dtype = own;
  }
  return dtype;
}

/// T: double, or an integer.
template <class T>
void add_numbers(const Config& numbers, const Shape& shape, int axis, std::vector<T>& all) {
  if (axis == shape.rank()) {
    const bool whole = std::is_integral_v<T> && !numbers.is_bool();
    all.push_back(whole               ? static_cast<T>(numbers.as_integer())
                  : numbers.is_bool() ? static_cast<T>(numbers.as_bool())
                                      : static_cast<T>(numbers.as_number()));
    return;
  }
  if (static_cast<Index>(numbers.items().size()) != shape[axis]) {
    fail(ErrorCode::corrupt_file, "an array whose rows have different lengths");
  }
  for (const Config& item : numbers.items()) add_numbers(item, shape, axis + 1, all);
}

Tensor array_of(const Config& numbers, DType dtype) {
  Shape shape;
  for (const Config* level = &numbers; level->is_list(); level = &level->items().front()) {
    shape = shape.joined({static_cast<Index>(level->items().size())});
    if (level->items().empty()) break;
  }
  const auto read = [&]<class T>(std::vector<T> all) {
    if (shape.rank() == 0 || shape.elements() > 0) add_numbers(numbers, shape, 0, all);
    return Tensor::of<T>(shape, all).cast(dtype);
  };
  return is_floating(dtype) ? read(std::vector<double>()) : read(std::vector<std::int64_t>());
}

Value constant_of(const Config& numbers, DType dtype) {
  return ops::constant(array_of(numbers, dtype));
}

}  // namespace

Index tensor_place(const Config& argument) {
  const Config* place = only(argument, kTensor);
  return place != nullptr && place->is_integer() ? place->as_integer() : -1;
}

const Config* numbers_of_array(const Config& argument) {
  const Config* numbers = argument.is_object() ? argument.find(kArray) : nullptr;
  const bool more = numbers != nullptr && argument.members().size() > 1;
  const bool typed = more && argument.members().size() == 2 && argument.find(kDType) != nullptr;
  return more && !typed ? nullptr : numbers;
}

DType dtype_of_numbers(const Config& argument) {
  const Config* array = numbers_of_array(argument);
  const Config* name = array != nullptr ? argument.find(kDType) : nullptr;
  if (name == nullptr) return natural_dtype(numbers_of(argument));
  const DType dtype = dtype_of_keras(name->as_string());
  if (dtype == DType::string) fail(ErrorCode::unsupported, "an array of texts");
  return dtype;
}

DType dtype_of_keras(std::string_view name) {
  if (name == "bool" || name == "boolean") return DType::boolean;
  if (name.starts_with("float") || name == "bfloat16" || name == "half") return DType::float32;
  if (name == "int8" || name == "int16" || name == "uint16") return DType::int32;
  if (name == "uint32" || name == "uint64") return DType::int64;
  return dtype_named(name);
}

const Config* Arguments::find(std::string_view name) const {
  asked_.push_back(name);
  const Config* argument = given_.find(name);
  return argument == nullptr || argument->is_null() ? nullptr : argument;
}

const Config& Arguments::at(std::string_view name) const {
  const Config* argument = find(name);
  if (argument == nullptr) fail(ErrorCode::invalid_argument, cat("it has no argument ", name));
  return *argument;
}

Value Arguments::tensor(const Config& argument, DType wanted) const {
  if (const Index place = tensor_place(argument); place >= 0) {
    if (place >= static_cast<Index>(inputs_.size())) {
      fail(ErrorCode::corrupt_file, cat("there is no input number ", place));
    }
    const Value& x = inputs_[static_cast<std::size_t>(place)];
    const DType own = x.dtype() == DType::float64 ? DType::float32 : x.dtype();
    return own == DType::string ? x : ops::cast(x, std::max(own, wanted, [](DType a, DType b) {
                                                  return rank_of(a) < rank_of(b);
                                                }));
  }
  return constant_of(numbers_of(argument), wanted);
}

Value Arguments::value(std::string_view name) const {
  const Config& argument = at(name);
  if (tensor_place(argument) >= 0) return tensor(argument, DType::boolean);
  return tensor(argument, dtype_of_numbers(argument));
}

std::pair<Value, Value> Arguments::alike(std::string_view a, std::string_view b) const {
  const Config& first = at(a);
  const Config& second = at(b);
  DType common = DType::boolean;
  for (const Config* argument : {&first, &second}) {
    const DType own = tensor_place(*argument) >= 0 ? tensor(*argument, DType::boolean).dtype()
                                                   : dtype_of_numbers(*argument);
    if (rank_of(own) > rank_of(common)) common = own;
  }
  if (common == DType::int32) {  // Python's integers beside a tensor of a narrower type
    for (const Config* argument : {&first, &second}) {
      if (tensor_place(*argument) < 0) continue;
      const DType own = tensor(*argument, DType::boolean).dtype();
      const Config& other = argument == &first ? second : first;
      if (own == DType::uint8 && !other.is_object()) common = own;
    }
  }
  return {tensor(first, common), tensor(second, common)};
}

Value Arguments::floats(std::string_view name) const { return tensor(at(name), DType::float32); }

Values Arguments::values(std::string_view name) const {
  DType common = DType::boolean;
  for (const Config& item : at(name).items()) {
    const DType own =
        tensor_place(item) >= 0 ? tensor(item, DType::boolean).dtype() : dtype_of_numbers(item);
    if (rank_of(own) > rank_of(common)) common = own;
  }
  Values all;
  for (const Config& item : at(name).items()) all.push_back(tensor(item, common));
  return all;
}

std::optional<double> Arguments::scalar(std::string_view name) const {
  const Config* argument = find(name);
  if (argument == nullptr || !argument->is_number()) return {};
  return argument->as_number();
}

Index Arguments::integer(std::string_view name, std::optional<Index> otherwise) const {
  const Config* argument = find(name);
  return argument == nullptr && otherwise ? *otherwise : at(name).as_integer();
}

double Arguments::number(std::string_view name, std::optional<double> otherwise) const {
  const Config* argument = find(name);
  return argument == nullptr && otherwise ? *otherwise : at(name).as_number();
}

bool Arguments::flag(std::string_view name) const {
  const Config* argument = find(name);
  return argument != nullptr && argument->as_bool();
}

std::string_view Arguments::text(std::string_view name, std::string_view otherwise) const {
  const Config* argument = find(name);
  return argument == nullptr ? otherwise : std::string_view(argument->as_string());
}

std::vector<Index> Arguments::integers(std::string_view name) const {
  const Config* argument = find(name);
  if (argument == nullptr) return {};
  const Config& numbers = numbers_of(*argument);
  if (!numbers.is_list()) return {numbers.as_integer()};
  std::vector<Index> all;
  for (const Config& item : numbers.items()) {
    all.push_back(item.is_null() ? any : item.as_integer());
  }
  return all;
}

std::vector<Index> Arguments::axes(std::string_view name) const {
  std::vector<Index> all = integers(name);
  if (all.empty() && has(name)) fail(ErrorCode::unsupported, cat(name, ": an empty list"));
  return all;
}

Tensor Arguments::array(std::string_view name) const {
  return array_of(numbers_of(at(name)), DType::int64);
}

DType Arguments::dtype(std::string_view name, DType otherwise) const {
  const Config* argument = find(name);
  return argument == nullptr ? otherwise : dtype_of_keras(argument->as_string());
}

void Arguments::finish() const {
  for (const Config::Member& member : given_.members()) {
    if (is_nothing(member.value) || std::ranges::find(asked_, member.key) != asked_.end()) continue;
    fail(ErrorCode::unsupported, cat("the argument '", member.key, "' is not supported"));
  }
}

}  // namespace linnet::inline v0::detail
