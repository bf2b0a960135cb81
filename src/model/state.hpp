// ModelState: what the handles of one model share.
#pragma once

#include <atomic>
#include <linnet/model/model.hpp>
#include <list>
#include <map>
#include <mutex>
#include <optional>

#include "plan/plan.hpp"

namespace linnet::inline v0::detail {

enum class Mode : std::uint8_t { predict, test, train, check };

/// What a plan is made for; plans are found by it again.
struct PlanKey {
  Mode mode = Mode::predict;
  Types inputs;              ///< of all columns of x, then of y
  std::vector<bool> ragged;  ///< by column of x: padded, with lengths
  bool weighted = false;     ///< rows have weights
  bool accumulates = false;  ///< a training step that only adds to the accumulated gradients
  friend bool operator==(const PlanKey&, const PlanKey&) = default;
};

/// A plan with the meaning of its outputs.
struct ModelPlan {
  PlanKey key;
  std::unique_ptr<Plan> plan;
  std::size_t first_metric = 0;    ///< outputs: predictions or losses, then (sum, weight) pairs
  std::vector<std::string> names;  ///< of losses, then of metrics
};

/// Plans by key, the least recently used dropped when they hold too many bytes.
class PlanCache {
 public:
  std::shared_ptr<const ModelPlan> find(const PlanKey& key);
  void insert(std::shared_ptr<const ModelPlan> plan);
  void clear();
  std::size_t size() const;
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kMostBytes = std::size_t{256} << 20;
  static constexpr std::size_t kMostPlans = 64;
  mutable std::mutex mutex_;
  std::list<std::shared_ptr<const ModelPlan>> plans_;  // most recently used first
};

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
  // LayerInstance: a model as a layer of another.
  std::string_view class_name() const override { return sequential ? "Sequential" : "Functional"; }
  Config config() const override;
  MaskRule mask_rule() const override { return MaskRule::drop; }
  DType input_dtype() const override;
  Values emit(Scope& scope, const Call& call) const override;
  std::optional<std::variant<Tensor, Ragged>> transform(const Tensor& strings) const override;
  const void* address() const override { return this; }
  std::vector<std::shared_ptr<LayerInstance>> sublayers() const override { return layers; }

  bool sequential = false;
  std::vector<Layer> pending;  ///< of a Sequential that is not built yet
  std::optional<TensorType> pending_input;

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
  std::vector<bool> plan_flags;     ///< the frozen flags that the plans were made with
  std::uint64_t flags_version = 0;  ///< when they were read
  std::vector<std::shared_ptr<Parameter>> tables;  ///< parameters that may have waiting rows
  Columns sample;  ///< a few rows that training saw, for the self-test of a file

  bool training_mapped = false;  ///< slots and waiting rows are views of the file they came from

  mutable PlanCache plans;
  std::mutex building;  ///< of a Sequential that several threads predict with before it is built

  int threads() const;
};

/// A parameter under the path that it has in a model.
struct PathParameter {
  std::string path;
  std::shared_ptr<Parameter> parameter;
  bool frozen;
};
std::vector<PathParameter> parameters_of(const ModelState& model);

// build.cpp: from layers to a connected, named, initialized model.
/// `filled`: parameters get their first values; without, they wait for those of a file.
void build(ModelState& model, bool filled = true);
void build_sequential(ModelState& model, const TensorType& input);
/// config.cpp: the model that ModelState::config() wrote down. Error: unknown layers or keys;
/// references to nothing.
std::shared_ptr<ModelState> model_from_config(const Config& config, bool filled = true);
TensorType type_of(const ModelState& model, const Column& column);
void require_built(const ModelState& model, std::string_view what);

// expand.cpp: user-level values as ops.
using Given = std::map<const Node*, Values>;
Values expand(const Values& roots, const Given& given, Emission& emission, const std::string& path,
              bool trainable);

// lower.cpp: from a model to a plan.
std::shared_ptr<const ModelPlan> plan_for(ModelState& model, const PlanKey& key);
std::shared_ptr<const ModelPlan> predict_plan(const ModelState& model, const PlanKey& key);

// rows.cpp: tables of which some rows still wait for updates.
void make_readable(const ModelState& model);
/// After a training step: what was read before is out of date.
void rows_trained(ModelState& model);
/// Makes the waiting updates in the tables themselves. Called where training state changes anyway:
/// new weights, another optimizer, layers frozen or thawed.
void settle_rows(ModelState& model);
/// Copies what training keeps into memory of its own, if it is still mapped from a file: a model
/// that only predicts never needs it.
void own_training(ModelState& model);

// feed.cpp: columns as the inputs of a plan.
class Feed {
 public:
  /// Transforms strings, converts dtypes, pads ragged rows. Error: number, rank, sizes or dtype
  /// of a column do not fit the model's inputs, naming the input.
  Feed(const ModelState& model, const Columns& x);
  /// The same with targets.
  Feed(const ModelState& model, const Columns& x, const Columns& y, const Tensor& weight);

  Index rows() const { return rows_; }
  const PlanKey& key() const { return key_; }
  PlanKey& key() { return key_; }
  void bind(const Plan& plan, Plan::Session& session) const;

 private:
  void add_x(const ModelState& model, std::size_t index, const Column& column);
  void add_column(const std::string& name, const Column& column, DType dtype, int rank);
  void add_y(const ModelState& model, std::size_t index, const Column& column);
  PlanKey key_;
  std::vector<std::pair<std::string, Tensor>> tensors_;
  Index rows_ = -1;
};
/// Rows [begin, end) of a column, as a view where possible.
Column rows_between(const Column& column, Index begin, Index end);
/// Runs only the checks of a training step.
void check_rows(const ModelState& model, Feed feed);

/// Refuses what the layers or the loss could not take, before training starts: ids and labels
/// outside their range, numbers that are not finite, in whole columns and with their true rows.
void check_columns(const ModelState& model, const Columns& x, const Columns& y,
                   const Tensor& weight);

// step.cpp: one batch.
struct StepResult {
  Index rows = 0;
  std::vector<double> losses;                      ///< total, then by output if there are several
  std::vector<std::pair<double, double>> metrics;  ///< sum and weight
};
/// Keeps copies of the first rows of `x` for self-tests, unless there are some already.
void keep_sample(ModelState& model, const Columns& x);
StepResult run_step(ModelState& model, Mode mode, const Batch& batch);

/// Sums of steps, as logs: each loss weighted by rows, each metric by its weights.
class Totals {
 public:
  void add(const StepResult& step);
  Logs logs(const ModelState& model) const;
  Index rows() const { return rows_; }

 private:
  Index rows_ = 0;
  std::vector<double> losses_;
  std::vector<std::pair<double, double>> metrics_;
};
std::vector<std::string> log_names(const ModelState& model);

}  // namespace linnet::inline v0::detail
