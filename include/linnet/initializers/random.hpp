// Initializers with given bounds or deviation: RandomUniform, RandomNormal, TruncatedNormal.
#pragma once

#include <linnet/core/fields.hpp>
#include <linnet/core/random.hpp>
#include <linnet/core/tensor.hpp>

namespace linnet::inline v0::initializers {

/// A seed takes the place of the model's: parameters of one seed and one shape get the same values.
using Seed = std::optional<Index>;

/// Uniform in [minval, maxval). Error: maxval below minval.
struct RandomUniform {
  static constexpr const char* kName = "RandomUniform";
  static constexpr std::string_view kAliases[] = {"uniform"};
  float minval = -0.05f, maxval = 0.05f;
  Seed seed = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("minval", self.minval);
    field("maxval", self.maxval);
    field("seed", self.seed);
  }
  LINNET_API void check() const;
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// Normal with this mean and standard deviation. Error: a negative one.
struct RandomNormal {
  static constexpr const char* kName = "RandomNormal";
  static constexpr std::string_view kAliases[] = {"normal"};
  float mean = 0, stddev = 0.05f;
  Seed seed = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("mean", self.mean);
    field("stddev", self.stddev);
    field("seed", self.seed);
  }
  LINNET_API void check() const;
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// Normal, drawn again where it is more than 2 stddev from the mean; the deviation of what remains
/// is 0.8796 stddev.
struct TruncatedNormal {
  static constexpr const char* kName = "TruncatedNormal";
  float mean = 0, stddev = 0.05f;
  Seed seed = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("mean", self.mean);
    field("stddev", self.stddev);
    field("seed", self.seed);
  }
  LINNET_API void check() const;
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

}  // namespace linnet::inline v0::initializers
