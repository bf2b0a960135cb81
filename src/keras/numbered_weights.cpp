// Weight files of Keras 3: layers/dense_1/vars/0, where names are made from classes, in order.
#include <algorithm>
#include <linnet/core/log.hpp>
#include <linnet/layers.hpp>
#include <optional>

#include "keras/weight_groups.hpp"
#include "keras/weight_plan.hpp"

namespace linnet::inline v0::detail {

namespace {

/// The group's layers; "layers", but Keras 2.12 to 2.15 called it otherwise.
std::string layers_group(WeightStore& file, const std::string& group) {
  std::string older = cat(group, "/_layer_checkpoint_dependencies");
  return file.has_group(older) ? older : cat(group, "/layers");
}

bool has_weights_at(const std::string& group, WeightStore& file) {
  return file.has_group(group) && !file.list(group).empty();
}

/// A group of the model, and where the file has it; empty: nowhere.
struct FoundGroup {
  WeightGroup group;
  std::string place;
};

/// What a file has if its layers are numbered in one way.
struct Found {
  std::vector<FoundGroup> groups;
  bool fits = true;     ///< all that there should be is there, and nothing that should not
  std::string further;  ///< a group of a layer that the model has not; empty: none
};

Found find_groups(const ModelState& model, WeightPlan& plan, Numbering numbering) {
  const auto there = [&](const std::string& group) { return has_weights_at(group, plan.file); };
  WeightGroups all = weight_groups(
      model, plan.order, [&](const std::string& group) { return layers_group(plan.file, group); },
      numbering, plan.classes);
  Found found;
  for (WeightGroup& group : all.own) {
    const auto place = std::ranges::find_if(group.groups, there);
    const bool missing = place == group.groups.end();
    found.fits = found.fits && !missing;
    std::string name = missing ? std::string() : *place;
    found.groups.push_back({std::move(group), std::move(name)});
  }
  found.fits = found.fits && std::ranges::none_of(all.empty, there);
  const auto further = std::ranges::find_if(all.further, there);
  if (further != all.further.end()) found.further = *further;
  return found;
}

/// Numbered as the file is; where that can be told in two ways, so that no layer is left over.
Found find_groups(const ModelState& model, WeightPlan& plan) {
  std::optional<Found> best;
  for (const Numbering numbering :
       {Numbering::every_use, Numbering::first_use, Numbering::two_each}) {
    Found found = find_groups(model, plan, numbering);
    if (!found.fits || (best && !found.further.empty())) continue;
    best = std::move(found);
    if (best->further.empty()) break;
  }
  return best ? *std::move(best) : find_groups(model, plan, Numbering::every_use);
}

void add_group(const FoundGroup& found, WeightPlan& plan) {
  const auto& [group, place] = found;
  const std::string& vars = place.empty() ? group.groups.front() : place;
  const auto& own = group.weights;
  const std::uint64_t saved = place.empty() ? 0 : plan.file.list(vars).size();
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
  return file.has_group(layers_group(file, group));
}

void plan_numbered_weights(const ModelState& model, WeightPlan& plan) {
  const Found found = find_groups(model, plan);
  for (const FoundGroup& group : found.groups) add_group(group, plan);
  if (found.further.empty()) return;
  // Keras leaves them out too, without a word.
  log(LogLevel::warning, cat(plan.file.name(), ": it has more layers than the model: '",
                             found.further, "' is left out"));
}

}  // namespace linnet::inline v0::detail
