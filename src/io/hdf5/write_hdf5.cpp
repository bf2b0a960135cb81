// What is written is the simplest that HDF5 1.8 and later read: a superblock of version 2, groups
// that keep their links and attributes in their header, datasets that lie in one piece. Numbers are
// little-endian, texts of any length.
//   superblock, then depth first: data of a dataset, its header, ..., a group's header; the root
//   comes last. Whoever refers to something stands behind it, so each address is known by then.
#include "io/hdf5/write_hdf5.hpp"

#include <bit>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "io/hdf5/checksums.hpp"
#include "io/hdf5/object_header.hpp"

namespace linnet::inline v0::detail {

using hdf5::kNowhere;
using hdf5::MessageType;

static_assert(std::endian::native == std::endian::little, "elements are copied as they lie");

namespace {

constexpr std::size_t kSuperblockBytes = 48;
constexpr std::size_t kAlignment = 8;
constexpr std::size_t kMostName = 1000;
constexpr std::size_t kReferenceBytes = 16;  // of a text: its length, where it is
constexpr Index kMostElements = 3000;        // of an attribute, whose header counts in 16 bits

/// Bytes that grow at their end.
class Buffer {
 public:
  Buffer& number(std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) bytes_.push_back(std::byte(value >> 8 * i & 0xFF));
    return *this;
  }
  Buffer& raw(const void* data, std::size_t size) {
    const auto* begin = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), begin, begin + size);
    return *this;
  }
  Buffer& text(std::string_view text) { return raw(text.data(), text.size()); }
  /// Up to the next place where objects may lie.
  void pad() { bytes_.resize((bytes_.size() + kAlignment - 1) / kAlignment * kAlignment); }
  /// The checksum of all from `begin` on.
  void sum(std::size_t begin) { number(hdf5::lookup3(hdf5::Bytes(bytes_).subspan(begin)), 4); }

  std::size_t size() const { return bytes_.size(); }
  std::vector<std::byte>& bytes() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

/// The messages of an object header.
class Messages {
 public:
  /// Error (unsupported): more than the length of a message can say.
  void add(MessageType type, Buffer& data) {
    if (data.size() > 0xffff) {
      fail(ErrorCode::unsupported,
           cat("an HDF5 message of ", std::uint64_t{data.size()}, " bytes"));
    }
    all_.number(static_cast<std::uint64_t>(type), 1).number(data.size(), 2).number(0, 1);
    all_.raw(data.bytes().data(), data.size());
  }
  /// Writes the header. Gives its address.
  std::uint64_t write(Buffer& file) {
    constexpr unsigned kSizeOf4Bytes = 2;
    const std::size_t address = file.size();
    file.text("OHDR").number(2, 1).number(kSizeOf4Bytes, 1).number(all_.size(), 4);
    file.raw(all_.bytes().data(), all_.size()).sum(address);
    return address;
  }

 private:
  Buffer all_;
};

Buffer dataspace(const Shape& shape) {
  Buffer message;
  const auto rank = static_cast<std::uint64_t>(shape.rank());
  message.number(2, 1).number(rank, 1).number(0, 1).number(rank == 0 ? 0 : 1, 1);
  for (const Index size : shape) message.number(static_cast<std::uint64_t>(size), 8);
  return message;
}

/// IEEE: the sign above the exponent above the mantissa, whose first bit is not stored.
Buffer floating(std::size_t size, unsigned exponent_bits, unsigned mantissa_bits, unsigned bias) {
  Buffer message;
  message.number(0x11, 1).number(0x20, 1).number(8 * size - 1, 1).number(0, 1).number(size, 4);
  message.number(0, 2).number(8 * size, 2);
  message.number(mantissa_bits, 1).number(exponent_bits, 1).number(0, 1).number(mantissa_bits, 1);
  message.number(bias, 4);
  return message;
}

Buffer integer(std::size_t size, bool is_signed) {
  Buffer message;
  message.number(0x10, 1).number(is_signed ? 8 : 0, 3).number(size, 4);
  message.number(0, 2).number(8 * size, 2);
  return message;
}

