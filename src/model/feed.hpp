// Feed: columns as the inputs of a plan.
#pragma once

#include "model/features.hpp"
#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// What a plan reads, made of the columns of a batch. Its lists stand in memory that an earlier one
/// of this thread has left: steps that come again ask for none.
class Feed {
 public:
  /// Transforms strings, converts dtypes, pads ragged rows. Error: number, rank, sizes or dtype
  /// of a column do not fit the model's inputs, naming the input.
  Feed(const ModelState& model, const Columns& x);
  /// The same with targets.
  Feed(const ModelState& model, const Columns& x, const Columns& y, const Tensor& weight);

  /// The same with what a frozen part makes of x: see Features.
  Feed(const ModelState& model, const FeatureInputs& inputs, const Batch& features);

  Feed(Feed&&) = default;
  ~Feed();

  Index rows() const { return rows_; }
  const PlanKey& key() const { return key_; }
  PlanKey& key() { return key_; }
  void bind(const Plan& plan, Plan::Session& session) const;

 private:
  using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
  struct Lists;
  static Lists& left();

  Feed();
  void add_x(const ModelState& model, std::size_t index, const Column& column);
  void add_column(std::size_t index, const Column& column, const TensorType& type,
                  const std::string& label);
  void add_targets(const ModelState& model, const Columns& y, const Tensor& weight);
  void add_y(const ModelState& model, std::size_t index, const Column& column);
  PlanKey key_;
  NamedTensors tensors_;
  Index rows_ = -1;
};
/// Rows [begin, end) of a column, as a view where possible.
Column rows_between(const Column& column, Index begin, Index end);
/// Runs only the checks of a training step, with a plan that is kept in `plans`.
void check_rows(const ModelState& model, Feed feed, PlanCache& plans);

/// The answer of each row. Error: shape_mismatch: the rows are no probabilities of classes.
std::vector<Prediction> predictions_of(const ModelState& model, const Tensor& probabilities);

/// The columns with texts turned into numbers.
Columns transformed(const ModelState& model, const Columns& x);

/// Refuses what the layers or the loss could not take, before training starts: ids and labels
/// outside their range, numbers that are not finite, in whole columns and with their true rows.
void check_columns(const ModelState& model, const Columns& x, const Columns& y,
                   const Tensor& weight);

}  // namespace linnet::inline v0::detail
