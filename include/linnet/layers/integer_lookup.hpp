// IntegerLookup: integers as their places in a vocabulary.
#pragma once

#include <functional>
#include <linnet/core/tensor.hpp>
#include <linnet/graph/layer.hpp>
#include <linnet/layers/category_output.hpp>
#include <linnet/layers/hash_salt.hpp>
#include <optional>

namespace linnet::inline v0 {

class Dataset;

namespace detail {
struct OovMethodList {
  static constexpr std::string_view kName = "oov_method";
  static constexpr std::string_view kWords[] = {"floormod", "farmhash"};
};
}  // namespace detail

using OovMethod = Choice<detail::OovMethodList>;

/// Integers as their places in `vocabulary`, which is given or learnt by adapt(). In the mode "int"
/// 0 stands for mask_token, if there is one; then follow num_oov_indices numbers for what is not in
/// the vocabulary (modulo their number, or hashed), then the vocabulary. The
/// other modes leave mask_token out. Unknown ones are an Error if num_oov_indices is 0.
/// With `invert` places become integers again (int64), unknown ones oov_token.
struct IntegerLookup {
  static constexpr const char* kName = "IntegerLookup";
  static constexpr DType kInput = DType::int64;

  std::optional<Index> max_tokens = {};
  Index num_oov_indices = 1;
  std::optional<Index> mask_token = {};
  Index oov_token = -1;
  std::vector<Index> vocabulary = {};
  std::vector<float> idf_weights = {};
  bool invert = false;
  CategoryOutput output_mode = "int";
  bool pad_to_max_tokens = false;
  OovMethod oov_method = "floormod";
  HashSalt salt = {};
  std::string name = {};
  bool trainable = true;

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
    field("oov_method", self.oov_method);
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
  LINNET_API std::vector<Index> get_vocabulary() const;
  /// The number of numbers: Embedding's input_dim.
  LINNET_API Index vocabulary_size() const;

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
