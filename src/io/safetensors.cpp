#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <linnet/io/checksum.hpp>
#include <linnet/io/json.hpp>
#include <linnet/io/safetensors.hpp>

#include "core/in_quotes.hpp"
#include "io/bytes.hpp"
#include "io/file.hpp"
#include "io/safetensors_format.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::in_quotes;
using detail::text_of;

using namespace detail::safetensors;

namespace {

constexpr JsonLimits kHeaderLimits{4, kLongestHeader, 4'000'000};

[[noreturn]] void corrupt(std::string message) {
  fail(ErrorCode::corrupt_file, cat("safetensors: ", message));
}

/// The hash of a whole file in which the checksum's digits stand where linnet writes them.
std::uint64_t hash_of(Bytes file) {
  Xxh64 hash;
  hash.update(file.first(kDigitsAt));
  hash.update(std::as_bytes(std::span(kZeros)));
  hash.update(file.subspan(kDigitsAt + kZeros.size()));
  return hash.digest();
}

/// Throws if the checksum that the header names is not the file's.
void verify(Bytes file, const std::string& checksum) {
  const bool in_place = text_of(file.subspan(kLengthBytes)).starts_with(kHeaderStart) &&
                        file.size() >= kDigitsAt + kZeros.size() &&
                        checksum == cat(kAlgorithm, text_of(file).substr(kDigitsAt, kZeros.size()));
  if (!in_place) {
    corrupt(
        "linnet.checksum is not as linnet writes it: the file is damaged, or was rewritten by "
        "another program");
  }
  const std::string actual = cat(kAlgorithm, hex(hash_of(file)));
  if (checksum != actual) {
    corrupt(cat("the file is damaged: expected checksum ", checksum, ", got ", actual));
  }
}

/// One tensor's line of the header.
struct Entry {
  std::string_view name;
  DType dtype = DType::float32;
  Shape shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

std::uint64_t count_of(const Config& value) {
  if (!value.is_integer() || value.as_integer() < 0) corrupt("expected integers from 0 on");
  return static_cast<std::uint64_t>(value.as_integer());
}

DType dtype_of_name(const std::string& name) {
  std::string known;
  for (const TypeName& type : kTypes) {
    if (type.name == name) return type.dtype;
    known += cat(known.empty() ? "" : ", ", type.name);
  }
  fail(ErrorCode::unsupported,
       cat("safetensors: dtype ", in_quotes(name), " is not supported; known: ", known));
}

Shape shape_of(const Config& list) {
  std::array<Index, Shape::kMaxRank> sizes{};
  const Config::List& items = list.items();
  if (items.size() > sizes.size()) {
    fail(ErrorCode::unsupported, cat("safetensors: expected at most ", Shape::kMaxRank,
                                     " axes, got ", std::uint64_t{items.size()}));
  }
  std::transform(items.begin(), items.end(), sizes.begin(),
                 [](const Config& size) { return static_cast<Index>(count_of(size)); });
  return Shape(std::span<const Index>(sizes).first(items.size()));
}

Entry read_fields(const Config& fields) {
  Entry entry;
  if (fields.members().size() != 3) corrupt("expected the keys dtype, shape and data_offsets");
  entry.dtype = dtype_of_name(fields.at("dtype").as_string());
  entry.shape = shape_of(fields.at("shape"));
  const Config::List& offsets = fields.at("data_offsets").items();
  if (offsets.size() != 2) corrupt("expected two data_offsets");
  entry.begin = count_of(offsets[0]);
  entry.end = count_of(offsets[1]);
  const auto count = static_cast<std::uint64_t>(entry.shape.elements());
  const std::uint64_t width = size_of(entry.dtype);
  if (entry.begin > entry.end || (entry.end - entry.begin) % width != 0 ||
      (entry.end - entry.begin) / width != count) {
    corrupt(cat("data_offsets ", entry.begin, " to ", entry.end, " do not hold ", count,
                " elements of ", width, " bytes"));
  }
  return entry;
}

/// Whatever is wrong with an entry, other than a type we do not have, makes the file corrupt.
Entry read_entry(const Config::Member& member) {
  try {
    Entry entry = read_fields(member.value);
    entry.name = member.key;
    return entry;
  } catch (const Error& error) {
    const auto code =
        error.code() == ErrorCode::unsupported ? error.code() : ErrorCode::corrupt_file;
    fail(code, cat("tensor ", in_quotes(member.key), ": ", error.what()));
  }
}

/// Throws unless the entries cover `size` bytes without overlap or hole.
void check_cover(const std::vector<Entry>& entries, std::uint64_t size) {
  std::vector<const Entry*> order;
  for (const Entry& entry : entries) order.push_back(&entry);
  std::sort(order.begin(), order.end(), [](const Entry* a, const Entry* b) {
    return a->begin != b->begin ? a->begin < b->begin : a->end < b->end;
  });
  std::uint64_t covered = 0;
  for (const Entry* entry : order) {
    if (entry->begin != covered) {
      corrupt(cat("tensor ", in_quotes(entry->name), ": expected its data at ", covered, ", got ",
                  entry->begin, ": ", entry->begin < covered ? "an overlap" : "a hole"));
    }
    covered = entry->end;
  }
  if (covered != size) {
    corrupt(cat("expected ", covered, " bytes of data, got ", size));
  }
}

struct Header {
  Config json;
  std::size_t end = 0;  ///< where the data begins in the file
};

Header read_header(Bytes file) {
  if (file.size() < kLengthBytes) corrupt("the file is shorter than 8 bytes");
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthBytes);
  if (length > kLongestHeader || length > file.size() - kLengthBytes) {
    corrupt(cat("the header's length is ", length, ", but the file has ",
                std::uint64_t{file.size()}, " bytes"));
  }
  Header header;
  header.end = kLengthBytes + static_cast<std::size_t>(length);
  const std::string_view text = text_of(file).substr(kLengthBytes, header.end - kLengthBytes);
  if (!text.starts_with('{')) corrupt("the header does not start with '{'");
  try {
    header.json = parse_json(text, kHeaderLimits);
  } catch (const Error& error) {
    throw error.within("safetensors: header");
  }
  return header;
}

bool looks_like_checksum(std::string_view value) {
  return value.starts_with(kAlgorithm) && value.size() == kAlgorithm.size() + kZeros.size();
}

/// The metadata without the checksum, which is verified as `rule` says.
std::vector<std::pair<std::string, std::string>> read_metadata(const Config& header, Bytes file,
                                                               ChecksumRule rule) {
  std::vector<std::pair<std::string, std::string>> metadata;
  const Config* object = header.find(kMetadata);
  if (object != nullptr && !object->is_object()) corrupt("__metadata__ is not an object");
  const Config empty = Config::object();
  for (const auto& [key, value] : (object == nullptr ? empty : *object).members()) {
    if (!value.is_string()) corrupt(cat("metadata ", in_quotes(key), ": expected a string"));
    metadata.emplace_back(key, value.as_string());
  }
  const auto at = std::find_if(metadata.begin(), metadata.end(),
                               [](const auto& entry) { return entry.first == kChecksum; });
  if (at != metadata.end()) {
    if (rule != ChecksumRule::ignored) verify(file, at->second);
    metadata.erase(at);
  } else if (rule == ChecksumRule::required) {
    corrupt("expected a linnet.checksum, got none");
  } else if (!metadata.empty() && looks_like_checksum(metadata.front().second)) {
    corrupt(cat("a checksum under the key ", in_quotes(metadata.front().first)));
  }
  return metadata;
}

/// The tensor of an entry: a view if `owner` keeps the data and it is aligned, else a copy.
Tensor make_tensor(const Entry& entry, Bytes data, const std::shared_ptr<void>& owner) {
  const std::byte* from = data.data() + entry.begin;
  const auto size = static_cast<std::size_t>(entry.end - entry.begin);
  if (entry.dtype == DType::boolean &&
      std::any_of(from, from + size, [](std::byte b) { return b > std::byte{1}; })) {
    corrupt(cat("tensor ", in_quotes(entry.name), ": expected 0 or 1 for each BOOL"));
  }
  const bool aligned = std::bit_cast<std::uintptr_t>(from) % size_of(entry.dtype) == 0;
  if (owner != nullptr && aligned && size > 0) {
    return Tensor::view(const_cast<std::byte*>(from), entry.dtype, entry.shape, owner);
  }
  Tensor tensor(entry.dtype, entry.shape);
  if (size > 0) std::memcpy(tensor.raw(), from, size);
  return tensor;
}

SafetensorsFile read(Bytes file, const std::shared_ptr<void>& owner, ChecksumRule rule) {
  const Header header = read_header(file);
  SafetensorsFile result;
  result.metadata = read_metadata(header.json, file, rule);
  std::vector<Entry> entries;
  for (const Config::Member& member : header.json.members()) {
    if (member.key != kMetadata) entries.push_back(read_entry(member));
  }
  const Bytes data = file.subspan(header.end);
  check_cover(entries, data.size());
  result.tensors.reserve(entries.size());
  for (const Entry& entry : entries) {
    result.tensors.push_back({std::string(entry.name), make_tensor(entry, data, owner)});
  }
  return result;
}

}  // namespace

const std::string* SafetensorsFile::find_metadata(std::string_view key) const {
  for (const auto& [name, value] : metadata) {
    if (name == key) return &value;
  }
  return nullptr;
}

const Tensor* SafetensorsFile::find(std::string_view name) const {
  for (const NamedTensor& named : tensors) {
    if (named.name == name) return &named.tensor;
  }
  return nullptr;
}

SafetensorsFile read_safetensors(const std::string& path, const SafetensorsOptions& options) {
  const detail::InputFile file(path);
  return detail::naming(path, [&] {
    const std::shared_ptr<void> pages = file.map();
    const Bytes bytes{static_cast<const std::byte*>(pages.get()),
                      static_cast<std::size_t>(file.size())};
    return read(bytes, options.copy ? nullptr : pages, options.checksum);
  });
}

SafetensorsFile parse_safetensors(std::span<const std::byte> bytes,
                                  const SafetensorsOptions& options) {
  return read(bytes, nullptr, options.checksum);
}

}  // namespace linnet::inline v0
