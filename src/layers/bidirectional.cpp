#include <linnet/layers.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/recurrence.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using Instances = std::vector<std::shared_ptr<detail::LayerInstance>>;

namespace {

/// A key that recurrent layers have. Error: this one has not.
bool recurrent_key(const Config& config, const char* key, std::string_view class_name) {
  const Config* value = config.find(key);
  if (value != nullptr && value->is_bool()) return value->as_bool();
  fail(ErrorCode::invalid_argument,
       cat("Bidirectional: needs a recurrent layer, with ", key, ", got ", class_name));
}

/// The layer anew. In Keras too, a masked step of a sequence is then 0.
InnerLayer made_from(Config config, std::string_view class_name) {
  if (config.find("zero_output_for_mask") != nullptr) {
    config["zero_output_for_mask"] = Config(recurrent_key(config, "return_sequences", class_name));
  }
  return layer_from_config(class_name, config);
}

/// "forward_lstm" for "lstm".
std::string with_prefix(std::string_view prefix, std::string_view name) {
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return cat(prefix, name);
}

void check_pair(const InnerLayer& forward, const InnerLayer& backward) {
  const Config a = forward.instance()->config(), b = backward.instance()->config();
  const auto of = [&](const Config& config, const char* key) {
    return recurrent_key(config, key, forward.instance()->class_name());
  };
  if (of(a, "go_backwards") == of(b, "go_backwards")) {
    fail(ErrorCode::invalid_argument,
         "Bidirectional: layer and backward_layer have the same go_backwards");
  }
  for (const char* key : {"return_sequences", "return_state"}) {
    if (of(a, key) == of(b, key)) continue;
    fail(ErrorCode::invalid_argument,
         cat("Bidirectional: layer and backward_layer differ in ", key));
  }
}

Value merged_outputs(const MergeMode& mode, const Value& a, const Value& b) {
  if (mode == "concat") return ops::concatenate({a, b}, -1);
  if (mode == "mul") return ops::multiply(a, b);
  const Value sum = ops::add(a, b);
  return mode == "sum" ? sum : ops::affine(sum, 0.5f);
}

}  // namespace

void Bidirectional::prepare() {
  if (!layer) return;
  layer.prepare();
  const std::string_view class_name = layer.instance()->class_name();
  Config forward = layer.instance()->config();
  const std::string own = layer.instance()->name;
  if (backward_layer) {
    backward_layer.prepare();
    const auto& given = *backward_layer.instance();
    backward_layer = made_from(given.config(), given.class_name());
  } else {
    Config backward = forward;
    recurrent_key(forward, "go_backwards", class_name);
    backward["go_backwards"] = Config(true);
    backward["name"] = Config(with_prefix("backward_", own));
    backward_layer = made_from(std::move(backward), class_name);
  }
  forward["name"] = Config(with_prefix("forward_", own));
  layer = made_from(std::move(forward), class_name);
  check_pair(layer, backward_layer);
}

Instances Bidirectional::sublayers() const {
  if (!layer || !backward_layer) return {};
  return {layer.instance(), backward_layer.instance()};
}

Values Bidirectional::emit(Scope& scope, const Call& call) const {
  if (sublayers().empty()) fail(ErrorCode::invalid_argument, "needs a layer, got none");
  if (call.inputs.empty() || call.inputs.size() % 2 == 0) {
    fail(ErrorCode::invalid_argument, cat("takes x alone or x and the states of both layers, got ",
                                          std::uint64_t{call.inputs.size()}, " inputs"));
  }
  const std::size_t half = call.inputs.size() / 2;
  const auto run = [&](const InnerLayer& inner, std::size_t first) {
    Values inputs{call.inputs[0]};
    const auto from = call.inputs.begin() + 1 + static_cast<std::ptrdiff_t>(first);
    inputs.insert(inputs.end(), from, from + static_cast<std::ptrdiff_t>(half));
    return detail::expand_layer(inner.instance(), scope.emission(), scope.path(), scope.trainable(),
                                inputs);
  };
  const Values a = run(layer, 0), b = run(backward_layer, half);
  const bool sequences = recurrent_key(layer.instance()->config(), "return_sequences", "");
  const Value mask = sequences ? call.inputs[0].mask() : Value();
  const Value behind = sequences ? ops::reverse_time(b[0]) : b[0];
  Values outputs;
  if (merge_mode == "none") {
    outputs = {a[0].with_mask(mask), behind.with_mask(mask)};
  } else {
    outputs = {merged_outputs(merge_mode, a[0], behind).with_mask(mask)};
  }
  outputs.insert(outputs.end(), a.begin() + 1, a.end());
  outputs.insert(outputs.end(), b.begin() + 1, b.end());
  return outputs;
}

}  // namespace linnet::inline v0
