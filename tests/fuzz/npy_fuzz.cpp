// libFuzzer target: .npy. What is read must be written and read again as the same bytes.
#include <cstdlib>
#include <linnet/io/npy.hpp>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  linnet::Tensor tensor;
  try {
    tensor = linnet::parse_npy(std::as_bytes(std::span(data, size)));
  } catch (const linnet::Error&) {
    return 0;
  }
  if (tensor.bytes() > 4 * size) std::abort();  // i1 becomes int32, at most
  const auto written = linnet::to_npy(tensor);
  if (linnet::to_npy(linnet::parse_npy(written)) != written) std::abort();
  return 0;
}
