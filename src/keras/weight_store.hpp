// WeightStore: a weight file of Keras, whatever it is made of.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/model/options.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/hdf5/hdf5_file.hpp"
#include "io/zip/zip_file.hpp"

namespace linnet::inline v0::detail {

/// Datasets by path, "layers/dense/vars/0". Errors name the file.
class WeightStore {
 public:
  virtual ~WeightStore() = default;

  /// As it is called in messages.
  virtual const std::string& name() const = 0;
  /// True if the file has this group, or groups below it.
  virtual bool has_group(const std::string& path) = 0;
  /// The names of the datasets in a group that the file has.
  virtual std::vector<std::string> list(const std::string& group) = 0;
  virtual TensorType type(const std::string& path) = 0;
  virtual Tensor read(const std::string& path) = 0;
  /// The one HDF5 file that it is; null: it is something else.
  virtual Hdf5File* hdf5() { return nullptr; }
};

/// One HDF5 file.
class Hdf5Store final : public WeightStore {
 public:
  explicit Hdf5Store(Hdf5File file) : file_(std::move(file)) {}
  /// A file in memory.
  Hdf5Store(ZipData bytes, const Hdf5Limits& limits, std::string name)
      : bytes_(std::move(bytes)), file_(bytes_.bytes, limits, std::move(name)) {}

  const std::string& name() const override { return file_.name(); }
  bool has_group(const std::string& path) override { return file_.exists(path); }
  std::vector<std::string> list(const std::string& group) override { return file_.list(group); }
  TensorType type(const std::string& path) override { return file_.type(path); }
  Tensor read(const std::string& path) override { return file_.read(path); }
  Hdf5File* hdf5() override { return &file_; }

 private:
  ZipData bytes_;
  Hdf5File file_;
};

/// Weights that Keras has spread over several HDF5 files, by the JSON text that tells which
/// groups are in which of them. The files lie beside it: their names are plain names, and no other
/// file is ever opened.
class ShardedStore final : public WeightStore {
 public:
  /// Error: corrupt_file: not such a text, or the name of a file leads elsewhere.
  ShardedStore(std::string path, const Config& map, const LoadLimits& limits);

  const std::string& name() const override { return path_; }
  bool has_group(const std::string& path) override;
  std::vector<std::string> list(const std::string& group) override;
  TensorType type(const std::string& path) override { return file_of(path).type(path); }
  Tensor read(const std::string& path) override { return file_of(path).read(path); }

 private:
  Hdf5File& file(const std::string& name);
  /// The one that has the dataset.
  Hdf5File& file_of(const std::string& path);
  void add(const std::string& group, const Config& name);

  std::string path_;
  LoadLimits limits_;                                       ///< of each file
  std::map<std::string, std::vector<std::string>> groups_;  ///< names of files by group
  std::map<std::string, std::unique_ptr<Hdf5File>> files_;  ///< those opened
};

/// The .npz file in a `.keras` file: "layers/dense" there holds what is "layers/dense/vars" here.
/// A member is unpacked when something in it is asked for, and then kept.
class NpzStore final : public WeightStore {
 public:
  /// A file in memory. limits.member_bytes holds for all that is unpacked, names of arrays
  /// included. Error: corrupt_file: not a ZIP file, or two members of one name.
  NpzStore(ZipData bytes, const ZipLimits& limits, std::string name);

  const std::string& name() const override { return file_.name(); }
  bool has_group(const std::string& path) override;
  std::vector<std::string> list(const std::string& group) override;
  TensorType type(const std::string& path) override;
  Tensor read(const std::string& path) override { return array(path); }

 private:
  using Arrays = std::map<std::string, Tensor>;
  struct Group {
    const zip::Member* member;
    std::optional<Arrays> arrays;
  };

  /// Null: there is no such group.
  const Arrays* arrays(const std::string& group);
  const Tensor& array(const std::string& path);
  void spend(std::uint64_t bytes);

  ZipData bytes_;
  ZipFile file_;
  std::uint64_t left_;  ///< bytes that may still be unpacked
  std::map<std::string, Group> groups_;
};

/// The member of a `.keras` file that holds the weights.
struct WeightsMember {
  std::string name;
  ZipData bytes;
  std::uint64_t packed = 0;  ///< the bytes that it takes in the file
};
/// Error: unsupported: there is none; corrupt_file.
WeightsMember weights_member(const ZipFile& file);
/// `before`: what stands before the member's name in messages. Error: corrupt_file; unsupported;
/// out_of_range: more than the limits.
std::unique_ptr<WeightStore> weights_in(WeightsMember member, const LoadLimits& limits,
                                        std::string_view before = {});
/// Any weight file: `.h5`, the JSON text of a sharded one, or a `.keras` file. Error: io;
/// corrupt_file; unsupported; out_of_range: more than the limits.
std::unique_ptr<WeightStore> open_weights(const std::string& path, const LoadLimits& limits);

/// The dataset as float32. Error: out_of_range, with `whose` in front: it is float64, and a number
/// is more than a float32 holds.
Tensor read_float32(WeightStore& file, const std::string& dataset, std::string_view whose);

}  // namespace linnet::inline v0::detail
