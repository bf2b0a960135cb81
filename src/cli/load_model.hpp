// load_model: a model as commands take it.
#pragma once

#include <linnet/model/model.hpp>
#include <string>

#include "arguments.hpp"

namespace linnet::cli {

/// Of each command that reads a model: what its file may ask for.
inline constexpr Option kMaxBytes{
    "--max-bytes", "N", "refuse files of more bytes, or with parts that unpack to more (16 GiB)"};
inline constexpr Option kMaxParameters{
    "--max-parameters", "N", "refuse models whose weights have more numbers (2147483648)"};
/// As these options say. Error: UsageError.
LoadLimits limits_of(const Arguments& arguments);

struct Loading {
  std::int64_t threads = 1;
  std::string weights = {};  ///< a file of Keras's, read into the model; empty: none
  bool compile = false;      ///< with what the model was compiled with
  bool any_weights = false;  ///< first, random values do too
  LoadLimits limits = {};    ///< of both files
};
/// Error: as Model::load and Model::load_weights; UsageError: an architecture alone, whose weights
/// are wanted.
Model load_model(const std::string& path, const Loading& loading);

}  // namespace linnet::cli
