// Initializers whose spread follows from the parameter's shape: Glorot, He, Lecun.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/initializers/random.hpp>
#include <vector>

namespace linnet::inline v0::initializers {

/// The inputs that one output sums over, and the outputs that one input reaches.
struct Fans {
  double in = 1, out = 1;
};

/// Fans of a kernel of this shape: (in, out) for a matrix, receptive field times the last two axes
/// for a convolution, the size twice for a vector. Axes that are given are the inputs or outputs;
/// all others are then the receptive field.
using Axes = std::optional<std::vector<Index>>;
LINNET_API Fans fans_of(const Shape& shape, const Axes& input_axes = {},
                        const Axes& output_axes = {});

struct FanModes {
  static constexpr std::string_view kName = "mode", kWords[] = {"fan_in", "fan_out", "fan_avg"};
};
struct Distributions {
  static constexpr std::string_view kName = "distribution",
                                    kWords[] = {"uniform", "truncated_normal", "untruncated_normal",
                                                "normal"};
};

/// Values of mean 0 and variance scale / n, where n is fan_in, fan_out or their mean.
/// "normal" is the truncated one.
struct VarianceScaling {
  static constexpr const char* kName = "VarianceScaling";
  float scale = 1;
  Choice<FanModes> mode = "fan_in";
  Choice<Distributions> distribution = "truncated_normal";
  Seed seed = {};
  Axes input_axes = {}, output_axes = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("scale", self.scale);
    field("mode", self.mode);
    field("distribution", self.distribution);
    field("seed", self.seed);
    field("input_axes", self.input_axes);
    field("output_axes", self.output_axes);
  }
  LINNET_API void check() const;
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// The fields that the six fixed forms of VarianceScaling share.
void scaled_fields(auto& self, FieldVisitor& field) {
  field("seed", self.seed);
  field("input_axes", self.input_axes);
  field("output_axes", self.output_axes);
}

/// Uniform within sqrt(6 / (fan_in + fan_out)): Glorot and Bengio (2010).
struct GlorotUniform {
  static constexpr const char* kName = "GlorotUniform";
  Seed seed = {};
  Axes input_axes = {}, output_axes = {};
  static void fields(auto& self, FieldVisitor& field) { scaled_fields(self, field); }
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// Truncated normal of variance 2 / (fan_in + fan_out): Glorot and Bengio (2010).
struct GlorotNormal {
  static constexpr const char* kName = "GlorotNormal";
  Seed seed = {};
  Axes input_axes = {}, output_axes = {};
  static void fields(auto& self, FieldVisitor& field) { scaled_fields(self, field); }
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// Uniform within sqrt(6 / fan_in): He et al. (2015).
struct HeUniform {
  static constexpr const char* kName = "HeUniform";
  Seed seed = {};
  Axes input_axes = {}, output_axes = {};
  static void fields(auto& self, FieldVisitor& field) { scaled_fields(self, field); }
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// Truncated normal of variance 2 / fan_in: He et al. (2015).
struct HeNormal {
  static constexpr const char* kName = "HeNormal";
  Seed seed = {};
  Axes input_axes = {}, output_axes = {};
  static void fields(auto& self, FieldVisitor& field) { scaled_fields(self, field); }
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// Uniform within sqrt(3 / fan_in): LeCun et al. (1998).
struct LecunUniform {
  static constexpr const char* kName = "LecunUniform";
  Seed seed = {};
  Axes input_axes = {}, output_axes = {};
  static void fields(auto& self, FieldVisitor& field) { scaled_fields(self, field); }
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

/// Truncated normal of variance 1 / fan_in: LeCun et al. (1998).
struct LecunNormal {
  static constexpr const char* kName = "LecunNormal";
  Seed seed = {};
  Axes input_axes = {}, output_axes = {};
  static void fields(auto& self, FieldVisitor& field) { scaled_fields(self, field); }
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

}  // namespace linnet::inline v0::initializers
