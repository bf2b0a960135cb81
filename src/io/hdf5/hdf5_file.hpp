// Hdf5File: groups, attributes and datasets of an HDF5 file.
#pragma once

#include <linnet/core/tensor.hpp>
#include <linnet/graph/op.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "io/hdf5/group.hpp"
#include "io/hdf5/limits.hpp"
#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail {

using Hdf5Limits = hdf5::Limits;

/// Reads HDF5 files, trusted or not: whatever a file says, each call ends, and takes no more than
/// the limits. Paths are names joined by '/'; "" and "/" are the root group. Soft and external
/// links are listed, but not followed. One thread at a time.
///
/// Every error names the file and the object: io, corrupt_file, not_found (no such object), and
/// unsupported for what HDF5 has and this reader has not.
class Hdf5File {
 public:
  /// Maps the file, which must not be cut short while it is read. Error: io, or not HDF5.
  explicit Hdf5File(const std::string& path, const Hdf5Limits& limits = {});
  /// A file in memory that the caller keeps.
  explicit Hdf5File(hdf5::Bytes bytes, const Hdf5Limits& limits = {}, std::string name = "hdf5");

  /// As it is called in messages.
  const std::string& name() const { return name_; }

  /// True if there is an object, or a link that is not followed, at `path`.
  bool exists(const std::string& path);
  bool is_group(const std::string& path);
  /// The names in a group, sorted.
  std::vector<std::string> list(const std::string& path);

  /// The names of an object's attributes.
  std::vector<std::string> attributes(const std::string& path);
  bool has_attribute(const std::string& path, const std::string& name);
  /// Numbers or strings.
  Tensor attribute(const std::string& path, const std::string& name);

  /// Dtype and shape of the tensor that read() gives.
  TensorType type(const std::string& path);
  /// The dataset at `path`.
  Tensor read(const std::string& path);

 private:
  /// Calls `f`; what it throws gets the file and the path in front.
  template <class F>
  auto at(const std::string& path, F&& f);
  /// Address of the header of the object at `path`.
  std::uint64_t find(const std::string& path);
  const hdf5::Link* find_link(std::uint64_t group, std::string_view name);
  const std::vector<hdf5::Link>& links(std::uint64_t group);
  hdf5::Messages messages(std::uint64_t address);

  std::string name_;
  std::shared_ptr<void> pages_;
  hdf5::Storage storage_;
  std::uint64_t root_ = 0;
  std::map<std::uint64_t, std::vector<hdf5::Link>> groups_;  ///< those looked into, by address
};

}  // namespace linnet::inline v0::detail
