// TimeDistributed: one layer for every time step.
#pragma once

#include <linnet/layers/inner_layer.hpp>

namespace linnet::inline v0 {

/// (batch, time, ...) -> (batch, time, ...): the same layer or model, of one input, on each step.
/// All steps run as one batch; but while a BatchNormalization inside trains, one after the other,
/// each by its own statistics, as in Keras.
struct TimeDistributed {
  static constexpr const char* kName = "TimeDistributed";
  static constexpr MaskRule kMask = MaskRule::pass;

  InnerLayer layer = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("layer", self.layer);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  void prepare() { layer.prepare(); }
  LINNET_API std::vector<std::shared_ptr<detail::LayerInstance>> sublayers() const;
  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
