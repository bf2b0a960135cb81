// Weight files of Keras 3: layers/dense_1/vars/0, where names are made from classes, in order.
#include <algorithm>
#include <linnet/layers.hpp>

#include "keras/weight_groups.hpp"
#include "keras/weight_plan.hpp"

namespace linnet::inline v0::detail {

namespace {

/// The group's layers; "layers", but Keras 2.12 to 2.15 called it otherwise.
std::string layers_group(WeightStore& file, const std::string& group) {
  std::string older = cat(group, "/_layer_checkpoint_dependencies");
  return file.exists(older) ? older : cat(group, "/layers");
}

/// Where the file has the group; empty: nowhere.
std::string place_of(const WeightGroup& group, WeightStore& file) {
  for (const std::string& name : group.groups) {
    if (file.exists(name) && !file.list(name).empty()) return name;
  }
  return {};
}

using WeightGroups = std::vector<WeightGroup>;

WeightGroups weight_groups(const ModelState& model, WeightPlan& plan, Numbering numbering) {
  WeightGroups groups;
  each_weight_group(
      model, plan.order, [&](const std::string& group) { return layers_group(plan.file, group); },
      [&](const WeightGroup& group) { groups.push_back(group); }, numbering);
  return groups;
}

/// Numbered as the file is: then it has them all.
WeightGroups groups_in_file(const ModelState& model, WeightPlan& plan) {
  for (const Numbering numbering : {Numbering::all, Numbering::first, Numbering::twice}) {
    WeightGroups groups = weight_groups(model, plan, numbering);
    if (std::ranges::none_of(
            groups, [&](const WeightGroup& group) { return place_of(group, plan.file).empty(); })) {
      return groups;
    }
  }
  return weight_groups(model, plan, Numbering::all);
}

void add_group(const WeightGroup& group, WeightPlan& plan) {
  const std::string found = place_of(group, plan.file);
  const std::string& vars = found.empty() ? group.groups.front() : found;
  const auto& own = group.weights;
  const std::uint64_t saved = found.empty() ? 0 : plan.file.list(vars).size();
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

bool has_numbered_layers(WeightStore& file, const std::string& group) {
  return file.exists(layers_group(file, group));
}

void plan_numbered_weights(const ModelState& model, WeightPlan& plan) {
  for (const WeightGroup& group : groups_in_file(model, plan)) add_group(group, plan);
}

}  // namespace linnet::inline v0::detail
