#include <cstdlib>
#include <filesystem>
#include <linnet/applications/application.hpp>
#include <linnet/layers.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::applications::detail {

using linnet::detail::cat;
using linnet::detail::fail;

namespace {

constexpr Index kImageNetClasses = 1000;

/// The folders that Keras and linnet keep weight files in, in the order of the search.
std::vector<std::filesystem::path> weight_folders() {
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

std::string find_weights(const std::string& network, const std::string& file) {
  std::string searched;
  for (const auto& folder : weight_folders()) {
    const auto path = folder / file;
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return path.string();
    searched += cat(searched.empty() ? "" : ", ", folder.string());
  }
  fail(ErrorCode::not_found,
       cat(network, ": the weight file ", file, " is in none of ", searched,
           ". linnet never downloads: with Python, keras.applications writes it to "
           "~/.keras/models; or take it from the release page of Keras's applications and set "
           "LINNET_HOME to its folder. weights = \"none\" starts from random weights"));
}

}  // namespace

Value image_input(const ApplicationOptions& options, Index own_size, Index smallest) {
  Shape shape = options.input_shape;
  if (shape.rank() == 0) {
    shape = options.include_top ? Shape{own_size, own_size, 3} : Shape{any, any, 3};
  }
  if (shape.rank() != 3 || shape[2] == any) {
    fail(ErrorCode::shape_mismatch,
         cat("input_shape: expected (height, width, channels), got ", shape));
  }
  for (int axis = 0; axis < 2; ++axis) {
    if (shape[axis] != any && shape[axis] < smallest) {
      fail(ErrorCode::shape_mismatch,
           cat("input_shape: height and width must be at least ", smallest, ", got ", shape));
    }
  }
  if (options.weights == "imagenet" && shape[2] != 3) {
    fail(ErrorCode::shape_mismatch,
         cat("input_shape: the imagenet weights need 3 channels, got ", shape));
  }
  return input(shape);
}

Value image_top(const Value& features, const ApplicationOptions& options) {
  if (options.include_top) {
    if (options.weights == "imagenet" && options.classes != kImageNetClasses) {
      fail(ErrorCode::invalid_argument,
           cat("classes: the imagenet weights have 1000 classes with their top, got ",
               options.classes, "; use include_top = false and a Dense layer of your own"));
    }
    const auto activation = options.classifier_activation == "none"
                                ? ActivationFunction()
                                : ActivationFunction::named(options.classifier_activation);
    return features | GlobalAveragePooling2D{.name = "avg_pool"} |
           Dense{.units = options.classes, .activation = activation, .name = "predictions"};
  }
  if (options.pooling == "avg") return features | GlobalAveragePooling2D{.name = "avg_pool"};
  if (options.pooling == "max") return features | GlobalMaxPooling2D{.name = "max_pool"};
  if (options.pooling == "none") return features;
  fail(ErrorCode::not_found,
       cat("pooling: expected one of 'avg', 'max', 'none', got '", options.pooling, "'"));
}

Model finish(const Value& input, const Value& output, const ApplicationOptions& options,
             const std::string& own_name, const WeightFile& file) {
  const std::string name = options.name.empty() ? own_name : options.name;
  if (options.weights == "none") return Model(input, output, name);
  const std::string path =
      options.weights == "imagenet"
          ? find_weights(name, options.include_top ? file.name : file.name_no_top)
          : options.weights;
  Model model(input, output, name);
  model.load_weights(path);
  return model;
}

}  // namespace linnet::inline v0::applications::detail
