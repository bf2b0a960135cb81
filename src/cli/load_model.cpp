#include "load_model.hpp"

namespace linnet::cli {

Model load_model(const std::string& path, const Loading& loading) {
  Model model = Model::load(path, {.compile = loading.compile});
  if (!loading.weights.empty()) model.load_weights(loading.weights);
  model.configure({.threads = static_cast<int>(loading.threads)});
  return model;
}

}  // namespace linnet::cli
