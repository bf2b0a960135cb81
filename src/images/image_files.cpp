#include "images/image_files.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <system_error>

namespace linnet::inline v0::detail {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void give_up(const fs::path& folder, const std::error_code& error) {
  fail(ErrorCode::io, cat(folder.string(), ": cannot read the folder: ", error.message()));
}

bool is_picture(const fs::path& file) {
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(), [](char c) {
    return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

/// Of the folder that is being walked through: the folders that lead to it, links followed.
class Trail {
 public:
  /// True if `folder`, `depth` folders below the first one, is one of those that lead to it: a link
  /// made a loop. Else it is the trail's end now.
  bool closes(const fs::path& folder, std::size_t depth) {
    std::error_code ignored;
    fs::path real = fs::canonical(folder, ignored);
    folders_.resize(std::min(depth, folders_.size()));
    if (std::ranges::find(folders_, real) != folders_.end()) return true;
    folders_.push_back(std::move(real));
    return false;
  }

 private:
  std::vector<fs::path> folders_;
};

/// The pictures below a folder, ordered by folder and then by name.
std::vector<std::string> pictures_in(const fs::path& folder, bool follow_links) {
  auto options = fs::directory_options::none;
  if (follow_links) options |= fs::directory_options::follow_directory_symlink;
  std::map<std::string, std::set<std::string>> names;
  std::error_code error;
  Trail trail;
  trail.closes(folder, 0);
  for (fs::recursive_directory_iterator at(folder, options, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;  // a link to nothing is no file
    if (follow_links && at->is_directory(ignored)) {
      const auto depth = static_cast<std::size_t>(at.depth()) + 1;
      if (trail.closes(at->path(), depth)) at.disable_recursion_pending();
    }
    if (is_picture(at->path()) && at->is_regular_file(ignored)) {
      names[at->path().parent_path().string()].insert(at->path().filename().string());
    }
  }
  if (error) give_up(folder, error);
  std::vector<std::string> paths;
  for (const auto& [parent, files] : names) {
    for (const std::string& file : files) paths.push_back((fs::path(parent) / file).string());
  }
  return paths;
}

std::vector<std::string> classes_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if (at->is_directory(ignored) && !name.starts_with('.')) names.push_back(name);
  }
  if (error) give_up(folder, error);
  std::ranges::sort(names);
  return names;
}

ImageFiles by_folder(const std::string& folder, const ImageDatasetOptions& options) {
  ImageFiles files;
  files.class_names = classes_in(folder);
  for (const std::string& name : options.class_names) {
    if (std::ranges::find(files.class_names, name) != files.class_names.end()) continue;
    fail(ErrorCode::not_found, cat(folder, ": there is no folder for the class '", name, "'"));
  }
  if (!options.class_names.empty()) files.class_names = options.class_names;
  for (std::size_t label = 0; label < files.class_names.size(); ++label) {
    const auto paths =
        pictures_in(fs::path(folder) / files.class_names[label], options.follow_links);
    files.paths.insert(files.paths.end(), paths.begin(), paths.end());
    files.labels.resize(files.paths.size(), static_cast<Index>(label));
  }
  return files;
}

ImageFiles by_list(const std::string& folder, const ImageDatasetOptions& options) {
  ImageFiles files{pictures_in(folder, options.follow_links), options.labels, {}};
  if (!options.class_names.empty()) {
    fail(ErrorCode::invalid_argument,
         cat(folder,
             ": class_names choose folders; they mean nothing with labels of your own or "
             "label_mode none"));
  }
  if (options.label_mode == "none") {
    files.labels.clear();
    return files;
  }
  if (files.labels.size() != files.paths.size()) {
    fail(ErrorCode::invalid_argument,
         cat(folder, ": got ", std::uint64_t{files.labels.size()}, " labels for ",
             std::uint64_t{files.paths.size()}, " pictures"));
  }
  const std::set<Index> distinct(files.labels.begin(), files.labels.end());
  for (const Index label : distinct) files.class_names.push_back(text(label));
  if (!distinct.empty() &&
      (*distinct.begin() < 0 || *distinct.rbegin() >= static_cast<Index>(distinct.size()))) {
    fail(ErrorCode::out_of_range, cat(folder, ": labels must be 0, 1, ... without a gap, got ",
                                      *distinct.begin(), " to ", *distinct.rbegin()));
  }
  return files;
}

/// As many random bits as `most` has, drawn again until they are no more than it.
std::uint32_t drawn(std::mt19937& random, std::uint32_t most) {
  std::uint32_t mask = most;
  for (unsigned shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
  std::uint32_t value = 0;
  do {
    value = static_cast<std::uint32_t>(random()) & mask;
  } while (value > most);
  return value;
}

template <class T>
void shuffle_list(std::vector<T>& list, std::uint32_t seed) {
  std::mt19937 random(seed);
  for (std::size_t i = list.size(); i-- > 1;) {
    std::swap(list[i], list[drawn(random, static_cast<std::uint32_t>(i))]);
  }
}

}  // namespace

ImageFiles find_images(const std::string& folder, const ImageDatasetOptions& options) {
  const bool listed = !options.labels.empty() || options.label_mode == "none";
  ImageFiles files = listed ? by_list(folder, options) : by_folder(folder, options);
  if (files.paths.empty()) {
    fail(ErrorCode::invalid_argument,
         cat(folder, listed ? ": no pictures (.jpg, .jpeg, .png) found"
                            : ": no pictures (.jpg, .jpeg, .png) found in folders of classes"));
  }
  const std::size_t classes = files.class_names.size();
  const bool binary = options.label_mode == "binary" && classes != 2;
  if (binary || (options.label_mode == "categorical" && classes < 2)) {
    fail(ErrorCode::invalid_argument, cat(folder, ": label_mode ", options.label_mode, " needs ",
                                          binary ? "exactly two classes" : "two classes or more",
                                          ", found ", std::uint64_t{classes}));
  }
  return files;
}

void shuffle_like_numpy(ImageFiles& files, std::uint32_t seed) {
  shuffle_list(files.paths, seed);
  shuffle_list(files.labels, seed);
}

void keep_subset(ImageFiles& files, double fraction, Subset subset) {
  const auto count = static_cast<Index>(files.paths.size());
  const auto kept_back = static_cast<Index>(fraction * static_cast<double>(count));
  const bool training = subset == "training";
  if (kept_back == 0) {
    fail(ErrorCode::invalid_argument,
         cat("validation_split ", fraction, " of ", count, " pictures leaves none for validation"));
  }
  const auto keep = [&](auto& list) {
    if (list.empty()) return;
    const auto border = list.end() - kept_back;
    training ? list.erase(border, list.end()) : list.erase(list.begin(), border);
  };
  keep(files.paths);
  keep(files.labels);
}

}  // namespace linnet::inline v0::detail
