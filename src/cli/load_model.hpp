// load_model: a model as commands take it.
#pragma once

#include <linnet/model/model.hpp>
#include <string>

namespace linnet::cli {

struct Loading {
  std::int64_t threads = 1;
  std::string weights = {};  ///< a file of Keras's, read into the model; empty: none
  bool compile = false;      ///< with what the model was compiled with
  bool any_weights = false;  ///< first, random values do too
};
/// Error: as Model::load and Model::load_weights; UsageError: an architecture alone, whose weights
/// are wanted.
Model load_model(const std::string& path, const Loading& loading);

}  // namespace linnet::cli
