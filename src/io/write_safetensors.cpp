#include <algorithm>
#include <cstring>
#include <linnet/io/atomic_file.hpp>
#include <linnet/io/checksum.hpp>
#include <linnet/io/json.hpp>
#include <linnet/io/safetensors.hpp>
#include <numeric>
#include <unordered_set>

#include "io/safetensors_format.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using namespace detail::safetensors;

namespace {

/// Where each tensor goes and what stands before the data.
struct Layout {
  std::string start;                ///< length and header, the checksum's digits still zero
  std::vector<const Tensor*> data;  ///< in file order
  std::uint64_t size = 0;           ///< of the whole file
};

std::string_view type_name(DType dtype) {
  for (const TypeName& type : kTypes) {
    if (type.dtype == dtype) return type.name;
  }
  fail(ErrorCode::dtype_mismatch, cat("expected numbers, got ", dtype));
}

template <class Range, class KeyOf>
void check_names(const Range& range, std::string_view reserved, std::string_view kind,
                 KeyOf key_of) {
  std::unordered_set<std::string_view> seen;
  for (const auto& item : range) {
    const std::string& name = key_of(item);
    if (name == reserved || !seen.insert(name).second) {
      fail(ErrorCode::invalid_argument,
           cat("safetensors: ", kind, " '", name, name == reserved ? "' is reserved" : "' twice"));
    }
  }
}

std::string entry_text(const NamedTensor& named, std::uint64_t begin) {
  const Tensor& tensor = named.tensor;
  Config entry = Config::object();
  try {
    entry["dtype"] = type_name(tensor.dtype());
  } catch (const Error& error) {
    throw error.within(cat("safetensors: tensor '", named.name, "'"));
  }
  Config& shape = entry["shape"] = Config::list();
  for (const Index size : tensor.shape()) shape.push_back(size);
  Config& offsets = entry["data_offsets"] = Config::list();
  offsets.push_back(begin);
  offsets.push_back(begin + tensor.bytes());
  return cat(",", to_json(Config(named.name)), ":", to_json(entry));
}

Layout lay_out(const SafetensorsFile& file) {
  check_names(file.metadata, kChecksum, "metadata key",
              [](const auto& pair) -> const std::string& { return pair.first; });
  check_names(file.tensors, kMetadata, "tensor",
              [](const NamedTensor& named) -> const std::string& { return named.name; });
  std::vector<std::size_t> order(file.tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return size_of(file.tensors[a].tensor.dtype()) > size_of(file.tensors[b].tensor.dtype());
  });
  Layout layout;
  std::vector<std::uint64_t> begins(order.size());
  std::uint64_t end = 0;
  for (const std::size_t i : order) {
    layout.data.push_back(&file.tensors[i].tensor);
    begins[i] = end;
    end += file.tensors[i].tensor.bytes();
  }
  std::string header = cat(kHeaderStart, kZeros, "\"");
  for (const auto& [key, value] : file.metadata) {
    header += cat(",", to_json(Config(key)), ":", to_json(Config(value)));
  }
  header += '}';
  for (std::size_t i = 0; i < begins.size(); ++i) header += entry_text(file.tensors[i], begins[i]);
  header += '}';
  header.append((kAlignment - (kLengthBytes + header.size()) % kAlignment) % kAlignment, ' ');
  if (header.size() > kLongestHeader) {
    fail(ErrorCode::invalid_argument, "safetensors: names and metadata exceed 100 MB");
  }
  const std::uint64_t length = header.size();
  layout.start.assign(reinterpret_cast<const char*>(&length), kLengthBytes);
  layout.start += header;
  layout.size = layout.start.size() + end;
  return layout;
}

/// Hands the file to `sink` piece by piece and returns the checksum's digits, which then take
/// their place at kDigitsAt.
template <class Sink>
std::string emit(const Layout& layout, Sink sink) {
  Xxh64 hash;
  const auto put = [&](Bytes bytes) {
    hash.update(bytes);
    sink(bytes);
  };
  put(std::as_bytes(std::span(layout.start)));
  for (const Tensor* t : layout.data) put({static_cast<const std::byte*>(t->raw()), t->bytes()});
  return hex(hash.digest());
}

}  // namespace

void write_safetensors(const std::string& path, const SafetensorsFile& file) {
  const Layout layout = lay_out(file);
  AtomicFile out(path);
  const std::string digits = emit(layout, [&](Bytes bytes) { out.write(bytes); });
  out.overwrite(kDigitsAt, std::as_bytes(std::span(digits)));
  out.commit();
}

std::vector<std::byte> to_safetensors(const SafetensorsFile& file) {
  const Layout layout = lay_out(file);
  std::vector<std::byte> out;
  out.reserve(layout.size);
  const std::string digits =
      emit(layout, [&](Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); });
  std::memcpy(out.data() + kDigitsAt, digits.data(), digits.size());
  return out;
}

}  // namespace linnet::inline v0