Buffer datatype(DType type) {
  switch (type) {
    case DType::float32:
      return floating(4, 8, 23, 127);
    case DType::float64:
      return floating(8, 11, 52, 1023);
    case DType::int32:
      return integer(4, true);
    case DType::int64:
      return integer(8, true);
    case DType::uint8:
    case DType::boolean:
      return integer(1, false);
    case DType::string: {
      constexpr unsigned kText = 1, kUtf8 = 1 << 8;
      Buffer message;
      message.number(0x19, 1).number(kText | kUtf8, 3).number(kReferenceBytes, 4);
      Buffer character = integer(1, false);
      message.raw(character.bytes().data(), character.size());
      return message;
    }
  }
  fail(ErrorCode::unsupported, cat("cannot be written as HDF5: ", type));
}

/// About as many as the file has of an attribute.
std::size_t bytes_for(const Tensor& value) {
  constexpr std::size_t kMessage = 256, kCollection = 4096 + 64, kText = 48;
  if (value.dtype() != DType::string) return kMessage + value.bytes();
  std::size_t bytes = kMessage + kCollection;
  for (const std::string& text : value.data<std::string>()) bytes += kText + text.size();
  return bytes;
}

/// Writes texts as a collection of the global heap: numbered from 1. Gives its address.
std::uint64_t write_texts(std::span<const std::string> texts, Buffer& file) {
  constexpr std::size_t kLeast = 4096, kPrefix = 16;
  Buffer objects;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    objects.number(i + 1, 2).number(0, 6).number(texts[i].size(), 8).text(texts[i]);
    objects.pad();
  }
  const std::size_t used = kPrefix + objects.size();
  const std::size_t size = std::max(kLeast, used + kPrefix);
  objects.number(0, 8).number(size - used, 8);  // what is free
  file.pad();
  const std::uint64_t address = file.size();
  file.text("GCOL").number(1, 4).number(size, 8);
  file.raw(objects.bytes().data(), objects.size());
  file.bytes().resize(address + size);
  return address;
}

void add_attribute(const std::string& name, const Tensor& value, Buffer& file, Messages& messages) {
  Buffer type = datatype(value.dtype()), space = dataspace(value.shape()), message;
  message.number(3, 1).number(0, 1).number(name.size() + 1, 2);
  message.number(type.size(), 2).number(space.size(), 2);
  message.number(1, 1).text(name).number(0, 1);  // UTF-8
  message.raw(type.bytes().data(), type.size()).raw(space.bytes().data(), space.size());
  if (value.dtype() == DType::string) {
    const auto texts = value.data<std::string>();
    const std::uint64_t address = texts.empty() ? 0 : write_texts(texts, file);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      message.number(texts[i].size(), 4).number(address, 8).number(i + 1, 4);
    }
  } else {
    message.raw(value.raw(), value.bytes());
  }
  messages.add(MessageType::attribute, message);
}

std::uint64_t write_dataset(const Tensor& tensor, Buffer& file) {
  if (tensor.dtype() == DType::string) {
    fail(ErrorCode::unsupported, "cannot be written as an HDF5 dataset: strings");
  }
  file.pad();
  const std::uint64_t data = tensor.bytes() > 0 ? file.size() : kNowhere;
  file.raw(tensor.raw(), tensor.bytes());
  Buffer space = dataspace(tensor.shape()), type = datatype(tensor.dtype()), fill, layout;
  constexpr unsigned kLateIfSet = 2 | 2 << 2;  // when space is taken, when it is filled
  fill.number(3, 1).number(kLateIfSet, 1);
  constexpr unsigned kContiguous = 1;
  layout.number(3, 1).number(kContiguous, 1).number(data, 8).number(tensor.bytes(), 8);
  Messages messages;
  messages.add(MessageType::dataspace, space);
  messages.add(MessageType::datatype, type);
  messages.add(MessageType::fill_value, fill);
  messages.add(MessageType::layout, layout);
  return messages.write(file);
}

