// Bidirectional: a recurrent layer that reads time in both directions.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/layers/inner_layer.hpp>

namespace linnet::inline v0 {

struct MergeModeList {
  static constexpr std::string_view kName = "merge_mode";
  static constexpr std::string_view kWords[] = {"concat", "sum", "mul", "ave", "none"};
};
using MergeMode = Choice<MergeModeList>;

/// Two layers like `layer`, forward_<name> and backward_<name>, the second with go_backwards, each
/// with weights of its own; or `backward_layer` is the second. Their outputs, in the order of time,
/// become one as merge_mode says; with "none" both are outputs. Then, with return_state, the states
/// of the first and of the second. First states are given in that order too. The layers are made
/// anew from their configs, so one of your own must be registered.
/// Error: layers that are not recurrent, or that do not go together.
struct Bidirectional {
  static constexpr const char* kName = "Bidirectional";

  InnerLayer layer = {};
  MergeMode merge_mode = "concat";
  InnerLayer backward_layer = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("layer", self.layer);
    field("merge_mode", self.merge_mode);
    field("backward_layer", self.backward_layer);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API void prepare();
  LINNET_API std::vector<std::shared_ptr<detail::LayerInstance>> sublayers() const;
  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
