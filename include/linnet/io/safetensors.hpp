// Safetensors files: named tensors and string metadata in one container.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linnet/core/tensor.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linnet::inline v0 {

/// A tensor and what it is called.
struct NamedTensor {
  std::string name = {};
  Tensor tensor = {};
};

/// What a safetensors file holds, in the order of its header. Names are unique.
struct LINNET_API SafetensorsFile {
  std::vector<std::pair<std::string, std::string>> metadata = {};
  std::vector<NamedTensor> tensors = {};

  /// The metadata entry of that key, or null.
  const std::string* find_metadata(std::string_view key) const;
  /// The tensor of that name, or null.
  const Tensor* find(std::string_view name) const;
};

/// What to do about the metadata entry "linnet.checksum". linnet writes it always and first:
/// "xxh64:" and 16 hexadecimal digits, the XXH64 of all bytes of the file with '0' for each of
/// these digits. Other writers know nothing of it.
enum class ChecksumRule : std::uint8_t {
  if_present,  ///< verified if it is there
  required,    ///< a file without it is refused
  ignored,     ///< not verified
};

struct SafetensorsOptions {
  ChecksumRule checksum = ChecksumRule::if_present;
  /// False: tensors are views of the mapped file, which lives as long as any of them; writing to
  /// them changes memory only, never the file. Such a file may be replaced (as linnet does) or
  /// removed meanwhile, but must not be cut short or rewritten in place: then the operating system
  /// ends the process, or values change. True: tensors own their memory.
  bool copy = false;
};

/// The tensors of the file at `path`. Types: F32 F64 I32 I64 U8 BOOL. A tensor that does not start
/// at a multiple of its element size is copied. "linnet.checksum" is not among the metadata.
/// Error: io (cannot be read), unsupported (another type, by name; more than 8 axes),
/// corrupt_file (anything in which the file departs from the format: sizes, offsets with overlaps
/// or holes, names twice, unknown keys; or from its checksum).
LINNET_API SafetensorsFile read_safetensors(const std::string& path,
                                            const SafetensorsOptions& options = {});
/// The same from memory; always copies.
LINNET_API SafetensorsFile parse_safetensors(std::span<const std::byte> bytes,
                                             const SafetensorsOptions& options = {});

/// Writes `file` to `path`, atomically. The header keeps the order of `file`; the data starts at a
/// multiple of 64 bytes and is ordered by element size, largest first, so that every tensor is
/// aligned to its elements.
/// Error: io, dtype_mismatch (a string tensor; see pack_strings), invalid_argument (a name twice or
/// reserved, text that is not UTF-8).
LINNET_API void write_safetensors(const std::string& path, const SafetensorsFile& file);
/// The same into memory.
LINNET_API std::vector<std::byte> to_safetensors(const SafetensorsFile& file);

}  // namespace linnet::inline v0
