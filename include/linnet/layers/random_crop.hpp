// RandomCrop: a part of each picture, another one at each training step.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/spatial.hpp>
#include <optional>

namespace linnet::inline v0 {

/// (batch, h, w, channels) -> (batch, height, width, channels). While training, a part at a random
/// place, the same for all pictures of a batch. Else, and where a picture is not both higher and
/// wider than the part, the largest middle part of that shape, resized (bilinear): what Keras
/// documents. (Keras 3.15 itself does not cut while predicting, so that the shape is another one.)
struct RandomCrop {
  static constexpr const char* kName = "RandomCrop";

  Index height = 0, width = 0;
  std::optional<Index> seed = {};
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("height", self.height);
    field("width", self.width);
    field("seed", self.seed);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
