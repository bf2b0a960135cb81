#include "io/hdf5/attribute.hpp"

#include "io/hdf5/datatype.hpp"
#include "io/hdf5/dense.hpp"
#include "io/hdf5/global_heap.hpp"

namespace linnet::inline v0::detail::hdf5 {

namespace {

/// An attribute message taken apart.
struct Parts {
  std::string_view name;
  bool shared = false;  ///< its type or shape is elsewhere
  Bytes datatype;
  Bytes dataspace;
  Bytes data;
};

Parts take_apart(Storage& storage, Bytes message) {
  Cursor cursor = storage.cursor(message, "attribute");
  const int version = cursor.u8();
  if (version < 1 || version > 3) unsupported(cat("an attribute of version ", version));
  Parts parts;
  parts.shared = (cursor.u8() & 3) != 0 && version > 1;
  const std::uint16_t name_size = cursor.u16();
  const std::uint16_t type_size = cursor.u16();
  const std::uint16_t space_size = cursor.u16();
  if (version == 3) cursor.skip(1);  // the name's encoding
  const auto take = [&](std::uint64_t size) {
    const Bytes taken = cursor.take(size);
    if (version == 1) cursor.align();
    return taken;
  };
  const std::string_view name = text_of(take(name_size));
  parts.name = name.substr(0, name.find('\0'));
  if (parts.name.size() > storage.limits().name_bytes) {
    corrupt(cat("attribute: a name of more than ", storage.limits().name_bytes, " bytes"));
  }
  storage.spend(parts.name.size() / 16);
  parts.datatype = take(type_size);
  parts.dataspace = take(space_size);
  parts.data = cursor.rest();
  return parts;
}

/// Strings that lie in a global heap: each element is a length, a heap's address, a number.
Tensor variable_strings(Storage& storage, Bytes data, const Shape& shape) {
  Tensor tensor(DType::string, shape);
  Cursor cursor = storage.cursor(data, "variable-length string");
  GlobalHeaps heaps(storage);
  std::uint64_t total = 0;
  for (std::string& element : tensor.data<std::string>()) {
    storage.spend();
    const std::uint32_t size = cursor.u32();
    const std::uint64_t address = cursor.address();
    const std::uint32_t number = cursor.u32();
    if (size == 0) continue;
    const Bytes object = part(heaps.object(address, number), 0, size, "variable-length string");
    total += size;
    if (total > storage.limits().attribute_bytes) {
      corrupt(cat("strings of more than ", storage.limits().attribute_bytes, " bytes"));
    }
    const std::string_view text = text_of(object);
    element = text.substr(0, text.find('\0'));
  }
  return tensor;
}

Tensor value_of(Storage& storage, const Parts& parts) {
  if (parts.shared) unsupported("an attribute of a committed (shared) type is not supported");
  const Datatype type = read_datatype(storage, parts.datatype);
  const Shape shape = read_dataspace(storage, parts.dataspace);
  const std::uint64_t size = bytes_of(shape, type, storage.limits().attribute_bytes);
  const Bytes data = part(parts.data, 0, size, "attribute");
  if (type.type == TypeClass::variable_string) return variable_strings(storage, data, shape);
  return type.type == TypeClass::string ? fixed_strings(data, type, shape)
                                        : numbers(data, type, shape);
}

/// Calls f with each attribute until it returns true.
template <class F>
void each_attribute(Storage& storage, const Messages& messages, F&& f) {
  for (const Message& message : messages) {
    if (message.type != MessageType::attribute) continue;
    if (message.shared) unsupported("a shared attribute is not supported");
    if (f(take_apart(storage, message.data))) return;
  }
  const Message* info = find_message(messages, MessageType::attribute_info);
  if (info == nullptr) return;
  for (const Bytes& message : dense_attributes(storage, info->data)) {
    if (f(take_apart(storage, message))) return;
  }
}

}  // namespace

std::vector<std::string> attribute_names(Storage& storage, const Messages& messages) {
  std::vector<std::string> names;
  each_attribute(storage, messages, [&](const Parts& parts) {
    names.emplace_back(parts.name);
    return false;
  });
  return names;
}

std::optional<Tensor> find_attribute(Storage& storage, const Messages& messages,
                                     std::string_view name) {
  std::optional<Tensor> found;
  each_attribute(storage, messages, [&](const Parts& parts) {
    if (parts.name == name) found = value_of(storage, parts);
    return found.has_value();
  });
  return found;
}

}  // namespace linnet::inline v0::detail::hdf5
