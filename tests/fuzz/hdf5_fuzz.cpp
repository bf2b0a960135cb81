// libFuzzer target: HDF5 files. All that can be listed is read, twice: with checksums, and without
// them, since a changed byte seldom has the right one. What both read must be the same.
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "io/hdf5/hdf5_file.hpp"

namespace {

using linnet::detail::Hdf5File;
using linnet::detail::Hdf5Limits;

constexpr std::size_t kMostObjects = 40;
using Found = std::map<std::string, linnet::Tensor>;

template <class F>
void attempt(F&& f) {
  try {
    f();
  } catch (const linnet::Error& error) {
    if (*error.what() == '\0') std::abort();
  }
}

/// Walks groups breadth first; a group may hold itself, so the number of objects is limited.
Found read_all(std::span<const std::byte> bytes, bool checksums) {
  Found found;
  attempt([&] {
    Hdf5File file(bytes, Hdf5Limits{.dataset_bytes = 1 << 24,
                                    .attribute_bytes = 1 << 20,
                                    .steps = 200'000,
                                    .checksums = checksums});
    std::vector<std::string> paths{""};
    for (std::size_t i = 0; i < paths.size() && i < kMostObjects; ++i) {
      const std::string path = paths[i];
      attempt([&] {
        for (const std::string& name : file.attributes(path)) {
          attempt([&] { found.emplace(path + "@" + name, file.attribute(path, name)); });
        }
      });
      attempt([&] {
        if (!file.is_group(path)) {
          const linnet::TensorType type = file.type(path);
          const linnet::Tensor tensor = file.read(path);
          if (tensor.dtype() != type.dtype || tensor.shape() != type.shape) std::abort();
          found.emplace(path, tensor);
          return;
        }
        for (const std::string& name : file.list(path)) {
          if (!file.exists(path + "/" + name) && name != "." && name.find('/') == name.npos) {
            std::abort();
          }
          if (paths.size() < kMostObjects) paths.push_back(path + "/" + name);
        }
      });
    }
  });
  return found;
}

bool same(const linnet::Tensor& a, const linnet::Tensor& b) {
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  if (a.dtype() == linnet::DType::string) return a == b;
  return a.bytes() == 0 || std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const Found unverified = read_all(bytes, false);
  for (const auto& [name, tensor] : read_all(bytes, true)) {
    const auto other = unverified.find(name);
    if (other != unverified.end() && !same(other->second, tensor)) std::abort();
  }
  return 0;
}