/// A group by names, or a dataset.
struct Object {
  std::map<std::string, std::unique_ptr<Object>> members;
  const Tensor* tensor = nullptr;
  std::vector<const Hdf5Attribute*> attributes;
};

[[noreturn]] void refuse_path(std::string_view path, std::string_view why) {
  fail(ErrorCode::invalid_argument, cat("HDF5: '", path, "': ", why));
}

/// The object of that path, made with the groups that lead to it.
Object& made_object(Object& root, std::string_view path) {
  Object* at = &root;
  std::string_view rest = path;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    if (name.empty() || name.size() > kMostName) {
      refuse_path(path, "a name that is empty or too long");
    }
    auto& member = at->members[std::string(name)];
    if (!member) member = std::make_unique<Object>();
    at = member.get();
    if (at->tensor != nullptr) refuse_path(path, "there is another one in its place");
    if (slash == rest.npos) return *at;
    rest.remove_prefix(slash + 1);
  }
}

void insert(Object& root, const NamedTensor& dataset) {
  Object& object = made_object(root, dataset.name);
  if (!object.members.empty()) refuse_path(dataset.name, "there is a group of its name");
  object.tensor = &dataset.tensor;
}

void insert(Object& root, const Hdf5Attribute& attribute) {
  if (attribute.name.empty() || attribute.name.size() > kMostName ||
      attribute.value.shape().elements() > kMostElements) {
    refuse_path(attribute.group, "an attribute without a name, or one that is too large");
  }
  Object& object = attribute.group.empty() ? root : made_object(root, attribute.group);
  for (const Hdf5Attribute* known : object.attributes) {
    if (known->name == attribute.name) refuse_path(attribute.group, "two attributes of one name");
  }
  object.attributes.push_back(&attribute);
}

std::uint64_t write_object(const Object& object, Buffer& file) {
  if (object.tensor != nullptr) return write_dataset(*object.tensor, file);
  Messages messages;
  Buffer info, group;
  info.number(0, 2).number(kNowhere, 8).number(kNowhere, 8);  // no links kept elsewhere
  group.number(0, 2);
  messages.add(MessageType::link_info, info);
  messages.add(MessageType::group_info, group);
  for (const auto& [name, member] : object.members) {
    constexpr unsigned kUtf8 = 0x10, kLengthOf2Bytes = 1;
    Buffer link;
    link.number(1, 1).number(kUtf8 | kLengthOf2Bytes, 1).number(1, 1).number(name.size(), 2);
    link.text(name).number(write_object(*member, file), 8);
    messages.add(MessageType::link, link);
  }
  for (const Hdf5Attribute* attribute : object.attributes) {
    add_attribute(attribute->name, attribute->value, file, messages);
  }
  return messages.write(file);
}

}  // namespace

std::vector<std::byte> hdf5_bytes(const std::vector<NamedTensor>& datasets,
                                  const std::vector<Hdf5Attribute>& attributes) {
  Object root;
  std::size_t bytes = kSuperblockBytes;
  for (const NamedTensor& dataset : datasets) {
    insert(root, dataset);
    bytes += dataset.tensor.bytes() + 256;  // header, links
  }
  for (const Hdf5Attribute& attribute : attributes) {
    insert(root, attribute);
    bytes += bytes_for(attribute.value);
  }
  Buffer file;
  file.bytes().reserve(bytes);
  file.bytes().resize(kSuperblockBytes);
  const std::uint64_t address = write_object(root, file);
  Buffer superblock;
  superblock.text("\x89HDF\r\n\x1a\n").number(2, 1).number(8, 1).number(8, 1).number(0, 1);
  superblock.number(0, 8).number(kNowhere, 8).number(file.size(), 8).number(address, 8).sum(0);
  std::memcpy(file.bytes().data(), superblock.bytes().data(), kSuperblockBytes);
  return std::move(file.bytes());
}

}  // namespace linnet::inline v0::detail
