// image_dataset_from_directory: folders of pictures as a data set.
#pragma once

#include <linnet/data/dataset.hpp>
#include <linnet/images/fit_image.hpp>
#include <string>
#include <utility>
#include <vector>

namespace linnet::inline v0 {

namespace detail {
struct LabelModes {
  static constexpr std::string_view kName = "label_mode";
  static constexpr std::string_view kWords[] = {"int", "categorical", "binary", "none"};
};
struct Subsets {
  static constexpr std::string_view kName = "subset";
  static constexpr std::string_view kWords[] = {"none", "training", "validation"};
};
}  // namespace detail

/// "int": int32 (batch); "categorical": one-hot float32 (batch, classes); "binary": float32
/// (batch, 1) of two classes; "none": no targets, and folders mean nothing.
using LabelMode = Choice<detail::LabelModes>;
using Subset = Choice<detail::Subsets>;

struct ImageDatasetOptions {
  /// One class number for each file, in the order of their sorted paths; empty: by folder.
  std::vector<Index> labels = {};
  LabelMode label_mode = "int";
  /// The folders that are classes, in this order; empty: all, sorted.
  std::vector<std::string> class_names = {};
  ColorMode color_mode = "rgb";
  Index batch_size = 32;
  ImageSize image_size = {256, 256};
  bool shuffle = true;     ///< anew in each epoch
  std::uint32_t seed = 0;  ///< of the order, and so of which files are for validation
  /// The fraction kept for validation, of which `subset` is or is not. The same seed parts the
  /// files in the same way, and as Keras does.
  double validation_split = 0;
  Subset subset = "none";
  Interpolation interpolation = "bilinear";
  bool follow_links = false;
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;

  bool exif_orientation = false;
  Index max_pixels = ImageOptions{}.max_pixels;
  /// Reads every file once, now, and leaves out those that cannot be read.
  bool skip_unreadable = false;
  int threads = 0;     ///< that decode; 0: as many as there are cores
  Index prefetch = 2;  ///< batches that are made ahead
};

/// A file that was left out, and why.
struct SkippedImage {
  std::string path;
  std::string reason;
};

/// Batches of pictures, float32 (batch, height, width, channels) from 0 to 255, and their labels.
struct ImageDataset : Dataset {
  std::vector<std::string> class_names;  ///< of the labels 0, 1, ...
  std::vector<std::string> file_paths;   ///< in the order without `shuffle` by epoch
  std::vector<SkippedImage> skipped;
};

/// The JPEG and PNG files (.jpg, .jpeg, .png) in `folder`, each class in a folder of its name, with
/// whatever folders are in there. Other files are ignored. Pictures are decoded and resized by
/// fit_image() on threads of their own while they are needed.
/// Error: io: no such folder; invalid_argument: no pictures, "binary" without exactly two classes,
/// "categorical" with less than two, `subset` without `validation_split` or the reverse, labels not
/// as many as files; not_found: a class that has no folder. Of a batch: what read_image() refuses.
LINNET_API ImageDataset image_dataset_from_directory(const std::string& folder,
                                                     const ImageDatasetOptions& options = {});

/// The pictures for training and those for validation: Keras's subset = "both".
///   auto [train, validation] = image_datasets_from_directory("photos", {.validation_split = 0.2});
/// Files are parted as by two calls with the same seed; those for validation stay in one order.
/// Error: as above; invalid_argument: no validation_split, or a `subset`.
LINNET_API std::pair<ImageDataset, ImageDataset> image_datasets_from_directory(
    const std::string& folder, const ImageDatasetOptions& options = {});

}  // namespace linnet::inline v0
