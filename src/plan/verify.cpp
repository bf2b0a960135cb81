#include "plan/graph.hpp"

namespace linnet::inline v0 {

void verify(const Graph& graph) {
  for (const auto& node : topological_order(graph.roots())) {
    const std::string where = node->path.empty() ? std::string(node->op.name()) : node->path;
    for (const TensorType& type : node->types) {
      if (type.dtype == DType::string) {
        detail::fail(ErrorCode::dtype_mismatch,
                     detail::cat(where, ": strings cannot reach the ",
                                 "numeric part of a model; put TextVectorization in front"));
      }
      if (!type.shape.known()) {
        detail::fail(ErrorCode::shape_mismatch,
                     detail::cat(where, ": a size of ", type.shape,
                                 " is still unknown when the plan is made"));
      }
    }
  }
}

}  // namespace linnet::inline v0
