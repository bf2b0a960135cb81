// ModelReader: models and layers as Keras's config describes them.
#pragma once

#include <linnet/graph/layer.hpp>
#include <map>
#include <string>

#include "keras/assets.hpp"
#include "keras/class_names.hpp"
#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

/// One object of a file with module, class_name and config.
struct Entry {
  explicit Entry(const Config& entry);

  std::string class_name;
  std::string module;  ///< empty in files of older versions
  const Config* config;
  const Config* whole;

  /// "Sequential", "Functional" and what older versions called so, and classes made from it.
  bool is_model() const;
  bool is_sequential() const { return class_name == "Sequential"; }
  bool is_input() const { return class_name == "InputLayer"; }
  /// A function of keras.ops, which may have the name of a layer.
  bool is_operation() const;
};

/// An entry of a list of layers; what is wrong with it is told with its number, from 1: its name is
/// not yet known. Error: not_found, corrupt_file.
Entry numbered_entry(const Config& item, Index number);

/// What is known of the file while its models are read.
struct ReadContext {
  std::map<Index, Layer> shared;  ///< layers that stand in several places, by their number
  std::size_t depth = 0;          ///< models inside one another
  Index made_inside = 0;          ///< layers inside layers, counted for each of these
  Index made_sizes = 0;           ///< numbers that were computed of sizes of tensors
  /// Layers that others have as their activation: called behind them.
  std::map<std::shared_ptr<LayerInstance>, Layer> activations;
  /// What the file calls the classes of layers, where that is not their name here.
  ClassesInFile classes;
  /// The layers of each model in the order of the file, also those that no output needs.
  std::map<const ModelState*, std::vector<std::shared_ptr<LayerInstance>>> orders;

  /// A model, or a layer with others inside, that is being read.
  struct Container {
    std::string group;  ///< where it is in the file: "", "/layers/functional"
    ClassNames names = {};
  };
  const Assets* assets = nullptr;
  bool config_alone = false;  ///< the kind of file has no assets
  std::vector<Container> containers;
  std::string group;  ///< of the layer that is being read
};

/// The model that `entry` describes, connected, without values of its weights. Error: unsupported
/// (class, value), corrupt_file, with the path of the layer.
std::shared_ptr<ModelState> read_model(const Entry& entry, ReadContext& context);

/// The layer, or the model as a layer, with `more` fields.
Layer read_layer(const Entry& entry, ReadContext& context, const Config& more = Config::object());

/// Of an InputLayer.
struct InputData {
  std::string name;
  TensorType type;
};
InputData read_input(const Entry& entry);
/// A shape with its batch axis; sizes that are not known are null.
Shape read_shape(const Config& config);

/// functional_reader.cpp
std::shared_ptr<ModelState> read_functional(const Config& config, ReadContext& context);

}  // namespace linnet::inline v0::detail::keras
