// libFuzzer target: ZIP files. All members are read, twice: with checksums and without them, since
// a changed byte seldom has the right one. What both read must be the same.
#include <cstdlib>
#include <map>
#include <string>

#include "io/zip/zip_file.hpp"

namespace {

using linnet::detail::ZipFile;
using linnet::detail::ZipLimits;

using Found = std::map<std::string, std::string>;

Found read_all(std::span<const std::byte> bytes, bool checksums) {
  Found found;
  try {
    const ZipFile zip(bytes, ZipLimits{.member_bytes = 1 << 22, .checksums = checksums});
    for (const auto& member : zip.members()) {
      try {
        const auto data = zip.read(member.name);
        if (data.bytes.size() != member.size) std::abort();
        if (!found.emplace(member.name, data.text()).second) std::abort();
      } catch (const linnet::Error& error) {
        if (*error.what() == '\0') std::abort();
      }
    }
  } catch (const linnet::Error& error) {
    if (*error.what() == '\0') std::abort();
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const Found unverified = read_all(bytes, false);
  for (const auto& [name, text] : read_all(bytes, true)) {
    const auto other = unverified.find(name);
    if (other == unverified.end() || other->second != text) std::abort();
  }
  return 0;
}
