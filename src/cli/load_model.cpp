#include "load_model.hpp"

#include <fstream>
#include <limits>

namespace linnet::cli {

namespace {

/// A JSON text, which has no weights: of other files, what stands first are a magic number or
/// eight bytes of a length, the highest of which are 0.
bool is_json(const std::string& path) {
  char first[8] = {};
  std::ifstream(path, std::ios::binary).read(first, sizeof first);
  return first[0] == '{' && first[7] != 0;
}

}  // namespace

LoadLimits limits_of(const Arguments& arguments) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  LoadLimits limits;
  limits.bytes = arguments.integer(kMaxBytes.name, limits.bytes, 1, kMost);
  limits.parameters = arguments.integer(kMaxParameters.name, limits.parameters, 1, kMost);
  return limits;
}

Model load_model(const std::string& path, const Loading& loading) {
  Model model = Model::load(path, {.compile = loading.compile, .limits = loading.limits});
  if (!loading.weights.empty()) {
    model.load_weights(loading.weights, {.limits = loading.limits});
  } else if (!loading.any_weights && is_json(path) && model.count_params() > 0) {
    throw UsageError(detail::cat(path, " is an architecture alone: give its --weights"));
  }
  model.configure({.threads = static_cast<int>(loading.threads)});
  return model;
}

}  // namespace linnet::cli
