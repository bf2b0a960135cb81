// ModelState: what the handles of one model share.
#pragma once

#include <atomic>
#include <linnet/model/model.hpp>
#include <map>
#include <mutex>
#include <optional>

#include "model/fit_position.hpp"
#include "model/plan_cache.hpp"

namespace linnet::inline v0::detail {

/// What compile() fixed; `losses`, by output, once the number of outputs is known.
struct Compiled {
  CompileOptions options;
  std::vector<Loss> losses;
};
void check_compiled(const struct ModelState& model, const CompileOptions& options);

/// A layer in front that turns a string input into numbers.
struct Front {
  std::shared_ptr<LayerInstance> layer;
  Value output;         ///< what it gives the rest of the graph
  bool inside = false;  ///< of the inner model that `layer` is: that takes the numbers instead
};

struct ModelState final : LayerInstance {
  ~ModelState() override;

  // LayerInstance: a model as a layer of another.
  std::string_view class_name() const override { return sequential ? "Sequential" : "Functional"; }
  Config config() const override;
  MaskRule mask_rule() const override { return MaskRule::drop; }
  DType input_dtype() const override;
  Values emit(Scope& scope, const Call& call) const override;
  std::optional<std::variant<Tensor, Ragged>> transform(const Tensor& strings) const override;
  const void* address() const override { return this; }  // by which as_model() knows it
  std::vector<std::shared_ptr<LayerInstance>> sublayers() const override;

  bool sequential = false;
  std::vector<Layer> pending;  ///< of a Sequential that is not built yet
  std::optional<TensorType> pending_input;
  std::string input_name;  ///< of a Sequential's Input
  bool sized = false;      ///< a Sequential's sizes are those of its Input or build(), not of data
  mutable std::atomic<bool> inside{false};  ///< it was used as a layer of another

  std::atomic<bool> built{false};
  Values inputs, outputs;  ///< empty until built
  std::vector<std::shared_ptr<LayerInstance>> layers;
  std::vector<std::optional<Front>> fronts;  ///< by input

  std::uint64_t seed = 0;
  RunOptions run;
  std::optional<Compiled> compiled;
  Index iteration = 0;
  Index fits = 0;  ///< calls of fit() so far; each shuffles in an order of its own
  std::optional<float> learning_rate;  ///< replaces the optimizer's, if a callback set it
  std::vector<std::string> labels;
  float rejection_threshold = 0;
  std::vector<bool> plan_flags;     ///< the frozen flags that the plans were made with
  std::uint64_t flags_version = 0;  ///< when they were read
  std::vector<std::shared_ptr<Parameter>> tables;  ///< parameters that may have waiting rows
  Columns sample;  ///< a few rows that training saw, for the self-test of a file

  std::function<FitPosition()> position;  ///< of the fit() that runs; empty: none does
  std::optional<FitPosition> stopped;     ///< where a fit() ended before its end, or was saved

  bool training_mapped = false;  ///< slots and waiting rows are views of the file they came from

  std::mutex first_use;  ///< of a Sequential that is not built: held by who builds it of data

  mutable PlanCache plans;
  mutable std::atomic<bool> range_warned{false};  ///< by warn_of_range
  std::string preprocess;  ///< of a pretrained network: preprocess_input's mode, if it matters
  Index uses = 0;          ///< how many layers run when it does: see uses.hpp

