// Masks that travel on values, as Keras's files name them.
#pragma once

#include <unordered_map>

#include "keras/call_argument.hpp"

namespace linnet::inline v0::detail::keras {

/// The masks that the values of a model carry, as functions of keras.ops compute them.
class CarriedMasks {
 public:
  /// The model is part of another, by which these inputs may carry masks.
  void begin(const Values& inputs);

  /// Looks at a node of the model, after those that it takes values of.
  void add(const Node& node);

  bool may_carry(const CallArgument& argument) const;

  /// Gives arguments that are told of no mask the one that they carry, as Keras does where a call
  /// takes masks. (Keras would find most by itself, but call their nodes what others may be
  /// called.) Error (unsupported): Keras has no such call.
  void complete(const LayerInstance& layer, std::vector<CallArgument>& arguments) const;

 private:
  struct Mask {
    Value value = {};
    bool elsewhere = false;  ///< it may have one, of another model
  };

  Mask of(const Value& x) const;
  Mask made(const Node& node, const LayerInstance& layer) const;
  Mask merged(const Node& node) const;

  std::unordered_map<const Node*, Mask> masks_;  ///< of first outputs
};

}  // namespace linnet::inline v0::detail::keras
