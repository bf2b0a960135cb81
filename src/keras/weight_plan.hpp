// Keras's weight files: which dataset belongs to which weight of a model.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "keras/class_names.hpp"
#include "keras/older_layout.hpp"
#include "keras/weight_store.hpp"
#include "model/keras_layers.hpp"

namespace linnet::inline v0::detail {

/// A weight of the model and the dataset that holds its values.
struct WeightSource {
  std::string weight;  ///< its path: "dense/kernel"
  std::shared_ptr<Parameter> parameter;
  std::string dataset;  ///< its path in the file
  OlderLayout older = {parameter->type.shape, {}};
};

/// The layers of a model in Keras's order.
using LayerOrder = std::function<std::vector<std::shared_ptr<LayerInstance>>(const ModelState&)>;

/// Collects weights and their datasets, each compared by shape before anything is read.
class WeightPlan {
 public:
  WeightPlan(WeightStore& from, bool skip_mismatch) : file(from), skip_mismatch_(skip_mismatch) {}

  WeightStore& file;
  LayerOrder order = {};  ///< what a file says of its own models; none: as Keras lists the layers
  keras::ClassesInFile classes = {};
  std::string_view doing = "load_weights: ";  ///< in messages, behind the file's name

  /// `layer`: as messages name it. Error: shape_mismatch, unless mismatches are skipped.
  void add(const std::string& layer, WeightSource source);
  /// Error: shape_mismatch with this message; or it is one of the skipped.
  void mismatch(const std::string& message);
  /// Throws, with the file's name in front.
  [[noreturn]] void refuse(ErrorCode code, std::string_view message) const;

  const std::vector<WeightSource>& sources() const { return sources_; }
  const std::vector<std::string>& skipped() const { return skipped_; }

 private:
  bool skip_mismatch_;
  std::vector<WeightSource> sources_;
  std::vector<std::string> skipped_;
};

/// Finds out which of Keras's formats the file has, and plans by it.
void plan_weights(const ModelState& model, const LoadWeightsOptions& options, WeightPlan& plan);
/// The values that are planned, each as its parameter's type, in the order of the sources.
std::vector<Tensor> read_values(WeightPlan& plan);

/// A layer of a model that has weights, as a legacy file lists it.
struct ListedLayer {
  struct Weight {
    std::string path;  ///< in the layer
    std::shared_ptr<Parameter> parameter;
  };
  const LayerInstance* layer;
  std::vector<Weight> weights;  ///< also of the layers inside; those that are trained first
};
std::vector<ListedLayer> listed_layers(const ModelState& model, const LayerOrder& order);

/// A legacy file, which lists layers and weights (`root`: the group that has `layer_names`): layers
/// by position, or by name.
void plan_listed_weights(const ModelState& model, Hdf5File& file, const std::string& root,
                         bool by_name, WeightPlan& plan);
/// A weight file of Keras 3 or of tf.keras's `.keras` format: layers by class and number, weights
/// by number.
void plan_numbered_weights(const ModelState& model, WeightPlan& plan);
/// True if `group` of a file has Keras 3's layers.
bool has_numbered_layers(WeightStore& file, const std::string& group);
/// The strings of an attribute, or of its parts `name`0, `name`1, ...; none if there is neither.
std::vector<std::string> string_list(Hdf5File& file, const std::string& path,
                                     const std::string& name);

}  // namespace linnet::inline v0::detail
