// libFuzzer target: model and weight files of every kind, through inspect_model, Model::load and
// Model::load_weights. What loads and is small predicts and trains a step. All refusals are
// linnet::Error.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "keras/load_bytes.hpp"

namespace {

/// A file that is only in memory.
const std::string& write_file(const std::string& bytes) {
  static const int file = memfd_create("model", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  if (ftruncate(file, 0) != 0) std::abort();
  if (pwrite(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    std::abort();
  return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string& path = write_file(linnet::test::file_of(bytes));
  linnet::test::use_file(path);
  return 0;
}
