// Keras's legacy weight files: they list the layers, and for each the names of its weights.
#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "keras/file_config.hpp"
#include "keras/weight_plan.hpp"

namespace linnet::inline v0::detail {

namespace {

/// A layer of the file that has weights.
struct SavedLayer {
  std::string name;
  std::string group;
  std::vector<std::string> weights;  ///< paths of datasets in the group
};

/// A weight of the model, as the file may name it.
struct LayerWeight {
  const LayerInstance* layer;
  std::string path;
  std::shared_ptr<Parameter> parameter;
  bool trained = true;
  std::string tail;  ///< "kernel"; within an inner model "dense/kernel"
};

/// A layer of the model that has weights.
struct OwnLayer {
  const LayerInstance* layer;
  std::string name;
  std::vector<LayerWeight> weights;  ///< in Keras's order
  std::size_t tail_names = 1;        ///< names in a tail
  bool named = true;                 ///< no layer inside has a name made from its class
};

bool is_generated(const LayerInstance& layer) {
  std::string_view name = layer.name;
  const std::string base = snake_case(layer.class_name());
  if (!name.starts_with(base)) return false;
  name.remove_prefix(base.size());
  return name.find_first_not_of("_0123456789") == name.npos;
}

void collect(const LayerInstance& layer, const std::string& path, bool trainable,
             const LayerOrder& order, OwnLayer& own) {
  trainable = trainable && layer.trainable;
  const std::size_t first = own.weights.size();
  for (const auto& p : layer.parameters) {
    const std::string tail = own.tail_names == 1 ? p->name : cat(layer.name, "/", p->name);
    own.weights.push_back({&layer, cat(path, "/", p->name), p, trainable && p->trainable, tail});
  }
  const ModelState* inner = as_model(layer);
  for (const auto& sublayer : inner != nullptr ? order(*inner) : layer.sublayers()) {
    const bool by_layer = own.tail_names > 1 && !sublayer->parameters.empty();
    if (by_layer && is_generated(*sublayer)) own.named = false;
    collect(*sublayer, cat(path, "/", sublayer->name), trainable, order, own);
  }
  // In Keras the kernel is also this layer's own, in front of its vector.
  const bool spectral = layer.class_name() == "SpectralNormalization";
  if (spectral && own.weights.size() > first + 1) {
    std::swap(own.weights[first], own.weights[first + 1]);
  }
}

/// The model's layers with weights; of each the weights that are trained, then the others.
std::vector<OwnLayer> own_layers(const ModelState& model, const LayerOrder& order) {
  std::vector<OwnLayer> layers;
  for (const auto& layer : order(model)) {
    OwnLayer own;
    own.layer = layer.get();
    own.name = layer->name;
    own.tail_names = as_model(*layer) != nullptr ? 2 : 1;
    collect(*layer, layer->name, model.trainable, order, own);
    if (own.weights.empty()) continue;
    std::stable_partition(own.weights.begin(), own.weights.end(),
                          [](const LayerWeight& weight) { return weight.trained; });
    layers.push_back(std::move(own));
  }
  return layers;
}

std::vector<SavedLayer> saved_layers(Hdf5File& file, const std::string& root) {
  std::vector<SavedLayer> layers;
  for (const std::string& name : string_list(file, root, "layer_names")) {
    SavedLayer layer{name, cat(root, "/", name), {}};
    layer.weights = string_list(file, layer.group, "weight_names");
    if (!layer.weights.empty()) layers.push_back(std::move(layer));
  }
  return layers;
}

/// The last `names` names of a path, without TensorFlow's ":0".
std::string tail_of(std::string_view path, std::size_t names) {
  path = path.substr(0, path.rfind(':'));
  std::size_t begin = path.size();
  while (names-- > 0 && begin != path.npos) {
    begin = begin == 0 ? path.npos : path.rfind('/', begin - 1);
  }
  return std::string(begin == path.npos ? path : path.substr(begin + 1));
}

/// By weight of `own`: its number in the file. By position; but which weights Keras writes first
/// depends on what was frozen, so the names decide if they are the same ones on both sides, each of
/// one weight, and were chosen by somebody.
std::vector<std::size_t> match(const OwnLayer& own, const SavedLayer& saved) {
  std::map<std::string, std::size_t> by_name;
  for (const std::string& name : saved.weights) {
    by_name.emplace(tail_of(name, own.tail_names), by_name.size());
  }
  bool use_names = own.named && by_name.size() == saved.weights.size();
  std::set<std::string_view> tails;
  for (const LayerWeight& weight : own.weights) {
    use_names = use_names && by_name.contains(weight.tail) && tails.insert(weight.tail).second;
  }
  std::vector<std::size_t> numbers;
  for (const LayerWeight& weight : own.weights) {
    numbers.push_back(use_names ? by_name.at(weight.tail) : numbers.size());
  }
  return numbers;
}

void add_layer(const OwnLayer& own, const SavedLayer& saved, WeightOrigin origin,
               WeightPlan& plan) {
  const std::string layer = own.name == saved.name
                                ? cat("layer '", own.name, "'")
                                : cat("layer '", own.name, "' (in the file '", saved.name, "')");
  if (own.weights.size() != saved.weights.size()) {
    return plan.mismatch(cat(layer, ": expected ", std::uint64_t{own.weights.size()},
                             " weights, got ", std::uint64_t{saved.weights.size()}));
  }
  std::vector<std::string> datasets;
  for (const std::size_t number : match(own, saved)) {
    datasets.push_back(cat(saved.group, "/", saved.weights[number]));
  }
  std::set<const LayerInstance*> cudnn;
  for (std::size_t i = 0; i < datasets.size(); ++i) {
    const LayerWeight& weight = own.weights[i];
    const Shape found = plan.file.type(datasets[i]).shape;
    if (is_cudnn_bias(*weight.layer, *weight.parameter, found)) cudnn.insert(weight.layer);
  }
  for (std::size_t i = 0; i < datasets.size(); ++i) {
    const LayerWeight& weight = own.weights[i];
    origin.cudnn = cudnn.contains(weight.layer);
    const Shape found = plan.file.type(datasets[i]).shape;
    plan.add(layer, {weight.path, weight.parameter, datasets[i],
                     older_layout(*weight.layer, *weight.parameter, found, origin)});
  }
}

/// Keras 1 says nothing of itself beside the weights.
WeightOrigin origin_of(Hdf5File& file, const std::string& root) {
  const std::string version = keras::keras_version(file, root);
  return {.keras1 = version.empty() || version.starts_with("1."),
          .theano = keras::text_attribute(file, root, "backend") == "theano"};
}

[[noreturn]] void refuse_count(const std::vector<OwnLayer>& own,
                               const std::vector<SavedLayer>& saved, const WeightPlan& plan) {
  std::size_t first = 0;
  while (first < std::min(own.size(), saved.size()) && own[first].name == saved[first].name) {
    ++first;
  }
  const auto name = [first](const auto& layers) {
    return first < layers.size() ? cat("'", layers[first].name, "'") : std::string("none");
  };
  plan.refuse(ErrorCode::shape_mismatch,
              cat("expected ", std::uint64_t{own.size()}, " layers with weights, got ",
                  std::uint64_t{saved.size()}, "; the first that differs is number ",
                  std::uint64_t{first}, ": expected ", name(own), ", got ", name(saved)));
}

void by_position(const std::vector<OwnLayer>& own, const std::vector<SavedLayer>& saved,
                 const WeightOrigin& origin, WeightPlan& plan) {
  if (own.size() != saved.size()) refuse_count(own, saved, plan);
  for (std::size_t i = 0; i < own.size(); ++i) add_layer(own[i], saved[i], origin, plan);
}

void by_layer_name(const std::vector<OwnLayer>& own, const std::vector<SavedLayer>& saved,
                   const WeightOrigin& origin, WeightPlan& plan) {
  bool found = false;
  for (const SavedLayer& layer : saved) {
    const auto same = std::find_if(own.begin(), own.end(),
                                   [&](const OwnLayer& other) { return other.name == layer.name; });
    if (same == own.end()) continue;
    found = true;
    add_layer(*same, layer, origin, plan);
  }
  if (found || saved.empty()) return;
  plan.refuse(ErrorCode::not_found,
              cat("no layer of the file has the name of one of the model's; its "
                  "first one is '",
                  saved.front().name, "'"));
}

}  // namespace

std::vector<ListedLayer> listed_layers(const ModelState& model, const LayerOrder& order) {
  std::vector<ListedLayer> layers;
  for (const OwnLayer& own : own_layers(model, order)) {
    layers.push_back({own.layer, {}});
    for (const LayerWeight& weight : own.weights) {
      layers.back().weights.push_back({weight.path.substr(own.name.size() + 1), weight.parameter});
    }
  }
  return layers;
}

std::vector<std::string> string_list(Hdf5File& file, const std::string& path,
                                     const std::string& name) {
  std::vector<std::string> strings;
  const auto append = [&](const std::string& part) {
    const Tensor tensor = file.attribute(path, part);
    if (tensor.empty()) return;  // Keras writes an empty list as numbers
    if (tensor.dtype() != DType::string) {
      fail(ErrorCode::corrupt_file, cat(file.name(), ": '", path, "': attribute '", part,
                                        "': expected strings, got ", tensor.dtype()));
    }
    const auto data = tensor.data<std::string>();
    strings.insert(strings.end(), data.begin(), data.end());
  };
  const auto names = file.attributes(path);
  const auto there = [&](const std::string& part) {
    return std::find(names.begin(), names.end(), part) != names.end();
  };
  if (there(name)) append(name);
  for (Index i = 0; !there(name) && there(cat(name, i)); ++i) append(cat(name, i));
  return strings;
}

void plan_listed_weights(const ModelState& model, Hdf5File& file, const std::string& root,
                         bool by_name, WeightPlan& plan) {
  const auto own = own_layers(model, plan.order);
  const auto saved = saved_layers(file, root);
  const WeightOrigin origin = origin_of(file, root);
  by_name ? by_layer_name(own, saved, origin, plan) : by_position(own, saved, origin, plan);
  const std::string top = cat(root, "/top_level_model_weights");
  if (file.exists(top) && !string_list(file, top, "weight_names").empty()) {
    plan.mismatch("the file has weights that belong to no layer");
  }
}

}  // namespace linnet::inline v0::detail
