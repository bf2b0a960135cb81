#include "keras/weight_groups.hpp"

#include <algorithm>
#include <linnet/layers.hpp>
#include <map>

#include "core/is_one_of.hpp"
#include "keras/class_names.hpp"

namespace linnet::inline v0::detail {

namespace {

/// Where weights called "part/name" here may lie in the group of their layer, today's name first;
/// of "name" alone the part is empty.
std::vector<std::string> part_groups(std::string_view class_name, std::string_view part) {
  if (is_one_of(class_name,
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
  return is_one_of(kind, {TimeDistributed::kName, SpectralNormalization::kName}) ? "layer"
                                                                                 : inner.name;
}

class Walk {
 public:
  Walk(const LayerOrder& order, const std::function<std::string(const std::string&)>& layers_in,
       Numbering numbering, const keras::ClassesInFile& classes)
      : order_(order), layers_in_(layers_in), numbering_(numbering), classes_(classes) {}

  void add_model(const ModelState& model, const std::string& path, const std::string& group) {
    const std::string layers = cat(layers_in_(group), "/");
    keras::ClassNames names;
    std::map<std::string_view, const LayerInstance*> last;
    for (const auto& layer : order_(model)) {
      const bool fresh = !places_.contains(layer.get());
      if (!fresh && numbering_ == Numbering::first_use) continue;
      const std::string_view kind = class_of(*layer);
      const std::string name = cat(layers, names.next(kind));
      if (fresh) {
        add(*layer, cat(path, layer->name, "/"), name);
        last[kind] = layer.get();
      } else {
        add_like(*layer, name, groups_.empty);
      }
      if (numbering_ == Numbering::two_each && has_weights(*layer)) {
        add_like(*layer, cat(layers, names.next(kind)), groups_.empty);
      }
    }
    for (const auto& [kind, layer] : last) {
      add_like(*layer, cat(layers, names.next(kind)), groups_.further);
    }
  }

  WeightGroups take() { return std::move(groups_); }

 private:
  /// What a layer has in its group: a part of all groups.
  struct Place {
    std::string group;
    std::size_t begin;
    std::size_t end;
  };

  std::string_view class_of(const LayerInstance& layer) const {
    const auto known = classes_.find(&layer);
    return known == classes_.end() ? layer.class_name() : std::string_view(known->second);
  }

  void add(const LayerInstance& layer, const std::string& path, const std::string& group) {
    const std::size_t begin = groups_.own.size();
    places_[&layer] = {group, begin, begin};
    if (const ModelState* model = as_model(layer)) {
      add_model(*model, path, group);
    } else {
      add_parts(layer, path, group);
      add_inside(layer, path, group);
    }
    places_[&layer].end = groups_.own.size();
  }

  void add_parts(const LayerInstance& layer, const std::string& path, const std::string& group) {
    const bool text = layer.class_name() == TextVectorization::kName;
    if (text || is_one_of(layer.class_name(), {StringLookup::kName, IntegerLookup::kName})) {
      groups_.lookups.emplace_back(&layer, cat(group, "/vars"));
      // Keras's TextVectorization has a StringLookup inside, and both write.
      if (text) groups_.lookups.emplace_back(&layer, cat(group, "/_lookup_layer/vars"));
    }
    std::vector<std::string_view> parts;
    for (const auto& parameter : layer.parameters) {
      const std::string_view part = part_of(*parameter);
      if (std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
    }
    for (const std::string_view part : parts) {
      WeightGroup& found = groups_.own.emplace_back(WeightGroup{layer, path, {}, {}});
      for (const std::string& own : part_groups(layer.class_name(), part)) {
        found.groups.push_back(cat(group, own, "/vars"));
      }
      for (const bool trainable : {true, false}) {
        for (const auto& parameter : layer.parameters) {
          if (parameter->trainable != trainable || part_of(*parameter) != part) continue;
          found.weights.push_back(parameter);
        }
      }
    }
  }

  void add_inside(const LayerInstance& layer, const std::string& path, const std::string& group) {
    const auto inside = layer.sublayers();
    keras::ClassNames names;
    for (std::size_t i = 0; i < inside.size(); ++i) {
      const std::string name = inner_group(layer, i, *inside[i], names);
      if (places_.contains(inside[i].get())) continue;
      add(*inside[i], cat(path, inside[i]->name, "/"), cat(group, "/", name));
    }
  }

  /// The groups that the layer would have under another name.
  void add_like(const LayerInstance& layer, const std::string& group,
                std::vector<std::string>& to) const {
    const Place& place = places_.at(&layer);
    for (std::size_t i = place.begin; i < place.end; ++i) {
      for (const std::string& name : groups_.own[i].groups) {
        to.push_back(cat(group, name.substr(place.group.size())));
      }
    }
  }

  const LayerOrder& order_;
  const std::function<std::string(const std::string&)>& layers_in_;
  Numbering numbering_;
  const keras::ClassesInFile& classes_;
  WeightGroups groups_;
  std::map<const LayerInstance*, Place> places_;
};

}  // namespace

bool has_weights(const LayerInstance& layer) {
  return !layer.parameters.empty() || std::ranges::any_of(layer.sublayers(), [](const auto& inner) {
    return has_weights(*inner);
  });
}

WeightGroups weight_groups(const ModelState& model, const LayerOrder& order,
                           const std::function<std::string(const std::string&)>& layers_in,
                           Numbering numbering, const keras::ClassesInFile& classes) {
  Walk walk(order, layers_in, numbering, classes);
  walk.add_model(model, "", "");
  return walk.take();
}

}  // namespace linnet::inline v0::detail