  int threads() const;
};

/// A parameter under the path that it has in a model.
struct PathParameter {
  std::string path;
  std::shared_ptr<Parameter> parameter;
  bool frozen;
};
std::vector<PathParameter> parameters_of(const ModelState& model);

// nesting.cpp: models inside models. A file of a model as deep as this is within the limits of
// parse_json.
constexpr int kMostNested = 50;
/// The model that the layer is, or null.
const ModelState* as_model(const LayerInstance& layer);
/// The layer that the node calls, or null.
const LayerInstance* layer_of(const Node& node);
/// Error: a model that contains itself, or models too deep inside one another, in `outer` with one
/// more layer `added` (if not null).
void check_nesting(const ModelState& outer, const LayerInstance* added = nullptr);

// build.cpp: from layers to a connected, named, initialized model.
/// Held while a model is built, and to read of one that may not be built what building changes: a
/// model in several others may be built by any of them. Recursive: models are inside one another.
std::unique_lock<std::recursive_mutex> building();
/// `filled`: parameters get their first values; without, they wait for those of a file. Not
/// `published`: `built` is left to the caller.
void build(ModelState& model, bool filled = true, bool published = true);
/// What set_random_seed() gave: the seed of models that are made from now on.
std::uint64_t first_seed();
/// Error: a vocabulary in front of the model has more words than the table behind it has rows.
void check_id_counts(const ModelState& model);
/// Error: two labels alike; not as many as the built model's only output has classes.
void check_labels(const ModelState& model, const std::vector<std::string>& labels);
/// True if the model is built; a Sequential whose layers are connected is built now.
bool ready(const ModelState& model);
/// config.cpp: the model that ModelState::config() wrote down. Error: unknown layers or keys;
/// references to nothing.
std::shared_ptr<ModelState> model_from_config(const Config& config, bool filled = true);
TensorType type_of(const ModelState& model, const Column& column);
void require_built(const ModelState& model, std::string_view what);
/// The names of layers in a model: those that they have, and numbered ones for others. Error: two
/// layers of one name.
std::vector<std::string> layer_names(const std::vector<std::shared_ptr<LayerInstance>>& layers);

// expand.cpp: user-level values as ops.
using Given = std::map<const Node*, Values>;
Values expand(const Values& roots, const Given& given, Emission& emission, const std::string& path,
              bool trainable);

// lower.cpp: from a model to a plan.
std::shared_ptr<ModelPlan> make_plan(const ModelState& model, PlanKey key);

// plan_cache.cpp: plans found again.
std::shared_ptr<const ModelPlan> plan_for(ModelState& model, const PlanKey& key);
std::shared_ptr<const ModelPlan> predict_plan(const ModelState& model, const PlanKey& key);

// rows.cpp: tables of which some rows still wait for updates.
void make_readable(const ModelState& model);
/// The value as everybody but training reads it, once it is made readable.
inline const Tensor& readable(const Parameter& parameter) {
  return parameter.caught_up.empty() ? parameter.value : parameter.caught_up;
}
/// After a training step: what was read before is out of date.
void rows_trained(ModelState& model);
/// Makes the waiting updates in the tables themselves. Called where training state changes anyway:
/// new weights, another optimizer, layers frozen or thawed.
void settle_rows(ModelState& model);
/// After it, when layers are frozen or thawed: the steps for which a table was frozen have passed
/// it by.
void thaw_rows(ModelState& model);
/// Copies what training keeps into memory of its own, if it is still mapped from a file: a model
/// that only predicts never needs it.
void own_training(ModelState& model);

// io/model_file.cpp: weights and training state of a file that this very model was saved in.
/// Error: io, corrupt_file; bad_state: of another model, one of another seed, or compiled in
/// another way.
void load_training(ModelState& model, const std::string& path);

// step.cpp: one batch.
struct StepResult {
  Index rows = 0;
  std::vector<double> losses;             ///< total, then by output if there are several
  std::vector<double> metrics;            ///< the sums of all metrics, one after the other
  std::shared_ptr<const ModelPlan> plan;  ///< says how many belong to each
};
/// Keeps copies of the first rows of `x` for self-tests, unless there are some already.
void keep_sample(ModelState& model, const Columns& x);
float rate_of(const ModelState& model);  ///< the learning rate of the next update
struct FeatureInputs;
/// With `features`, the x of the batch are outputs of the frozen part. The result takes the memory
/// of `earlier`.
StepResult run_step(ModelState& model, Mode mode, const Batch& batch,
                    const FeatureInputs* features = nullptr, StepResult earlier = {});

/// Sums of steps, as logs: each loss weighted by rows, each metric of its sums.
class Totals {
 public:
  void add(const StepResult& step);
  Logs logs(const ModelState& model) const;
  /// All numbers, and a Totals of them.
  Config config() const;
  static Totals from_config(const Config& config);
  Index rows() const { return rows_; }

 private:
  Index rows_ = 0;
  std::vector<double> losses_;
  std::vector<double> metrics_;            ///< as in StepResult
  std::vector<std::size_t> sizes_;         ///< how many of them each metric has
  std::shared_ptr<const ModelPlan> plan_;  ///< of the last step; null: they were read from a file
};

}  // namespace linnet::inline v0::detail
