// Initializers without randomness: Zeros, Ones, Constant, Identity.
#pragma once

#include <linnet/core/fields.hpp>
#include <linnet/core/random.hpp>
#include <linnet/core/tensor.hpp>

namespace linnet::inline v0::initializers {

/// All elements 0.
struct Zeros {
  static constexpr const char* kName = "Zeros";
  static constexpr std::string_view kAliases[] = {"zero"};
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// All elements 1.
struct Ones {
  static constexpr const char* kName = "Ones";
  static constexpr std::string_view kAliases[] = {"one"};
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// All elements `value`.
struct Constant {
  static constexpr const char* kName = "Constant";
  float value = 0;
  static void fields(auto& self, FieldVisitor& field) { field("value", self.value); }
  LINNET_API void check() const;
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// `gain` on the diagonal of a matrix, 0 elsewhere. Error: not rank 2.
struct Identity {
  static constexpr const char* kName = "Identity";
  static constexpr std::string_view kAliases[] = {"IdentityInitializer"};
  float gain = 1;
  static void fields(auto& self, FieldVisitor& field) { field("gain", self.gain); }
  LINNET_API void check() const;
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

}  // namespace linnet::inline v0::initializers
