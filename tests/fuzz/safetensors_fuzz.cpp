// libFuzzer target: safetensors and packed strings. What is read must be written and read again as
// the same bytes.
#include <cstdlib>
#include <linnet/io/packed_strings.hpp>
#include <linnet/io/safetensors.hpp>

namespace {

void unpack(const linnet::Tensor& tensor) {
  if (tensor.dtype() != linnet::DType::uint8) return;
  try {
    const auto strings = linnet::unpack_strings(tensor);
    if (linnet::pack_strings(strings).bytes() != tensor.bytes()) std::abort();
  } catch (const linnet::Error&) {
  }
}

/// True if the file was read and its size is right.
bool try_file(std::span<const std::byte> bytes, linnet::ChecksumRule rule) {
  linnet::SafetensorsFile file;
  try {
    file = linnet::parse_safetensors(bytes, {.checksum = rule});
  } catch (const linnet::Error&) {
    return false;
  }
  std::size_t total = 0;
  for (const auto& [name, tensor] : file.tensors) {
    total += tensor.bytes();
    unpack(tensor);
  }
  if (total > bytes.size()) std::abort();
  const auto written = linnet::to_safetensors(file);
  const auto again =
      linnet::parse_safetensors(written, {.checksum = linnet::ChecksumRule::required});
  if (linnet::to_safetensors(again) != written) std::abort();
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const bool ignored = try_file(bytes, linnet::ChecksumRule::ignored);
  const bool verified = try_file(bytes, linnet::ChecksumRule::if_present);
  if (verified && !ignored) std::abort();
  return 0;
}
