// MixUp and CutMix: pictures of a batch mixed with one another while training.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/factor_range.hpp>
#include <linnet/layers/spatial.hpp>
#include <optional>

namespace linnet::inline v0 {

// Called with pictures (batch, height, width, channels), or with pictures and labels, float32
// (batch, classes), which are mixed in the same shares; as many values come out. Labels are not
// inputs of a model, so these layers stand in the data set: train.map(augment(MixUp{})).

/// Each picture p becomes w p + (1 - w) q, where q is another of the batch by a random order and w
/// is drawn from Beta(alpha, alpha).
struct MixUp {
  static constexpr const char* kName = "MixUp";

  float alpha = 0.2f;
  DataFormat data_format = "channels_last";
  std::optional<Index> seed = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("alpha", self.alpha);
    field("data_format", self.data_format);
    field("seed", self.seed);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

/// A box in each picture is taken from another of the batch, by a random order. The box covers
/// 1 - w of the picture, w drawn from Beta(a, a), a of the batch from `factor` (a number f is the
/// range [0, f]; in [0, 1]). Labels are mixed by the share of the picture that is covered.
struct CutMix {
  static constexpr const char* kName = "CutMix";

  FactorRange factor = 1;
  std::optional<Index> seed = {};
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("factor", self.factor);
    field("seed", self.seed);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
