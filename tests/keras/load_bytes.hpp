// load_bytes: what linnet makes of bytes that may come from anywhere and stand for a model's file.
#pragma once

#include <linnet/io/safetensors.hpp>
#include <linnet/layers/dense.hpp>
#include <linnet/model/inspect_model.hpp>
#include <linnet/model/sequential.hpp>
#include <linnet/model/summary.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"
#include "io/zip/zip_file.hpp"

namespace linnet::test {

/// So little that every file is answered at once.
inline LoadLimits small_limits() {
  return {.bytes = Index{4} << 20, .parameters = Index{1} << 16, .depth = 100};
}

/// The ZIP file with checksums that are right and all members stored; of one in it the same.
inline std::string packed_anew(const std::string& bytes, bool outer = true) {
  const detail::ZipFile file(bytes_of(bytes), {.member_bytes = std::uint64_t{1} << 18,
                                               .small_bytes = std::uint64_t{1} << 12,
                                               .checksums = false});
  ZipBuilder zip;
  for (const detail::zip::Member& member : file.members()) {
    const std::string text(file.read(member.name).text());
    zip.add(member.name, outer && member.name.ends_with(".npz") ? packed_anew(text, false) : text);
  }
  return zip.file();
}

/// The file that the bytes stand for: else a changed byte would only make a checksum wrong. A
/// config with the bytes of an HDF5 file behind it is the `.keras` file that holds both; those of a
/// ZIP file, or of one of linnet's own, get right checksums. All else is a file as it is.
inline std::string file_of(const std::string& bytes) {
  const std::size_t weights = bytes.find("\x89HDF\r\n");
  if (bytes.starts_with('{') && weights != bytes.npos) {
    ZipBuilder zip;
    zip.add("config.json", bytes.substr(0, weights));
    zip.add("model.weights.h5", bytes.substr(weights));
    return zip.file();
  }
  try {
    if (bytes.starts_with("PK")) return packed_anew(bytes);
    return text_of(
        to_safetensors(parse_safetensors(bytes_of(bytes), {.checksum = ChecksumRule::ignored})));
  } catch (const Error&) {
    return bytes;
  }
}

/// Runs `f`. True if it was not refused; a refusal has to say something.
template <class F>
bool is_taken(F&& f) {
  try {
    f();
    return true;
  } catch (const Error& error) {
    if (*error.what() == '\0') throw std::logic_error("an error without a message");
    return false;
  }
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

/// Predicts with a model, if it is small, and trains a step.
inline void run_model(Model& model, bool train) {
  if (!is_small(model, 20'000)) return;
  model.configure({.threads = 1});
  std::vector<Tensor> x;
  for (const Value& input : model.inputs()) x.push_back(some_rows(input.type()));
  const std::vector<Tensor> y = model.predict_all(x);
  if (train) model.train_on_batch(x, y);
}

/// The model of those files of the fuzz corpus that hold weights alone.
inline Model three_layers() {
  return Sequential{Input{{3}}, Dense{.units = 4}, Dense{.units = 4}, Dense{.units = 2}};
}

/// Reads the file's weights into the model, by position and by name.
inline void read_weights(Model& model, const std::string& path) {
  for (const bool by_name : {false, true}) {
    is_taken([&] {
      model.load_weights(path,
                         {.by_name = by_name, .skip_mismatch = by_name, .limits = small_limits()});
    });
  }
}

/// What a program may do with a file that it does not know, within small limits. True if the file
/// holds a model.
inline bool use_file(const std::string& path) {
  is_taken([&] { inspect_model(path, small_limits()); });
  for (const bool compile : {true, false}) {
    std::optional<Model> model;
    is_taken([&] { model = Model::load(path, {.compile = compile, .limits = small_limits()}); });
    if (!model) continue;
    is_taken([&] { run_model(*model, compile); });
    read_weights(*model, path);
    return true;
  }
  static Model other = three_layers();
  read_weights(other, path);
  return false;
}

}  // namespace linnet::test
