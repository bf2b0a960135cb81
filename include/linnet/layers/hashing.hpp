// Hashing and HashedCrossing: texts or integers as buckets, without a vocabulary.
#pragma once

#include <linnet/core/tensor.hpp>
#include <linnet/graph/layer.hpp>
#include <linnet/layers/category_output.hpp>
#include <linnet/layers/hash_mask.hpp>
#include <linnet/layers/hash_salt.hpp>

namespace linnet::inline v0 {

/// Texts, in front of a model, or integers (also the digits of floats in front of the point) fall
/// into num_bins buckets by their FarmHash, or, with salt, their SipHash: the buckets are
/// TensorFlow's. mask_value falls into bucket 0, and all others into those from 1 on.
struct Hashing {
  static constexpr const char* kName = "Hashing";
  static constexpr DType kInput = DType::string;

  Index num_bins = 1;
  HashMask mask_value = {};
  HashSalt salt = {};
  CategoryOutput output_mode = "int";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("num_bins", self.num_bins);
    field("mask_value", self.mask_value);
    field("salt", self.salt);
    field("output_mode", self.output_mode);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  /// The buckets of texts of any shape.
  LINNET_API Tensor operator()(const Tensor& texts) const;
  LINNET_API std::variant<Tensor, Ragged> transform(const Tensor& texts) const;
  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// Two or more inputs of one shape, (batch) or (batch, 1): all that stand in one row fall together
/// into one of num_bins buckets, which are TensorFlow's. In a model the inputs are integers.
/// output_mode is "int" or "one_hot".
struct HashedCrossing {
  static constexpr const char* kName = "HashedCrossing";
  static constexpr DType kInput = DType::int64;

  Index num_bins = 1;
  CategoryOutput output_mode = "int";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("num_bins", self.num_bins);
    field("output_mode", self.output_mode);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  /// The same for tensors of texts or integers.
  LINNET_API Tensor operator()(const std::vector<Tensor>& inputs) const;
  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
