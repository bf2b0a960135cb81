// model_to_dot: a model as a picture for Graphviz.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/model/model.hpp>

namespace linnet::inline v0 {

namespace detail {
struct RankdirList {
  static constexpr std::string_view kName = "rankdir";
  static constexpr std::string_view kWords[] = {"TB", "LR"};
};
}  // namespace detail

struct DotOptions {
  bool show_shapes = true;     ///< of outputs, and the number of parameters
  bool expand_nested = false;  ///< the layers of a model that is a layer, in a frame
  bool show_trainable = true;  ///< frozen layers have a dashed line
  Choice<detail::RankdirList> rankdir = "TB";  ///< from top to bottom, or from left to right
};

/// The graph of the layers in Graphviz's language: `dot -Tsvg`. Of a Sequential that has no shapes
/// yet, the layers without them.
LINNET_API std::string model_to_dot(const Model& model, const DotOptions& options = {});

}  // namespace linnet::inline v0
