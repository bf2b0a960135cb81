// load_bytes: what Model::load makes of bytes that may come from anywhere.
#pragma once

#include <linnet/model/summary.hpp>
#include <string>

#include "io/zip/zip_builder.hpp"

namespace linnet::test {

/// A config with the bytes of an HDF5 file behind it stands for the `.keras` file that holds both:
/// there a changed byte would only have a wrong checksum. All else is a file as it is.
inline std::string file_of(const std::string& bytes) {
  const std::size_t weights = bytes.find("\x89HDF\r\n");
  if (!bytes.starts_with('{') || weights == bytes.npos) return bytes;
  ZipBuilder zip;
  zip.add("config.json", bytes.substr(0, weights));
  zip.add("model.weights.h5", bytes.substr(weights));
  return zip.file();
}

/// Two rows of a model's input; sizes that are not known are 2.
inline Tensor some_rows(const TensorType& type) {
  Shape shape = type.shape;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] == any) shape = shape.with(axis, 2);
  }
  Tensor rows(type.dtype, shape);
  if (type.dtype != DType::float32) return rows;
  for (std::size_t i = 0; i < rows.data<float>().size(); ++i) {
    rows.data<float>()[i] = 0.25f * static_cast<float>(i % 7);
  }
  return rows;
}

/// True if no layer gives more than `most` numbers for two rows.
inline bool is_small(const Model& model, Index most) {
  for (const LayerSummary& layer : summarize(model, {.expand_nested = true}).layers) {
    for (const Shape& shape : layer.output_shapes) {
      if (some_rows({DType::uint8, shape}).size() > most) return false;
    }
  }
  return true;
}

/// Loads the file, within small limits, and if it is a small model predicts with it and trains a
/// step. Error: what any of this refuses.
inline void load_and_run(const std::string& path, bool compile) {
  Model model = Model::load(
      path, {.compile = compile,
             .limits = {.bytes = Index{4} << 20, .parameters = Index{1} << 16, .depth = 100}});
  if (!is_small(model, 20'000)) return;
  model.configure({.threads = 1});
  std::vector<Tensor> x;
  for (const Value& input : model.inputs()) x.push_back(some_rows(input.type()));
  const std::vector<Tensor> y = model.predict_all(x);
  if (compile) model.train_on_batch(x, y);
}

}  // namespace linnet::test
