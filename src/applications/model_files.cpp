#include "applications/model_files.hpp"

#include <cstdlib>
#include <filesystem>
#include <linnet/core/error.hpp>
#include <vector>

namespace linnet::inline v0::applications::detail {

namespace {

/// The folders that Keras and linnet keep such files in, in the order of the search.
std::vector<std::filesystem::path> folders() {
  std::vector<std::filesystem::path> folders;
  if (const char* home = std::getenv("LINNET_HOME")) {
    folders.emplace_back(home);
    folders.push_back(std::filesystem::path(home) / "models");
  }
  if (const char* home = std::getenv("KERAS_HOME")) {
    folders.push_back(std::filesystem::path(home) / "models");
  } else if (const char* user = std::getenv("HOME")) {
    folders.push_back(std::filesystem::path(user) / ".keras" / "models");
  }
  return folders;
}

}  // namespace

std::string find_model_file(std::string_view who, const std::string& file,
                            std::string_view how_to_get, std::string_view otherwise) {
  using linnet::detail::cat;
  std::string searched;
  for (const auto& folder : folders()) {
    const auto path = folder / file;
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return path.string();
    searched += cat(searched.empty() ? "" : ", ", folder.string());
  }
  if (searched.empty()) searched = "no folder: neither LINNET_HOME, KERAS_HOME nor HOME is set";
  linnet::detail::fail(
      ErrorCode::not_found,
      cat(who, ": the file ", file, " is not there; searched: ", searched,
          ". linnet never downloads: with Python, ", how_to_get,
          " writes it to ~/.keras/models; or take it from the release page of Keras's "
          "applications and set LINNET_HOME to its folder. ",
          otherwise));
}

}  // namespace linnet::inline v0::applications::detail
