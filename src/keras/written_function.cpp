#include "keras/written_function.hpp"

#include <algorithm>

#include "core/config_access.hpp"
#include "core/is_one_of.hpp"
#include "keras/written_layer.hpp"
#include "operations/operations.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

const OperationInfo& info_of(const Operation& function) {
  if (const OperationInfo* info = find_operation(function.function)) return *info;
  fail(ErrorCode::unsupported, cat("the function '", function.function, "' is not known"));
}

std::string_view bare(std::string_view name) {
  return name.substr(0, name.size() - (name.ends_with('*') ? 1 : 0));
}

Config object_of(std::string_view class_name, std::string_view key, Config value) {
  Config object = Config::object();
  object["class_name"] = Config(class_name);
  object[key] = std::move(value);
  return object;
}

Config written_array(const Config& numbers, DType dtype) {
  Config config = Config::object();
  config["value"] = numbers;
  config["dtype"] = Config(name_of(dtype));
  return object_of("__numpy__", "config", std::move(config));
}

bool is_slice(const Config& value) {
  return value.is_object() && value.find("class_name") == nullptr &&
         value.find("start") != nullptr && value.find("stop") != nullptr;
}

/// x[..., 0]: older files write no config.
bool is_ellipsis(const Config& value) {
  const std::string* kind = value.is_object() ? string_at(value, "class_name") : nullptr;
  return kind != nullptr && *kind == "__ellipsis__";
}

/// An argument with tensors and arrays as Keras writes them.
Config written(const Config& value, const std::function<Config(Index)>& tensor) {
  if (const Index place = tensor_place(value); place >= 0) return tensor(place);
  if (value.is_list()) {
    Config list = Config::list();
    for (const Config& item : value.items()) list.push_back(written(item, tensor));
    return list;
  }
  if (is_ellipsis(value)) return object_of("__ellipsis__", "config", Config::object());
  // TensorFlow's slices stand in files as what they hold.
  if (is_slice(value)) return object_of("__slice__", "config", value);
  return written_argument(value);
}

/// TensorFlow's constants are lists, which Keras takes for arguments that are no tensors.
bool is_constant(const Config& value) {
  if (value.is_list()) {
    return !value.items().empty() && std::ranges::all_of(value.items(), is_constant);
  }
  return value.is_number() || value.is_bool();
}

/// Error (unsupported): what linnet knows for models of TensorFlow, and keras.ops has not.
void refuse_foreign(const Operation& function) {
  const std::string* method = string_at(function.arguments.given, "interpolation");
  const bool area = function.function == "image.Resize" && method != nullptr && *method == "area";
  const bool foreign =
      is_one_of(function.function, {"math.AddN", "math.ClipByNorm", "math.SquaredDifference"});
  if (!area && !foreign) return;
  fail(ErrorCode::unsupported, cat("Keras 3 has no ", function.function, area ? " by area" : ""));
}

/// What a product of matrices is as an Einsum, which Keras 3 has where one of them is transposed;
/// empty for other functions.
std::string subscripts_of(const Operation& function) {
  const Config& given = function.arguments.given;
  const bool a = flag_at(given, "transpose_a"), b = flag_at(given, "transpose_b");
  if (function.function != "numpy.Matmul" || (!a && !b)) return {};
  return cat("...", a ? "ji" : "ij", ",...", b ? "kj" : "jk", "->...ik");
}

}  // namespace

Config written_argument(const Config& value) {
  const Config* array = numbers_of_array(value);
  return array == nullptr ? value : written_array(*array, dtype_of_numbers(value));
}

Config written_function(const Operation& function, const std::string& name) {
  refuse_foreign(function);
  const auto taken = words_in(info_of(function).takes);
  Config config = Config::object();
  config["name"] = Config(name);
  if (std::string subscripts = subscripts_of(function); !subscripts.empty()) {
    config["subscripts"] = Config(std::move(subscripts));
    return written_object("keras.src.ops.numpy", "Einsum", std::move(config));
  }
  for (const Config::Member& member : function.arguments.given.members()) {
    const std::string& key = member.key;
    const Config& value = member.value;
    if (std::ranges::find(taken, key, bare) != taken.end()) continue;
    config[key] = written(value, [&](Index) -> Config {
      fail(ErrorCode::unsupported, cat(function.function, ": a tensor as ", key));
    });
  }
  const std::size_t dot = function.function.find('.');
  return written_object(cat("keras.src.ops.", function.function.substr(0, dot)),
                        function.function.substr(dot + 1), std::move(config));
}

Config written_arguments(const Operation& function, const std::function<Config(Index)>& tensor) {
  Config args = Config::list();
  for (const std::string_view name : words_in(info_of(function).takes)) {
    const bool several = name.ends_with('*');
    const Config* given = function.arguments.given.find(bare(name));
    // What was not given is None: Keras asks for all of them where it infers shapes.
    const bool array = given != nullptr && !several && given->is_list() && is_constant(*given) &&
                       function.function != "numpy.GetItem";
    Config value = array              ? written_array(*given, dtype_of_numbers(*given))
                   : given != nullptr ? written(*given, tensor)
                   : several          ? Config::list()
                                      : Config();
    if (several && value.is_list()) {
      for (const Config& item : value.items()) args.push_back(item);
    } else {
      args.push_back(std::move(value));
    }
  }
  Config call = Config::object();
  call["args"] = std::move(args);
  call["kwargs"] = Config::object();
  return call;
}

}  // namespace linnet::inline v0::detail::keras
