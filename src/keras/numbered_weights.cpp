// Weight files of Keras 3: layers/dense_1/vars/0, where names are made from classes, in order.
#include <linnet/layers.hpp>

#include "keras/weight_groups.hpp"
#include "keras/weight_plan.hpp"

namespace linnet::inline v0::detail {

namespace {

/// The group's layers; "layers", but Keras 2.12 to 2.15 called it otherwise.
std::string layers_group(Hdf5File& file, const std::string& group) {
  std::string older = cat(group, "/_layer_checkpoint_dependencies");
  return file.exists(older) ? older : cat(group, "/layers");
}

void add_group(const WeightGroup& group, WeightPlan& plan) {
  std::string vars = group.groups.front();
  for (const std::string& name : group.groups) {
    if (!plan.file.exists(name) || plan.file.list(name).empty()) continue;
    vars = name;
    break;
  }
  const auto& own = group.weights;
  const std::uint64_t saved = plan.file.exists(vars) ? plan.file.list(vars).size() : 0;
  // The kernel of the layer inside comes first.
  const bool more = group.layer.class_name() == SpectralNormalization::kName && saved > own.size();
  const std::uint64_t others = more ? 1 : 0;
  const std::string where = cat("layer '", group.layer.name, "'");
  if (saved != own.size() + others) {
    return plan.mismatch(cat(where, ": expected ", std::uint64_t{own.size()}, " weights, got ",
                             saved, " in '", vars, "'"));
  }
  for (std::size_t i = 0; i < own.size(); ++i) {
    plan.add(where, {cat(group.path, own[i]->name), own[i], cat(vars, "/", others + i)});
  }
}

}  // namespace

bool has_numbered_layers(Hdf5File& file, const std::string& group) {
  return file.exists(layers_group(file, group));
}

void plan_numbered_weights(const ModelState& model, WeightPlan& plan) {
  each_weight_group(
      model, plan.order, [&](const std::string& group) { return layers_group(plan.file, group); },
      [&](const WeightGroup& group) { add_group(group, plan); });
}

}  // namespace linnet::inline v0::detail
