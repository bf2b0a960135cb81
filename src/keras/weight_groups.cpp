#include "keras/weight_groups.hpp"

#include <algorithm>
#include <linnet/layers.hpp>
#include <set>

#include "keras/class_names.hpp"
#include "keras/config_access.hpp"

namespace linnet::inline v0::detail {

namespace {

/// Where weights called "part/name" here may lie in the group of their layer, today's name first;
/// of "name" alone the part is empty.
std::vector<std::string> part_groups(std::string_view class_name, std::string_view part) {
  if (keras::is_one_of(class_name,
                       {"SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})) {
    return {"/cell"};
  }
  if (part.empty()) return {""};
  const bool grouped = class_name == GroupQueryAttention::kName;
  if (!grouped && class_name != MultiHeadAttention::kName) return {cat("/", part)};
  const std::string name = cat(part == "attention_output" ? "output" : part, "_dense");
  const std::string open = cat("/", name), hidden = cat("/_", name);
  // Keras names what is no property of a layer by its attribute.
  if (grouped || part == "gate") return {hidden, open};
  return {open, hidden};
}

std::string_view part_of(const Parameter& parameter) {
  const std::string_view name = parameter.name;
  const std::size_t slash = name.rfind('/');
  return slash == name.npos ? std::string_view() : name.substr(0, slash);
}

/// What Keras's layer calls the layer inside it.
std::string inner_group(const LayerInstance& outer, std::size_t i, const LayerInstance& inner,
                        keras::ClassNames& names) {
  const std::string_view kind = outer.class_name();
  if (kind == Bidirectional::kName) return i == 0 ? "forward_layer" : "backward_layer";
  if (kind == RNN::kName) return "cell";
  if (kind == StackedRNNCells::kName) return cat("cells/", names.next(inner.class_name()));
  return keras::is_one_of(kind, {TimeDistributed::kName, SpectralNormalization::kName})
             ? "layer"
             : inner.name;
}

class Walk {
 public:
  Walk(const LayerOrder& order, const std::function<std::string(const std::string&)>& layers_in,
       const std::function<void(const WeightGroup&)>& f, Numbering numbering)
      : order_(order), layers_in_(layers_in), f_(f), numbering_(numbering) {}

  void add_model(const ModelState& model, const std::string& path, const std::string& group) {
    const std::string layers = layers_in_(group);
    keras::ClassNames names;
    for (const auto& layer : order_(model)) {
      const bool fresh = seen_.insert(layer.get()).second;
      if (!fresh && numbering_ == Numbering::first) continue;
      const std::string name = names.next(layer->class_name());
      if (numbering_ == Numbering::twice && has_weights(*layer)) names.next(layer->class_name());
      if (!fresh) continue;
      add(*layer, cat(path, layer->name, "/"), cat(layers, "/", name));
    }
  }

 private:
  void add(const LayerInstance& layer, const std::string& path, const std::string& group) {
    if (const ModelState* model = as_model(layer)) return add_model(*model, path, group);
    std::vector<std::string_view> parts;
    for (const auto& parameter : layer.parameters) {
      const std::string_view part = part_of(*parameter);
      if (std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
    }
    for (const std::string_view part : parts) add_part(layer, part, path, group);
    const auto inside = layer.sublayers();
    keras::ClassNames names;
    for (std::size_t i = 0; i < inside.size(); ++i) {
      const std::string name = inner_group(layer, i, *inside[i], names);
      if (!seen_.insert(inside[i].get()).second) continue;
      add(*inside[i], cat(path, inside[i]->name, "/"), cat(group, "/", name));
    }
  }

  void add_part(const LayerInstance& layer, std::string_view part, const std::string& path,
                const std::string& group) {
    WeightGroup found{layer, path, {}, {}};
    for (const std::string& own : part_groups(layer.class_name(), part)) {
      found.groups.push_back(cat(group, own, "/vars"));
    }
    for (const bool trainable : {true, false}) {
      for (const auto& parameter : layer.parameters) {
        if (parameter->trainable != trainable || part_of(*parameter) != part) continue;
        found.weights.push_back(parameter);
      }
    }
    f_(found);
  }

  const LayerOrder& order_;
  const std::function<std::string(const std::string&)>& layers_in_;
  const std::function<void(const WeightGroup&)>& f_;
  Numbering numbering_;
  std::set<const LayerInstance*> seen_;
};

}  // namespace

bool has_weights(const LayerInstance& layer) {
  return !layer.parameters.empty() || std::ranges::any_of(layer.sublayers(), [](const auto& inner) {
    return has_weights(*inner);
  });
}

void each_weight_group(const ModelState& model, const LayerOrder& order,
                       const std::function<std::string(const std::string&)>& layers_in,
                       const std::function<void(const WeightGroup&)>& f, Numbering numbering) {
  Walk(order, layers_in, f, numbering).add_model(model, "", "");
}

}  // namespace linnet::inline v0::detail
