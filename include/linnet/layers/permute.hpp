// Permute: other order of axes.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// (batch, ...) with its axes in another order: axis i of the output is axis dims[i - 1] of the
/// input, counted from 1; the batch axis stays first. Permute{{2, 1}}: (batch, a, b) -> (batch, b,
/// a).
struct Permute {
  static constexpr const char* kName = "Permute";

  std::vector<Index> dims = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("dims", self.dims);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
