// FirstData: rows of which a Sequential takes its shapes, until they are accepted.
#pragma once

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// What a Sequential, and the models and layers inside it, were before it was built of data.
class Unbuilt {
 public:
  Unbuilt() = default;
  /// Nothing of a model that is built, or that an Input has given its shapes.
  explicit Unbuilt(ModelState& model);
  void restore();

 private:
  struct Entry {
    LayerInstance* layer;
    std::string name;
    std::vector<std::shared_ptr<Parameter>> parameters;
    std::optional<std::vector<Layer>> pending;  ///< of a model that is not built
    bool inside;                                ///< of a model
  };
  /// How far the model was trained.
  struct Progress {
    ModelState* model;
    Index iteration, fits;
    std::optional<float> learning_rate;
    std::optional<FitPosition> stopped;
  };
  void remember(LayerInstance& layer);

  std::vector<Entry> entries_;
  std::optional<Progress> progress_;
};

/// Builds a Sequential that is not built yet, and says what it was before; of several threads, one
/// does. Models are built one at a time, since they may share layers. `published`: as for build().
/// Error: what a layer refuses; then nothing has changed.
Unbuilt build_sequential(ModelState& model, const TensorType& input, bool published = true);
/// Connects one more layer of a Sequential that has an Input. Error: what the layer refuses; then
/// nothing has changed.
void connect(ModelState& model, const Layer& layer);

/// The data of a call. A Sequential that has no shapes yet is built of them; unless they are
/// accepted, it is then what it was before, and other data may give it other shapes.
class FirstData {
 public:
  /// `shared`: other threads may make such calls too. They wait until these data are accepted or
  /// not.
  FirstData(ModelState& model, const Columns& x, bool shared = false);
  ~FirstData() { before_.restore(); }
  FirstData(const FirstData&) = delete;
  FirstData& operator=(const FirstData&) = delete;

  void accept();

 private:
  ModelState& model_;
  std::unique_lock<std::mutex> lock_;
  Unbuilt before_;
  bool built_here_ = false;
};

}  // namespace linnet::inline v0::detail
