#include <algorithm>
#include <atomic>
#include <linnet/data/targets.hpp>
#include <linnet/images/image_dataset.hpp>
#include <numeric>
#include <optional>

#include "core/require.hpp"
#include "images/fit_image.hpp"
#include "images/image_files.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::ImageFiles;

namespace {

ImageFit fit_of(const ImageDatasetOptions& options) {
  return {options.image_size, options.interpolation, options.crop_to_aspect_ratio,
          options.pad_to_aspect_ratio};
}

void check(const std::string& folder, const ImageDatasetOptions& options, bool both = false) {
  detail::require_path("image_dataset_from_directory", folder);
  detail::require(folder, "batch_size", options.batch_size, detail::kPositive);
  detail::require(folder, "max_pixels", options.max_pixels, detail::kPositive);
  detail::require(folder, "threads", options.threads, detail::kNotNegative);
  detail::require(folder, "prefetch", options.prefetch, detail::kNotNegative);
  detail::require(folder, "validation_split", options.validation_split, detail::kZeroToBelowOne);
  detail::check_fit(folder, fit_of(options));
  if (both) {
    if (options.validation_split > 0 && options.subset == "none") return;
    fail(ErrorCode::invalid_argument,
         cat(folder, ": two data sets need a validation_split and no subset, got ",
             options.validation_split, " and '", options.subset, "'"));
  }
  if ((options.validation_split > 0) != !(options.subset == "none")) {
    fail(ErrorCode::invalid_argument, cat(folder, ": validation_split and subset go together, got ",
                                          options.validation_split, " and '", options.subset, "'"));
  }
}

/// Turns the numbers of files into their pictures.
class Loader {
 public:
  Loader(std::vector<std::string> paths, const ImageDatasetOptions& options)
      : paths_(std::move(paths)),
        read_{.color_mode = options.color_mode,
              .exif_orientation = options.exif_orientation,
              .max_pixels = options.max_pixels},
        fit_(fit_of(options)),
        channels_(options.color_mode == "rgb"    ? 3
                  : options.color_mode == "rgba" ? 4
                                                 : 1),
        threads_(options.threads > 0 ? options.threads : default_threads()) {}

  Tensor load(const Tensor& numbers) const {
    const Index count = numbers.size();
    Tensor images(DType::float32,
                  {count, fit_.image_size.height, fit_.image_size.width, channels_});
    each(count, [&](Index i) {
      const auto number = numbers.data<std::int32_t>()[static_cast<std::size_t>(i)];
      const Tensor image = read_image(paths_[static_cast<std::size_t>(number)], read_);
      detail::fit_image_into(image, fit_, images.rows(i, i + 1).data<float>().data());
    });
    return images;
  }

  /// By file, why it cannot be read.
  std::vector<std::optional<std::string>> reasons() const {
    std::vector<std::optional<std::string>> found(paths_.size());
    each(static_cast<Index>(paths_.size()), [&](Index number) {
      const auto i = static_cast<std::size_t>(number);
      try {
        read_image(paths_[i], read_);
      } catch (const Error& error) {
        found[i] = error.what();
      }
    });
    return found;
  }

 private:
  /// f(0), ..., f(count - 1); a thread takes the next number when it is done with one, since
  /// pictures differ in size.
  template <class F>
  void each(Index count, const F& f) const {
    std::atomic<Index> next{0};
    parallel_for(threads_, std::min<Index>(threads_, count), 1, [&](Index, Index) {
      for (Index i = next++; i < count; i = next++) f(i);
    });
  }

  std::vector<std::string> paths_;
  ImageOptions read_;
  ImageFit fit_;
  Index channels_;
  int threads_;
};

/// Takes the files out that cannot be read.
std::vector<SkippedImage> take_out_unreadable(ImageFiles& files,
                                              const ImageDatasetOptions& options) {
  const auto reasons = Loader(files.paths, options).reasons();
  std::vector<SkippedImage> skipped;
  ImageFiles kept{{}, {}, files.class_names};
  for (std::size_t i = 0; i < files.paths.size(); ++i) {
    if (reasons[i]) {
      skipped.push_back({files.paths[i], *reasons[i]});
      continue;
    }
    kept.paths.push_back(files.paths[i]);
    if (!files.labels.empty()) kept.labels.push_back(files.labels[i]);
  }
  files = std::move(kept);
  return skipped;
}

Columns targets_of(const ImageFiles& files, LabelMode mode) {
  if (mode == "none") return {};
  const Tensor labels =
      Tensor::of<std::int64_t>({static_cast<Index>(files.labels.size())}, files.labels);
  if (mode == "int") return labels.cast(DType::int32);
  if (mode == "binary") return labels.cast(DType::float32).reshaped({labels.size(), 1});
  return to_categorical(labels, static_cast<Index>(files.class_names.size()));
}

/// All files, in the order by which they are parted.
ImageFiles ordered_files(const std::string& folder, const ImageDatasetOptions& options) {
  ImageFiles files = detail::find_images(folder, options);
  if (options.shuffle) detail::shuffle_like_numpy(files, options.seed);
  return files;
}

ImageDataset dataset_of(const std::string& folder, ImageFiles files,
                        const ImageDatasetOptions& options) {
  if (options.validation_split > 0) {
    detail::keep_subset(files, options.validation_split, options.subset);
  }
  std::vector<SkippedImage> skipped;
  if (options.skip_unreadable) skipped = take_out_unreadable(files, options);
  if (files.paths.empty()) {
    fail(ErrorCode::invalid_argument,
         cat(folder, ": no picture can be read, the first not because of: ", skipped[0].reason));
  }

  std::vector<std::int32_t> numbers(files.paths.size());
  std::iota(numbers.begin(), numbers.end(), 0);
  Dataset rows =
      Dataset::from(Tensor::of<std::int32_t>({static_cast<Index>(numbers.size())}, numbers),
                    targets_of(files, options.label_mode));
  if (options.shuffle) rows = rows.shuffle(options.seed);
  const auto loader = std::make_shared<const Loader>(files.paths, options);
  Dataset batches = rows.batch(options.batch_size).fetch([loader](Batch& batch) {
    batch.x[0] = loader->load(std::get<Tensor>(batch.x[0]));
  });
  if (options.prefetch > 0) batches = batches.prefetch(options.prefetch);
  return {batches, std::move(files.class_names), std::move(files.paths), std::move(skipped)};
}

}  // namespace

ImageDataset image_dataset_from_directory(const std::string& folder,
                                          const ImageDatasetOptions& options) {
  check(folder, options);
  return dataset_of(folder, ordered_files(folder, options), options);
}

std::pair<ImageDataset, ImageDataset> image_datasets_from_directory(
    const std::string& folder, const ImageDatasetOptions& options) {
  check(folder, options, true);
  const ImageFiles files = ordered_files(folder, options);
  ImageDatasetOptions training = options, validation = options;
  training.subset = "training";
  validation.subset = "validation";
  validation.shuffle = false;  // as in Keras; the files are parted already
  return {dataset_of(folder, files, training), dataset_of(folder, files, validation)};
}

}  // namespace linnet::inline v0
