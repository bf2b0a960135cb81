#include "keras/call_data.hpp"

#include <algorithm>

#include "core/config_access.hpp"
#include "keras/plain_config.hpp"
#include "operations/arguments.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

constexpr const char* kTensor = "tensor";

/// Older files: ["dense", 0, 0], of a call's first tensors with the other arguments behind.
bool is_reference(const Config& config) {
  if (!config.is_list()) return false;
  const auto& items = config.items();
  return (items.size() == 3 || (items.size() == 4 && items[3].is_object())) &&
         items[0].is_string() && items[1].is_integer() && items[2].is_integer();
}

/// Older files: ["_CONSTANT_VALUE", -1, 3.0], a number in the place of a tensor.
bool is_constant(const Config& config) {
  return config.items().size() >= 3 && config.items().size() <= 4 &&
         config.items()[0].is_string() && config.items()[0].as_string() == "_CONSTANT_VALUE";
}

TensorRef reference(const Config& config) {
  const auto& items = config.items();
  return {items[0].as_string(), items[1].as_integer(), items[2].as_integer()};
}

/// The members of an object by key, as Keras flattens dictionaries.
std::vector<const Config::Member*> by_key(const Config& object) {
  std::vector<const Config::Member*> members;
  for (const Config::Member& member : object.members()) members.push_back(&member);
  std::ranges::sort(members, {},
                    [](const Config::Member* m) -> const std::string& { return m->key; });
  return members;
}

class Reader {
 public:
  explicit Reader(bool old_form) : old_form_(old_form) {}

  Config read(const Config& value) {
    if (value.is_list()) return read_list(value);
    if (!value.is_object()) return value;
    if (const Config* kind = value.find("class_name"); kind != nullptr && kind->is_string()) {
      if (kind->as_string() == "__keras_tensor__") return add_new(value.at("config"));
      if (kind->as_string() == "__tuple__") return read(value.at("items"));
      if (kind->as_string() == "__numpy__" || kind->as_string() == "__tensor__") {
        Config array = Config::object();
        array["array"] = plain(value);
        const Config* config = value.find("config");
        const std::string* dtype = string_at(config != nullptr ? *config : value, "dtype");
        if (dtype != nullptr) array["dtype"] = Config(*dtype);
        return array;
      }
      return plain(value);
    }
    Config::Object members;
    for (const Config::Member* member : by_key(value)) {
      members.push_back({member->key, read(member->value)});
    }
    return Config::object(std::move(members));
  }

  CallData call;

 private:
  Config add(TensorRef ref) {
    Config tensor = Config::object();
    tensor[kTensor] = Config(static_cast<Index>(call.tensors.size()));
    call.tensors.push_back(std::move(ref));
    return tensor;
  }
  Config add_new(const Config& tensor) {
    const Config& history = tensor.at("keras_history");
    if (!is_reference(history)) fail(ErrorCode::corrupt_file, "a tensor without a keras_history");
    return add(reference(history));
  }
  Config read_list(const Config& list) {
    if (old_form_ && (is_constant(list) || is_reference(list))) {
      Config first = is_constant(list) ? list.items()[2] : add(reference(list));
      if (list.items().size() == 4) take_arguments(list.items()[3]);
      return first;
    }
    Config items = Config::list();
    for (const Config& item : list.items()) items.push_back(read(item));
    return items;
  }
  /// Those beside a tensor; of several tensors each has the same.
  void take_arguments(const Config& arguments) {
    if (!call.kwargs.is_null()) return;
    call.kwargs = Config::object();
    Config read_arguments = read(arguments);
    call.kwargs = std::move(read_arguments);
  }

  bool old_form_;
};

CallData read_call(const Config& node) {
  const bool old_form = node.is_list();
  refuse_places(node);
  Reader reader(old_form);
  reader.call.old_form = old_form;
  Config args = reader.read(old_form ? node : node.at("args"));
  if (!old_form) {
    const Config* kwargs = node.find("kwargs");
    if (kwargs != nullptr) reader.call.kwargs = reader.read(*kwargs);
  }
  if (!args.is_list()) {  // one tensor
    Config list = Config::list();
    list.push_back(std::move(args));
    args = std::move(list);
  }
  reader.call.args = std::move(args);
  if (reader.call.kwargs.is_null()) reader.call.kwargs = Config::object();
  return std::move(reader.call);
}

Config without_arrays(const Config& value, const std::string& layer,
                      std::vector<TensorRef>& tensors, std::vector<Config>& arrays) {
  if (numbers_of_array(value) != nullptr) {
    tensors.push_back({layer, 0, static_cast<Index>(arrays.size())});
    arrays.push_back(value);
    Config tensor = Config::object();
    tensor[kTensor] = Config(static_cast<Index>(tensors.size()) - 1);
    return tensor;
  }
  if (value.is_list()) {
    Config list = Config::list();
    for (const Config& item : value.items()) {
      list.push_back(without_arrays(item, layer, tensors, arrays));
    }
    return list;
  }
  if (!value.is_object()) return value;
  Config::Object members;
  for (const Config::Member& member : value.members()) {
    members.push_back({member.key, without_arrays(member.value, layer, tensors, arrays)});
  }
  return Config::object(std::move(members));
}

}  // namespace

std::vector<Config> take_arrays(CallData& call, const std::string& layer) {
  std::vector<Config> arrays;
  call.args = without_arrays(call.args, layer, call.tensors, arrays);
  call.kwargs = without_arrays(call.kwargs, layer, call.tensors, arrays);
  return arrays;
}

void refuse_places(const Config& value) {
  if (value.is_list()) {
    for (const Config& item : value.items()) refuse_places(item);
  }
  if (!value.is_object()) return;
  const auto& members = value.members();
  for (const Config::Member& member : members) {
    const bool tensor = members.size() == 1 && member.key == kTensor && !member.value.is_list();
    const bool array = &member.value == numbers_of_array(value);
    // An input of a model may have this name.
    if ((tensor || array) && !member.value.is_object()) {
      fail(ErrorCode::corrupt_file, cat("a call with {\"", member.key, "\": ", member.value.kind(),
                                        "}, which Keras has not"));
    }
    refuse_places(member.value);
  }
}

Index tensor_of(const Config& argument) {
  if (!argument.is_object() || argument.members().size() != 1) return -1;
  const Config* index = argument.find(kTensor);
  return index != nullptr && index->is_integer() ? index->as_integer() : -1;
}

std::vector<CallData> read_calls(const Config& inbound_nodes) {
  std::vector<CallData> calls;
  for (const Config& node : inbound_nodes.items()) calls.push_back(read_call(node));
  return calls;
}

std::vector<TensorRef> read_references(const Config& config) {
  Reader reader(true);
  reader.read(config);
  return std::move(reader.call.tensors);
}

}  // namespace linnet::inline v0::detail::keras
