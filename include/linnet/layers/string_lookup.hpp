// StringLookup: texts as their places in a vocabulary.
#pragma once

#include <functional>
#include <linnet/core/tensor.hpp>
#include <linnet/graph/layer.hpp>
#include <linnet/layers/category_output.hpp>
#include <linnet/layers/hash_salt.hpp>
#include <linnet/text/vocabulary.hpp>
#include <optional>

namespace linnet::inline v0 {

class Dataset;

/// Whole texts as their places in `vocabulary`, which is given or learnt by adapt(). In the mode
/// "int" 0 stands for mask_token, if there is one; then follow num_oov_indices numbers for what is
/// not in the vocabulary (by a hash, as TensorFlow has it), then the vocabulary. The other modes
/// leave mask_token out. Unknown ones are an Error if num_oov_indices is 0. It stands in front of a
/// model, or is called by itself. With `invert` it is only called: places become texts, unknown
/// ones oov_token.
///   StringLookup lookup{.vocabulary = {"red", "green"}};
///   Tensor ids = lookup(Tensor::strings({"green", "blue"}));  // 2, 0
struct StringLookup {
  static constexpr const char* kName = "StringLookup";
  static constexpr DType kInput = DType::string;

  std::optional<Index> max_tokens = {};
  Index num_oov_indices = 1;
  std::optional<std::string> mask_token = {};
  std::string oov_token = "[UNK]";
  std::vector<std::string> vocabulary = {};
  std::vector<float> idf_weights = {};
  bool invert = false;
  CategoryOutput output_mode = "int";
  bool pad_to_max_tokens = false;
  HashSalt salt = {};
  std::string name = {};
  bool trainable = true;
  /// Made by prepare() of the vocabulary, so that each batch finds it.
  std::shared_ptr<const Vocabulary> table = {};

  static void fields(auto& self, FieldVisitor& field) {
    field("max_tokens", self.max_tokens);
    field("num_oov_indices", self.num_oov_indices);
    field("mask_token", self.mask_token);
    field("oov_token", self.oov_token);
    field("vocabulary", self.vocabulary);
    field("idf_weights", self.idf_weights);
    field("invert", self.invert);
    field("output_mode", self.output_mode);
    field("pad_to_max_tokens", self.pad_to_max_tokens);
    field("salt", self.salt);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  /// Sets `vocabulary` to what these rows hold, by falling count, ties by falling token, and for
  /// "tf_idf" idf_weights: log(1 + rows / (1 + rows that hold the token)). Error: no tokens.
  LINNET_API void adapt(const Tensor& x);
  /// The same for the first input of a data set. Error: its rows are of different length, or it
  /// never ends.
  LINNET_API void adapt(const Dataset& data);
  /// The same for batches that come one by one: `next` sets its argument, or returns false.
  LINNET_API void adapt(const std::function<bool(Tensor&)>& next);

  /// The token of each number, those of mask and unknown ones included.
  LINNET_API std::vector<std::string> get_vocabulary() const;
  /// The number of numbers: Embedding's input_dim.
  LINNET_API Index vocabulary_size() const;

  /// Texts of any shape to numbers, or with `invert` integers to texts.
  LINNET_API Tensor operator()(const Tensor& x) const;

  LINNET_API void prepare();
  LINNET_API std::variant<Tensor, Ragged> transform(const Tensor& texts) const;
  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
