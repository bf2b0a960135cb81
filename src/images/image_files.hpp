// ImageFiles: the pictures in a folder and their classes.
#pragma once

#include <linnet/images/image_dataset.hpp>

namespace linnet::inline v0::detail {

struct ImageFiles {
  std::vector<std::string> paths;
  std::vector<Index> labels;  ///< empty without targets
  std::vector<std::string> class_names;
};

/// In the order of Keras, unshuffled. Errors as image_dataset_from_directory's.
ImageFiles find_images(const std::string& folder, const ImageDatasetOptions& options);

/// Both lists in the order that numpy's RandomState(seed).shuffle gives.
void shuffle_like_numpy(ImageFiles& files, std::uint32_t seed);

/// Keeps the files of `subset`: the first, or the last floor(fraction n).
void keep_subset(ImageFiles& files, double fraction, Subset subset);

}  // namespace linnet::inline v0::detail
