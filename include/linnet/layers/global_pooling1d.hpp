// GlobalAveragePooling1D and GlobalMaxPooling1D: one row out of a sequence.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// (batch, time, features) -> (batch, features): the mean over time. With a mask, the mean over
/// the positions that the mask keeps; a row of which it keeps none gives 0 (Keras: NaN).
struct GlobalAveragePooling1D {
  static constexpr const char* kName = "GlobalAveragePooling1D";

  std::string data_format = "channels_last";
  bool keepdims = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("data_format", self.data_format);
    field("keepdims", self.keepdims);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// (batch, time, features) -> (batch, features): the largest over time. A mask is ignored, as in
/// Keras.
struct GlobalMaxPooling1D {
  static constexpr const char* kName = "GlobalMaxPooling1D";

  std::string data_format = "channels_last";
  bool keepdims = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("data_format", self.data_format);
    field("keepdims", self.keepdims);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
