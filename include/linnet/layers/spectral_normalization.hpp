// SpectralNormalization: keeps the largest singular value of a layer's kernel at 1.
#pragma once

#include <linnet/layers/inner_layer.hpp>

namespace linnet::inline v0 {

/// The layer inside, whose kernel (or embeddings) is divided by its largest singular value before
/// each training step uses it. The value comes from `power_iterations` steps of a power iteration,
/// which goes on from step to step in the state vector_u. The kernel itself takes the new values,
/// as in Keras; a frozen one stays as it is. (Keras gives the output the input's dtype, which cuts
/// an embedding of whole ids to whole numbers; this one does not.) Error: a layer without kernel
/// and embeddings.
struct SpectralNormalization {
  static constexpr const char* kName = "SpectralNormalization";

  InnerLayer layer = {};
  Index power_iterations = 1;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("layer", self.layer);
    field("power_iterations", self.power_iterations);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  void prepare() { layer.prepare(); }
  LINNET_API std::vector<std::shared_ptr<detail::LayerInstance>> sublayers() const;
  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
