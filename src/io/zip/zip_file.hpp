// ZipFile: the members of a ZIP file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/zip/directory.hpp"

namespace linnet::inline v0::detail {

using ZipLimits = zip::Limits;

/// Bytes and what keeps them.
struct ZipData {
  std::shared_ptr<const void> owner;  ///< null: the caller's own
  zip::Bytes bytes;

  std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

/// Reads ZIP files, trusted or not: stored and deflated members, Zip64. A name is only ever
/// compared with what is asked for; nothing is written anywhere.
///
/// Every error names the file: io, corrupt_file, not_found (no such member), unsupported,
/// out_of_range (more than the limits).
class ZipFile {
 public:
  /// Maps the file, which must not be cut short while it is read.
  explicit ZipFile(const std::string& path, const ZipLimits& limits = {});
  /// A file in memory that the caller keeps.
  explicit ZipFile(zip::Bytes bytes, const ZipLimits& limits = {}, std::string name = "zip");

  const std::string& name() const { return name_; }
  const std::vector<zip::Member>& members() const { return members_; }
  bool has(std::string_view member) const { return find(member) != nullptr; }
  /// A stored member as it lies in the file, or a deflated one unpacked. Error: corrupt_file: the
  /// checksum is wrong, or damaged.
  ZipData read(std::string_view member) const;

 private:
  const zip::Member* find(std::string_view member) const;

  std::string name_;
  ZipLimits limits_;
  std::shared_ptr<const void> pages_;
  std::vector<zip::Member> members_;
};

}  // namespace linnet::inline v0::detail
