// Assets: vocabularies, which a `.keras` file keeps beside its config.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/model/options.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "io/zip/zip_file.hpp"
#include "keras/weight_store.hpp"

namespace linnet::inline v0::detail::keras {

/// Of a file that lives longer.
class Assets {
 public:
  Assets(const ZipFile& file, const LoadLimits& limits) : file_(file), limits_(limits) {}

  /// Adds what the file keeps for a layer of that class to its config. `group`: where the layer is
  /// in the file, "/layers/string_lookup". Error: corrupt_file.
  void add_to(Config& config, std::string_view class_name, const std::string& group) const;

  /// True if names are numbered as tf.keras 2.12 and 2.13 did: see Numbering::two_each.
  bool counts_twice() const;

 private:
  std::string vocabulary_file(const std::string& group) const;
  /// Of the tokens from `first` on.
  Config idf_weights(const std::string& group, std::size_t first) const;

  const ZipFile& file_;
  LoadLimits limits_;
  mutable std::unique_ptr<WeightStore> weights_;  ///< unpacked once, by the first that asks
};

}  // namespace linnet::inline v0::detail::keras
