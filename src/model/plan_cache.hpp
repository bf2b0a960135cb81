// PlanCache: the plans of a model, found again by what they were made for.
#pragma once

#include <linnet/metrics.hpp>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace linnet::inline v0::detail {

enum class Mode : std::uint8_t { predict, test, train, check };

/// What a plan is made for; plans are found by it again.
struct PlanKey {
  Mode mode = Mode::predict;
  Types inputs;                 ///< of all columns of x, then of y
  std::vector<bool> ragged;     ///< by column of x: padded, with lengths
  std::optional<Shape> weight;  ///< of the weights, if there are some
  bool accumulates = false;     ///< a training step that only adds to the accumulated gradients
  int threads = 1;              ///< that the plan may use
  friend bool operator==(const PlanKey&, const PlanKey&) = default;
};

/// What frozen layers in front make of the inputs of a training or test plan: a plan of its own,
/// fused like one that predicts, whose outputs the other reads as inputs.
class FrozenPart {
 public:
  FrozenPart(SplitGraph parts, const PlanOptions& options);

  /// What its plan runs.
  const Graph& graph() const { return graph_; }
  /// Made when it is first needed.
  const Plan& plan() const;
  /// The input by which the plan behind takes output i.
  static std::string name(std::size_t i) { return SplitGraph::name(i); }
  const Types& types() const { return types_; }  ///< of the outputs
  /// Row i of the outputs is a function of row i of the inputs, and takes long enough to compute.
  bool worth_keeping() const { return worth_keeping_; }
  /// The same for the same outputs of the same layers, whatever the number of rows.
  const std::string& signature() const { return signature_; }
  bool same_as(const FrozenPart& other) const;
  std::size_t resident_bytes() const;

 private:
  Graph graph_;
  PlanOptions options_;
  Types types_;
  bool worth_keeping_ = false;
  std::string signature_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<const Plan> plan_;
};

/// A metric of a plan, and how many numbers its sums have.
struct PlanMetric {
  Metric metric;
  std::size_t size = 0;
};

/// A plan with the meaning of its outputs.
struct ModelPlan {
  PlanKey key;
  std::shared_ptr<const FrozenPart> frozen;  ///< runs first; null: there is none
  std::unique_ptr<Plan> plan;
  std::size_t first_metric = 0;  ///< outputs: predictions or losses, then the sums of metrics
  std::vector<PlanMetric> metrics;
  /// By output of a prediction: the ragged inputs whose steps in time its axis 1 has.
  std::vector<std::vector<std::size_t>> timed_by;
};

/// Plans by key, the least recently used dropped when they hold too many bytes.
class PlanCache {
 public:
  std::shared_ptr<const ModelPlan> find(const PlanKey& key);
  void insert(std::shared_ptr<const ModelPlan> plan);
  /// Lets the plan use a frozen part that a plan in here has already.
  std::shared_ptr<const ModelPlan> share(std::shared_ptr<ModelPlan> plan) const;
  void clear();
  std::size_t size() const;
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kMostBytes = std::size_t{256} << 20;
  static constexpr std::size_t kMostPlans = 64;
  mutable std::mutex mutex_;
  std::list<std::shared_ptr<const ModelPlan>> plans_;  // most recently used first
};

}  // namespace linnet::inline v0::detail
