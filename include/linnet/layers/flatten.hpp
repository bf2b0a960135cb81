// Flatten: all axes but the batch's as one.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// (batch, ...) -> (batch, product): row-major; a batch of scalars becomes (batch, 1). With
/// data_format "channels_first" the channels are moved last before.
struct Flatten {
  static constexpr const char* kName = "Flatten";

  std::string data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
