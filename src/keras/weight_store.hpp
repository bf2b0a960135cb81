// WeightStore: a weight file of Keras, whatever it is made of.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/model/options.hpp>
#include <map>
#include <memory>
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
  virtual bool exists(const std::string& path) = 0;
  /// The names in a group.
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
  bool exists(const std::string& path) override { return file_.exists(path); }
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
  ShardedStore(std::string path, const Config& map, const Hdf5Limits& limits);

  const std::string& name() const override { return path_; }
  bool exists(const std::string& path) override;
  std::vector<std::string> list(const std::string& group) override;
  TensorType type(const std::string& path) override { return file_of(path).type(path); }
  Tensor read(const std::string& path) override { return file_of(path).read(path); }

 private:
  Hdf5File& file(const std::string& name);
  /// The one that has the dataset.
  Hdf5File& file_of(const std::string& path);
  void add(const std::string& group, const Config& name);

  std::string path_;
  Hdf5Limits limits_;
  std::map<std::string, std::vector<std::string>> groups_;  ///< names of files by group
  std::map<std::string, std::unique_ptr<Hdf5File>> files_;  ///< those opened
};

/// The .npz file in a `.keras` file: "layers/dense" there holds what is "layers/dense/vars" here.
class NpzStore final : public WeightStore {
 public:
  NpzStore(std::map<std::string, Tensor> arrays, std::string name)
      : arrays_(std::move(arrays)), name_(std::move(name)) {}

  const std::string& name() const override { return name_; }
  bool exists(const std::string& path) override;
  std::vector<std::string> list(const std::string& group) override;
  TensorType type(const std::string& path) override;
  Tensor read(const std::string& path) override { return array(path); }

 private:
  const Tensor& array(const std::string& path) const;

  std::map<std::string, Tensor> arrays_;
  std::string name_;
};

/// The member of a `.keras` file that holds the weights.
struct WeightsMember {
  std::string name;
  ZipData bytes;
};
/// Error: unsupported: there is none.
WeightsMember weights_member(const ZipFile& file);
std::unique_ptr<WeightStore> weights_in(WeightsMember member, const LoadLimits& limits);
/// Any weight file: `.h5`, the JSON text of a sharded one, or a `.keras` file.
std::unique_ptr<WeightStore> open_weights(const std::string& path, const LoadLimits& limits);

}  // namespace linnet::inline v0::detail
