// Assets: vocabularies, which a `.keras` file keeps beside its config.
#pragma once

#include <linnet/core/config.hpp>
#include <string>
#include <string_view>

#include "io/hdf5/hdf5_file.hpp"
#include "io/zip/zip_file.hpp"

namespace linnet::inline v0::detail::keras {

/// The member with the weights.
inline constexpr const char* kWeightsMember = "model.weights.h5";

/// Of a file that lives longer.
class Assets {
 public:
  Assets(const ZipFile& file, const Hdf5Limits& limits) : file_(file), limits_(limits) {}

  /// Adds what the file keeps for a layer of that class to its config. `group`: where the layer is
  /// in the file, "/layers/string_lookup". Error: corrupt_file.
  void add_to(Config& config, std::string_view class_name, const std::string& group) const;

 private:
  std::string vocabulary_file(const std::string& group) const;
  /// Of the tokens from `first` on.
  Config idf_weights(const std::string& group, std::size_t first) const;

  const ZipFile& file_;
  Hdf5Limits limits_;
};

}  // namespace linnet::inline v0::detail::keras
