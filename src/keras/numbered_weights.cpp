// Weight files of Keras 3: layers/dense_1/vars/0, where names are made from classes, in order.
#include <map>
#include <set>

#include "keras/weight_plan.hpp"

namespace linnet::inline v0::detail {

namespace {

/// The group's layers; "layers", but Keras 2.12 to 2.15 called it otherwise.
std::string layers_group(Hdf5File& file, const std::string& group) {
  std::string older = cat(group, "/_layer_checkpoint_dependencies");
  return file.exists(older) ? older : cat(group, "/layers");
}

class NumberedWeights {
 public:
  explicit NumberedWeights(WeightPlan& plan) : plan_(plan) {}

  void add_model(const ModelState& model, const std::string& path, const std::string& group) {
    const std::string layers = layers_group(plan_.file, group);
    std::map<std::string, Index> used;
    for (const auto& layer : plan_.order(model)) {
      std::string name = snake_case(layer->class_name());
      const Index number = used[name]++;
      if (number > 0) name = cat(name, "_", number);
      if (!seen_.insert(layer.get()).second) continue;  // shared, and saved where it came first
      const std::string layer_path = cat(path, layer->name, "/");
      if (const ModelState* inner = as_model(*layer)) {
        add_model(*inner, layer_path, cat(layers, "/", name));
      } else if (!layer->parameters.empty()) {
        add_layer(*layer, layer_path, cat(layers, "/", name, "/vars"));
      }
    }
  }

 private:
  /// Weights that can be trained, then statistics; whatever is frozen.
  void add_layer(const LayerInstance& layer, const std::string& path, const std::string& vars) {
    const std::string where = cat("layer '", layer.name, "'");
    const auto& own = layer.parameters;
    const std::uint64_t saved = plan_.file.exists(vars) ? plan_.file.list(vars).size() : 0;
    if (saved != own.size()) {
      return plan_.mismatch(cat(where, ": expected ", std::uint64_t{own.size()}, " weights, got ",
                                saved, " in '", vars, "'"));
    }
    Index number = 0;
    for (const bool trainable : {true, false}) {
      for (const auto& parameter : own) {
        if (parameter->trainable != trainable) continue;
        plan_.add(where, {cat(path, parameter->name), parameter, cat(vars, "/", number)});
        ++number;
      }
    }
  }

  WeightPlan& plan_;
  std::set<const LayerInstance*> seen_;
};

}  // namespace

bool has_numbered_layers(Hdf5File& file, const std::string& group) {
  return file.exists(layers_group(file, group));
}

void plan_numbered_weights(const ModelState& model, WeightPlan& plan) {
  NumberedWeights(plan).add_model(model, "", "");
}

}  // namespace linnet::inline v0::detail
