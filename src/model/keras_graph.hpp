// The nodes of a model as Keras makes them: those of layers, and those that compute masks.
#pragma once

#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

struct KerasNode {
  const LayerInstance* layer = nullptr;  ///< null: an input, or part of a mask
  std::vector<const KerasNode*> parents;
};

/// Keras 3 computes a mask that a layer carries along by nodes of its own: an Embedding's is
/// NotEqual of its input, which is not the Embedding's. They count where layers are put in order.
/// tf.keras has none.
class KerasGraph {
 public:
  KerasGraph(const Values& outputs, bool masks);

  const std::vector<const KerasNode*>& outputs() const { return outputs_; }

 private:
  struct Tensor {
    const KerasNode* node = nullptr;
    const KerasNode* mask = nullptr;
  };

  const KerasNode* made(std::vector<const KerasNode*> parents,
                        const LayerInstance* layer = nullptr);
  Tensor tensor(const Value& value) const;
  void add(const Node& node);
  const KerasNode* mask_of(const LayerInstance& layer, const std::vector<Tensor>& inputs);
  const KerasNode* joined(const std::vector<Tensor>& inputs);
  const KerasNode* either(const std::vector<Tensor>& inputs);

  bool masks_;
  std::deque<KerasNode> nodes_;
  std::map<std::pair<const Node*, int>, Tensor> tensors_;
  std::vector<const KerasNode*> outputs_;
};

}  // namespace linnet::inline v0::detail
