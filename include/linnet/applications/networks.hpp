// The ready-made image networks by name.
#pragma once

#include <linnet/applications/application.hpp>
#include <linnet/applications/preprocess_input.hpp>
#include <span>
#include <string_view>

namespace linnet::inline v0::applications {

namespace detail {
struct Network;
}

/// What is known of a network before it is built.
struct LINNET_API ImageNetwork {
  std::string_view name;             ///< its function's: "MobileNetV2"
  Index input_size = 224;            ///< the height and width that it was trained with
  PreprocessMode preprocess = "tf";  ///< "none": it takes 0..255, the preprocessing is within
  detail::Network (*connect)(const ApplicationOptions& options) = nullptr;

  /// What the function of that name gives, further options as they are by default.
  Model build(const ApplicationOptions& options = {}) const;
  /// The parameters that build() would make; none are made here. `weights` are not read.
  Index count_params(const ApplicationOptions& options = {}) const;
  /// The file that weights = "imagenet" looks for, as Keras names it.
  std::string weight_file(const ApplicationOptions& options = {}) const;
};

/// All of them, by name.
LINNET_API std::span<const ImageNetwork> image_networks();
/// Error: not_found, naming those that there are.
LINNET_API const ImageNetwork& image_network(std::string_view name);

}  // namespace linnet::inline v0::applications
