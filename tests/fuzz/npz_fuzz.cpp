// libFuzzer target: a dictionary of arrays as numpy pickles it.
#include <cstdlib>

#include "io/npz/npz_arrays.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  try {
    std::size_t bytes = 0;
    for (const auto& [name, value] :
         linnet::detail::parse_pickled_arrays(std::as_bytes(std::span(data, size)))) {
      bytes += value.bytes();
    }
    if (bytes > 4 * size) std::abort();  // numbers of one byte become some of four
  } catch (const linnet::Error&) {
  }
  return 0;
}
