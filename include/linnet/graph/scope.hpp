// Scope: what a layer builds its ops in. It hands out parameters and remembers updates.
#pragma once

#include <functional>
#include <linnet/graph/parameter.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0 {

/// What a layer may say of a parameter beside its shape and first values.
struct ParameterOptions {
  bool trainable = true;
  ParameterRule penalty = {};
  ParameterRule constraint = {};
};

namespace detail {
struct LayerInstance;

/// What a Scope and its sub-scopes collect.
struct Emission {
  bool training = false;
  Value seed = {};     ///< int64 (2): seed and step; an input of the plan
  Values checks = {};  ///< ops that refuse bad data before a step changes anything
  Values losses = {};  ///< added to the model's loss, scalars
  std::vector<std::pair<Value, Value>> updates = {};  ///< (state, its new value)
  int random_calls = 0;
};
}  // namespace detail

/// Given to a layer's emit(). Values that emit() makes live in the graph that is being built.
class LINNET_API Scope {
 public:
  Scope(detail::Emission& emission, detail::LayerInstance* instance, std::string path,
        bool trainable)
      : emission_(emission), instance_(instance), path_(std::move(path)), trainable_(trainable) {}

  /// True when the plan that is being built trains: dropout drops, batch statistics are used.
  bool training() const { return emission_.training; }
  /// False when this layer, or a model around it, is frozen.
  bool trainable() const { return trainable_; }
  /// The layer's path in the model: "resnet50/conv1".
  const std::string& path() const { return path_; }

  /// The layer's parameter of that name; the first call makes it. Error: a size that is not
  /// known, or another shape than before.
  Value parameter(std::string_view name, const Shape& shape, Fill fill,
                  ParameterOptions options = {});
  /// The parameter of that name if the layer has made it before, else null.
  const Parameter* find(std::string_view name) const;
  /// A float32 state that training changes by update() only: moving statistics, counters.
  Value state(std::string_view name, const Shape& shape, Fill fill);
  /// Sets `state` to `value` at the end of each training step. Does nothing in other plans.
  void update(const Value& state, const Value& value);
  /// Runs `check`, an op that throws, before anything else in plans that train.
  void check(const Value& check);
  /// Adds a scalar to the loss.
  void add_loss(const Value& loss);
  /// The values seed and step as an input of the plan: int64 (2), for random ops.
  Value seed();
  /// A number of this random call that is unique in the model: a hash of path and call.
  std::uint64_t random_key();

  detail::Emission& emission() { return emission_; }

 private:
  detail::Emission& emission_;
  detail::LayerInstance* instance_;
  std::string path_;
  bool trainable_;
};

}  // namespace linnet::inline v0
