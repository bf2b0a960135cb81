// Random ops: dropout and noise, drawn by counter.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

// All take a seed, int64 (2) = {seed, step}. Element i of the drawn numbers is a function of the
// op's key, seed, step and i alone, so it is the same for any number of threads; a gradient draws
// the same numbers again.

/// A key as a field: the same 64 bits as a signed number.
LINNET_API void visit_key(std::uint64_t& key, FieldVisitor& field);

/// y = x / (1 - rate) with probability 1 - rate, else 0. Inputs x (float32) and the seed.
/// noise_shape, if not empty, is the shape of what is drawn, and is broadcast to x's; `any` in it
/// stands for x's size.
struct Dropout {
  static constexpr const char* kName = "dropout";
  static constexpr int kInPlace = 0;
  float rate = 0;
  std::uint64_t key = 0;
  Shape noise_shape = {};
  static void fields(auto& self, FieldVisitor& field);
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// y uniform in [low, high), of the first input's type (float32); its values are not read. Inputs
/// like and the seed.
struct RandomUniform {
  static constexpr const char* kName = "random_uniform";
  float low = 0, high = 1;
  std::uint64_t key = 0;
  static void fields(auto& self, FieldVisitor& field);
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// y normal, otherwise as RandomUniform.
struct RandomNormal {
  static constexpr const char* kName = "random_normal";
  float mean = 0, stddev = 1;
  std::uint64_t key = 0;
  static void fields(auto& self, FieldVisitor& field);
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// y drawn from Beta(a, b) of each element of a and b, positive; float32 of one shape. Inputs a, b
/// and the seed. No gradient.
struct RandomBeta {
  static constexpr const char* kName = "random_beta";
  std::uint64_t key = 0;
  static void fields(auto& self, FieldVisitor& field) { visit_key(self.key, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// y[i, ...] = x[p(i), ...] with p a random order of x's rows; with `inverse` y[p(i)] = x[i].
/// Inputs x (float32, rank 1 or more) and the seed.
struct ShuffleRows {
  static constexpr const char* kName = "shuffle_rows";
  std::uint64_t key = 0;
  bool inverse = false;
  static void fields(auto& self, FieldVisitor& field) {
    visit_key(self.key, field);
    field("inverse", self.inverse);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

void Dropout::fields(auto& self, FieldVisitor& field) {
  field("rate", self.rate);
  visit_key(self.key, field);
  field("noise_shape", self.noise_shape);
}
void RandomUniform::fields(auto& self, FieldVisitor& field) {
  field("low", self.low);
  field("high", self.high);
  visit_key(self.key, field);
}
void RandomNormal::fields(auto& self, FieldVisitor& field) {
  field("mean", self.mean);
  field("stddev", self.stddev);
  visit_key(self.key, field);
}

/// Keras's dropout; x itself for rate 0. Error: rate outside [0, 1].
LINNET_API Value dropout(const Value& x, const Value& seed, float rate, std::uint64_t key,
                         const Shape& noise_shape = {});
LINNET_API Value random_uniform(const Value& like, const Value& seed, std::uint64_t key,
                                float low = 0, float high = 1);
LINNET_API Value random_normal(const Value& like, const Value& seed, std::uint64_t key,
                               float mean = 0, float stddev = 1);
LINNET_API Value random_beta(const Value& a, const Value& b, const Value& seed, std::uint64_t key);
LINNET_API Value shuffle_rows(const Value& x, const Value& seed, std::uint64_t key);

}  // namespace linnet::inline v0::ops
