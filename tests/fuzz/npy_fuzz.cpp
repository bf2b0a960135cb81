// libFuzzer target: .npy. Numbers that are read must be written and read again as the same bytes.
#include <cstdlib>
#include <linnet/io/npy.hpp>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  linnet::Tensor tensor;
  try {
    tensor = linnet::parse_npy(std::as_bytes(std::span(data, size)));
  } catch (const linnet::Error&) {
    return 0;
  }
  const bool texts = tensor.dtype() == linnet::DType::string;
  // i1 becomes int32, at most; |S1 a string.
  if (tensor.bytes() > (texts ? sizeof(std::string) : 4) * size) std::abort();
  if (texts) return 0;
  const auto written = linnet::to_npy(tensor);
  if (linnet::to_npy(linnet::parse_npy(written)) != written) std::abort();
  return 0;
}
