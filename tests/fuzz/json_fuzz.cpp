// libFuzzer target: JSON. What is read must be written and read again as the same.
#include <cstdlib>
#include <linnet/io/json.hpp>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  linnet::Config config;
  try {
    config = linnet::parse_json({reinterpret_cast<const char*>(data), size});
  } catch (const linnet::Error&) {
    return 0;
  }
  const std::string text = linnet::to_json(config);
  if (linnet::to_json(linnet::parse_json(text)) != text) std::abort();
  if (!(linnet::parse_json(linnet::to_json(config, {.pretty = true})) == config)) std::abort();
  return 0;
}
