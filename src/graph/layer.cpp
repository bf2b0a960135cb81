#include <algorithm>
#include <cctype>
#include <linnet/graph/layer.hpp>
#include <unordered_set>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

const Value& Call::input() const {
  if (inputs.size() != 1) {
    fail(ErrorCode::invalid_argument,
         cat("takes one input, got ", static_cast<Index>(inputs.size())));
  }
  return inputs.front();
}

// Scope ------------------------------------------------------------------------------------------

Value Scope::parameter(std::string_view name, const Shape& shape, Fill fill,
                       ParameterOptions options) {
  if (!shape.known()) {
    fail(ErrorCode::shape_mismatch,
         cat("the size of ", name, " ", shape, " must be known before the layer is built"));
  }
  const TensorType type{DType::float32, shape};
  for (const auto& known : instance_->parameters) {
    if (known->name != name) continue;
    if (known->type != type) {
      fail(ErrorCode::shape_mismatch,
           cat("was built with ", name, " ", known->type.shape, ", this input needs ", shape));
    }
    return ops::parameter(known);
  }
  if (options.constraint) {  // one that cannot take this shape throws here
    options.constraint(ops::input(std::string(name), type));
  }
  auto made = std::make_shared<Parameter>();
  made->name = name;
  made->path = cat(path_, "/", name);
  made->type = type;
  made->trainable = options.trainable;
  made->fill = std::move(fill);
  made->penalty = std::move(options.penalty);
  made->constraint = std::move(options.constraint);
  instance_->parameters.push_back(made);
  return ops::parameter(std::move(made));
}

const Parameter* Scope::find(std::string_view name) const {
  for (const auto& known : instance_->parameters) {
    if (known->name == name) return known.get();
  }
  return nullptr;
}

/// A layer that is used twice in a step goes on from what its first use left, as in Keras.
Value Scope::state(std::string_view name, const Shape& shape, Fill fill) {
  const auto parameter_of = [](const Value& value) {
    return value.node().op.as<ops::ParameterSource>()->parameter;
  };
  const Value made = parameter(name, shape, std::move(fill), {.trainable = false});
  for (const auto& [state, value] : emission_.updates) {
    if (parameter_of(state) == parameter_of(made)) return value;
  }
  return made;
}

void Scope::update(const Value& state, const Value& value) {
  if (!emission_.training) return;
  const auto first = std::ranges::find(emission_.updates, state, &std::pair<Value, Value>::second);
  if (first == emission_.updates.end()) {
    emission_.updates.emplace_back(state, value);
  } else {
    first->second = value;
  }
}

void Scope::check(const Value& check) {
  if (!emission_.training) return;
  if (check.node().path.empty()) check.node().path = path_;
  emission_.checks.push_back(check);
}

void Scope::add_loss(const Value& loss) { emission_.losses.push_back(loss); }

Value Scope::seed() {
  if (!emission_.seed) emission_.seed = ops::input("seed", {DType::int64, {2}});
  return emission_.seed;
}

std::uint64_t Scope::random_key() {
  return RandomStream(static_cast<std::uint64_t>(emission_.random_calls++), path_).key();
}

void detail::LayerInstance::set_assets(const LayerAssets& assets) {
  if (assets.empty()) return;
  fail(ErrorCode::corrupt_file,
       cat(name, ": ", class_name(), " keeps no assets, but got '", assets.front().first, "'"));
}

// Calls ------------------------------------------------------------------------------------------

namespace {

std::string where(const detail::LayerInstance& instance) {
  return instance.name.empty() ? std::string(instance.class_name())
                               : cat(instance.name, ": ", instance.class_name());
}

/// Gives every node between `values` and `inputs` that has no path yet this one.
void name_nodes(const Values& values, const Values& inputs, const std::string& path) {
  std::unordered_set<const Node*> seen;
  for (const Value& input : inputs) seen.insert(&input.node());
  std::vector<const Node*> stack;
  for (const Value& value : values) {
    stack.push_back(&value.node());
    if (value.mask()) stack.push_back(&value.mask().node());
  }
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    if (!seen.insert(node).second || !node->path.empty()) continue;
    node->path = path;
    for (const Value& input : node->inputs) stack.push_back(&input.node());
  }
}

}  // namespace

namespace detail {

namespace {
std::atomic<std::uint64_t> version_of_flags{1};
}

std::uint64_t flags_version() { return version_of_flags.load(std::memory_order_relaxed); }
void flags_changed() { ++version_of_flags; }

Values expand_layer(const std::shared_ptr<LayerInstance>& instance, Emission& emission,
                    const std::string& parent_path, bool parent_trainable, const Values& inputs) {
  const std::string& own = instance->name;
  std::string path = parent_path.empty() ? own
                     : own.empty()       ? parent_path
                                         : cat(parent_path, "/", own);
  Scope scope(emission, instance.get(), path, parent_trainable && instance->trainable);
  try {
    Values outputs = instance->emit(scope, Call{inputs});
    if (instance->mask_rule() == MaskRule::pass && inputs.size() == 1 && inputs[0].mask()) {
      for (Value& output : outputs) {
        if (!output.mask()) output = output.with_mask(inputs[0].mask());
      }
    }
    name_nodes(outputs, inputs, path);
    return outputs;
  } catch (const Error& error) {
    throw error.within(where(*instance));
  }
}

}  // namespace detail

namespace ops {

namespace {

/// Layers multiply two sizes, and add to that. Error (out_of_range): sizes for which this is too
/// much.
void check_sizes(const Layer& layer, const TensorType& type) {
  constexpr Index kMost = 2147483647;
  for (const Index size : type.shape) {
    if (size <= kMost) continue;
    const Error error(ErrorCode::out_of_range,
                      cat("sizes must be at most ", kMost, ", got ", type.shape));
    throw error.within(where(*layer.instance()));
  }
}

}  // namespace

Types LayerCall::infer(std::span<const TensorType> inputs) const {
  detail::Emission emission;
  Values placeholders;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    check_sizes(layer, inputs[i]);
    placeholders.push_back(ops::input(cat("x", static_cast<Index>(i)), inputs[i]));
  }
  const Values outputs = detail::expand_layer(layer.instance(), emission, "", true, placeholders);
  Types types;
  for (const Value& output : outputs) {
    check_sizes(layer, output.type());
    types.push_back(output.type());
  }
  return types;
}

}  // namespace ops

Values call_all(const Layer& layer, Values inputs) {
  return apply_all(ops::LayerCall{layer}, std::move(inputs));
}

Value call(const Layer& layer, Values inputs) { return call_all(layer, std::move(inputs)).front(); }

Value operator|(const Value& x, const Layer& layer) { return call(layer, {x}); }

}  // namespace linnet::inline v0
