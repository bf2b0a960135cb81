#include "applications/network.hpp"

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "applications/model_files.hpp"
#include "model/state.hpp"

namespace linnet::inline v0::applications::detail {

namespace {

std::string weight_path(const Network& network, const ApplicationOptions& options,
                        const std::string& name) {
  if (options.weights == "imagenet") {
    return find_model_file(name, network.file,
                           "keras.applications' function of this network, called once,",
                           "weights = \"none\" starts from random weights");
  }
  std::error_code ignored;
  if (!std::filesystem::exists(options.weights, ignored)) {
    fail(ErrorCode::not_found,
         cat(name, ": weights: expected \"imagenet\", \"none\" or a file, got '", options.weights,
             "', and there is no such file"));
  }
  return options.weights;
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

Value pooled(const Value& features, const ApplicationOptions& options, PoolingNames names) {
  const auto named = [names](const char* name) {
    return std::string(names == PoolingNames::own ? name : "");
  };
  if (options.pooling == "avg") return features | GlobalAveragePooling2D{.name = named("avg_pool")};
  if (options.pooling == "max") return features | GlobalMaxPooling2D{.name = named("max_pool")};
  return features;
}

Value image_top(const Value& features, const ApplicationOptions& options, PoolingNames names) {
  if (!options.include_top) return pooled(features, options, names);
  const GlobalAveragePooling2D pooling{.name = names == PoolingNames::own ? "avg_pool" : ""};
  return features | pooling | predictions(options);
}

Dense predictions(const ApplicationOptions& options) {
  return {.units = options.classes, .activation = activation_of(options), .name = "predictions"};
}

ActivationFunction activation_of(const ApplicationOptions& options) {
  const ActivationFunction activation = options.classifier_activation;
  if (options.weights == "imagenet" && options.classes != kImageNetClasses) {
    fail(ErrorCode::invalid_argument,
         cat("classes: the imagenet weights have 1000 classes with their top, got ",
             options.classes, "; use include_top = false and a Dense layer of your own"));
  }
  if (options.weights != "none" && !activation.is_linear() && activation != "softmax") {
    fail(ErrorCode::invalid_argument,
         cat("classifier_activation: ready weights go with 'softmax' or 'linear', got '",
             activation.name(), "'"));
  }
  return activation;
}

std::string tf_kernels(const ApplicationOptions& options, const std::string& name) {
  return cat(name, "_weights_tf_dim_ordering_tf_kernels",
             options.include_top ? ".h5" : "_notop.h5");
}

Margins<2> correct_pad(const Value& x, Index kernel_size) {
  const Index half = kernel_size / 2;
  const auto pair = [&](int axis) {
    const Index size = x.shape()[axis];
    return Margins<2>::Pair{half - (size == any ? 1 : 1 - size % 2), half};
  };
  return {pair(1), pair(2)};
}

Index make_divisible(double v) {
  constexpr Index kDivisor = 8;
  const Index near = std::max(kDivisor, static_cast<Index>(v + 4) / kDivisor * kDivisor);
  return static_cast<double>(near) < 0.9 * v ? near + kDivisor : near;
}

Index count_params(const Network& network) {
  Index count = 0;
  std::unordered_set<const void*> seen;
  for (const auto& node : topological_order(std::span(&network.output, 1))) {
    const auto* call = node->op.as<ops::LayerCall>();
    if (call == nullptr || !seen.insert(call->layer.instance().get()).second) continue;
    for (const auto& parameter : call->layer.parameters()) {
      count += parameter->type.shape.elements();
    }
  }
  return count;
}

Model finish(const Network& network, const ApplicationOptions& options) {
  const std::string name = options.name.empty() ? network.name : options.name;
  if (options.weights == "none") return Model(network.input, network.output, name);
  const std::string path = weight_path(network, options, name);
  Model model(network.input, network.output, name);
  model.load_weights(path);
  model.state()->preprocess = network.preprocess;
  return model;
}

}  // namespace linnet::inline v0::applications::detail
