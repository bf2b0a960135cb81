// From a model to a plan: expand, loss, metrics, gradients, updates.
#include <limits>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/mask.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/update.hpp>
#include <set>

#include "model/feed.hpp"
#include "model/groups.hpp"
#include "model/names.hpp"

namespace linnet::inline v0::detail {

namespace {

/// The ops of one plan while they are put together.
struct Lowering {
  const ModelState& model;
  const PlanKey& key;
  Emission emission;
  Values outputs;  ///< predictions
  std::vector<std::vector<std::size_t>> timed_by;
  Values losses;   ///< total first
  Values metrics;  ///< the sums of all
  std::vector<PlanMetric> plan_metrics;
};

Value input_of(const Lowering& l, std::size_t index, const std::string& name) {
  return ops::input(name, l.key.inputs[index]);
}

std::string lengths_name(std::size_t input) { return cat("x", std::uint64_t{input}, "_lengths"); }

/// The ragged inputs whose steps an output still has: those that its mask was made of. Without a
/// mask, all that are as wide.
std::vector<std::size_t> ragged_inputs_of(const Lowering& l, std::size_t output) {
  const Shape& known = l.model.outputs[output].shape();
  const Shape& shape = l.outputs[output].shape();
  std::vector<std::size_t> found;
  if (known.rank() < 2 || known[1] != any) return found;
  std::set<std::string> read;
  const Value mask = l.outputs[output].mask();
  for (const auto& node : topological_order(std::span(&mask, 1))) {
    if (const auto* input = node->op.as<ops::Input>()) read.insert(input->name);
  }
  for (std::size_t i = 0; i < l.model.inputs.size(); ++i) {
    if (!l.key.ragged[i] || l.key.inputs[i].shape[1] != shape[1]) continue;
    if (!mask || read.contains(lengths_name(i))) found.push_back(i);
  }
  return found;
}

void expand_model(Lowering& l) {
  const ModelState& model = l.model;
  Given given;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const std::string name = cat("x", static_cast<Index>(i));
    Value x = input_of(l, i, name);
    if (l.key.ragged[i]) {
      const TensorType& type = l.key.inputs[i];
      const Value lengths = ops::input(lengths_name(i), {DType::int32, {type.shape[0]}});
      x = x.with_mask(ops::sequence_mask(lengths, type.shape[1]));
    }
    const auto& front = model.fronts[i];
    given[front && !front->inside ? &front->output.node() : &model.inputs[i].node()] = {x};
  }
  l.outputs = expand(model.outputs, given, l.emission, "", model.trainable);
  for (std::size_t k = 0; k < l.outputs.size(); ++k) l.timed_by.push_back(ragged_inputs_of(l, k));
}

/// Weights or a mask, (batch) or (batch, time, ...), as a factor on losses of shape (batch, ...).
/// Losses of one number for the whole batch are taken once for each weight.
Value aligned(const Value& weight, const Value& losses) {
  Value w = weight;
  if (losses.shape().rank() == 0) return w;
  while (w.shape().rank() > losses.shape().rank()) w = ops::squeeze(w, -1);
  while (w.shape().rank() < losses.shape().rank()) w = ops::expand_dims(w, -1);
  return w;
}

/// Error (shape_mismatch): weights that have other axes than the first ones of the losses.
void check_weight(const std::string& where, const Shape& weight, const Shape& losses) {
  bool fits = true;
  for (int axis = 1; axis < weight.rank(); ++axis) {
    fits = fits && (weight[axis] == 1 || (axis < losses.rank() && weight[axis] == losses[axis]));
  }
  if (fits) return;
  fail(ErrorCode::shape_mismatch, cat("sample_weight: expected the first axes of the losses of ",
                                      where, ", ", losses, ", got ", weight));
}

/// A mask over two values: kept by both.
Value both(const Value& a, const Value& b) {
  if (!a || !b) return a ? a : b;
  return ops::compare(ops::CompareKind::logical_and, a, b);
}

/// A mask of y_pred's steps, if the losses have these steps still.
Value mask_for(const Value& losses, const Value& mask) {
  const int rank = losses.shape().rank();
  return rank > 0 && mask && rank < mask.shape().rank() ? Value() : mask;
}

/// Keras's reductions of losses to one number. Where the mean counts all losses, a mask counts
/// total / valid, so that masked steps do not thin it.
Value reduced(const Value& losses, const Value& weight, const Value& mask,
              std::string_view reduction) {
  const bool by_count = reduction == "sum_over_batch_size" || reduction == "mean";
  Value factor;
  if (mask) {
    factor = ops::cast(mask, DType::float32);
    if (by_count) {
      const auto total = static_cast<float>(mask.shape().elements());
      const Value valid = ops::maximum(ops::reduce_sum(factor), ops::constant(1.0f));
      factor = ops::multiply(factor, ops::divide(ops::constant(total), valid));
    }
    factor = aligned(factor, losses);
  }
  if (weight) {
    const Value w = aligned(weight, factor ? factor : losses);
    factor = factor ? ops::multiply(factor, w) : w;
  }
  const Value weighted = factor ? ops::multiply(losses, factor) : losses;
  const Value sum = ops::reduce_sum(weighted);
  if (reduction == "sum") return sum;
  if (!by_count && factor) {
    return ops::divide(sum, ops::maximum(ops::reduce_sum(factor), ops::constant(1e-7f)));
  }
  const Index count = weighted.shape().elements();
  return ops::affine(sum, count == 0 ? 0.0f : 1.0f / static_cast<float>(count));
}

/// Adds an op that refuses bad data; `where` names the column in its errors.
void add_check(Lowering& l, std::string where, const Value& check) {
  check.node().path = std::move(where);
  l.emission.checks.push_back(check);
}

/// The labels of a loss are looked at before a training step changes anything.
void check_labels(Lowering& l, std::string where, const Loss& loss, const Value& y_true,
                  const Value& y_pred) {
  if (y_true.dtype() == DType::float32) {
    add_check(l, where, apply(ops::CheckFinite{.what = "target"}, {y_true}));
  }
  if (const Value check = loss.label_check(y_true, y_pred)) add_check(l, std::move(where), check);
}

/// Labels that the loss and metrics of an output take; each range is looked at unless one before it
/// is as narrow.
class LabelRanges {
 public:
  LabelRanges(Lowering& l, std::string where, const Value& y_true)
      : l_(l), where_(std::move(where)), y_true_(y_true) {}

  void add(std::string_view what, const std::optional<ops::LabelRange>& range) {
    if (!range || (range->low <= narrow_.low && narrow_.high <= range->high)) return;
    narrow_ = {std::max(range->low, narrow_.low), std::min(range->high, narrow_.high)};
    add_check(l_, where_,
              apply(ops::CheckRange{std::string(what), range->low, range->high},
                    {ops::as_scores(y_true_)}));
  }

 private:
  Lowering& l_;
  std::string where_;
  Value y_true_;
  ops::LabelRange narrow_{-std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::infinity()};
};

/// The weights of rows and the mask of steps together.
Value weights_for(const Value& weight, const Value& mask) {
  if (!mask) return weight;
  const Value kept = ops::cast(mask, DType::float32);
  if (!weight) return kept;
  const bool more = weight.shape().rank() > kept.shape().rank();
  return more ? ops::multiply(aligned(kept, weight), weight)
              : ops::multiply(kept, aligned(weight, kept));
}

void add_metric(Lowering& l, const Metric& metric, const Value& y_true, const Value& y_pred,
                const Value& weight) {
  const Values sums = metric.resolved(y_true.type(), y_pred.type())
                          .sums(y_true, y_pred, weights_for(weight, y_pred.mask()));
  std::size_t size = 0;
  for (const Value& sum : sums) size += static_cast<std::size_t>(sum.shape().elements());
  l.metrics.insert(l.metrics.end(), sums.begin(), sums.end());
  l.plan_metrics.push_back({metric, size});
}

/// The loss of output `k`, which has one.
Value loss_of(Lowering& l, std::size_t k, const Value& y_true, const Value& weight,
              LabelRanges& ranges) {
  const Value& y_pred = l.outputs[k];
  const Loss rule = l.model.compiled->losses[k].resolved(y_true.type(), y_pred.type());
  const std::string where = target_label(l.model, k);
  check_labels(l, where, rule, y_true, y_pred);
  ranges.add(rule.class_name(), rule.labels());
  const Value losses = rule.emit(y_true, y_pred);
  if ((weight || y_pred.mask()) && !rule.by_row(y_pred.shape())) {
    fail(ErrorCode::unsupported,
         cat(where, ": ", rule.class_name(),
             " over the rows of a batch has no loss of each row for a weight or mask to count"));
  }
  if (weight) check_weight(where, weight.shape(), losses.shape());
  const Value mask = both(losses.mask(), mask_for(losses, y_pred.mask()));
  return reduced(losses, weight, mask, rule.reduction().str());
}

void add_losses(Lowering& l) {
  const Compiled& compiled = *l.model.compiled;
  const std::size_t outputs = l.outputs.size();
  const Value weight =
      l.key.weight ? ops::input("weight", {DType::float32, *l.key.weight}) : Value();
  Value total;
  Values each;
  for (std::size_t k = 0; k < outputs; ++k) {
    const Value& y_pred = l.outputs[k];
    const Value y_true = input_of(l, l.model.inputs.size() + k, cat("y", static_cast<Index>(k)));
    if (!y_true.shape().fits(y_true.shape().with(0, y_pred.shape()[0]))) {
      fail(ErrorCode::shape_mismatch, cat(target_label(l.model, k), ": expected ",
                                          y_pred.shape()[0], " rows, got ", y_true.shape()));
    }
    LabelRanges ranges(l, target_label(l.model, k), y_true);
    if (compiled.losses[k]) {
      const Value loss = loss_of(l, k, y_true, weight, ranges);
      each.push_back(loss);
      const auto& factors = compiled.options.loss_weights;
      const Value part = factors.empty() ? loss : ops::affine(loss, factors[k]);
      total = total ? ops::add(total, part) : part;
    }
    for (const OutputMetric& m : metrics_of(l.model, k)) {
      const Metric metric = m.metric.resolved(y_true.type(), y_pred.type());
      ranges.add(metric.class_name(), metric.labels());
      add_metric(l, m.metric, y_true, y_pred, m.weighted ? weight : Value());
    }
  }
  for (const Value& penalty : l.emission.losses) total = ops::add(total, penalty);
  for (const PathParameter& p : parameters_of(l.model)) {
    if (p.parameter->penalty && p.parameter->trainable && !p.frozen) {
      total = ops::add(total, p.parameter->penalty(ops::parameter(p.parameter)));
    }
  }
  l.losses = {total};
  if (each.size() > 1) l.losses.insert(l.losses.end(), each.begin(), each.end());
}

/// Float inputs are looked at before a training step changes anything.
void check_inputs(Lowering& l) {
  for (std::size_t i = 0; i < l.model.inputs.size(); ++i) {
    if (l.key.inputs[i].dtype != DType::float32) continue;
    const std::string name = cat("x", static_cast<Index>(i));
    add_check(l, input_label(l.model, i),
              apply(ops::CheckFinite{.what = "input"}, {input_of(l, i, name)}));
  }
}

Values slice(const Values& values, std::size_t& at, std::size_t count) {
  Values part(values.begin() + static_cast<std::ptrdiff_t>(at),
              values.begin() + static_cast<std::ptrdiff_t>(at + count));
  at += count;
  return part;
}

/// combine() over everything at once, so that what is shared stays shared.
void combine_all(Lowering& l) {
  Values all = l.losses;
  all.insert(all.end(), l.metrics.begin(), l.metrics.end());
  all.insert(all.end(), l.outputs.begin(), l.outputs.end());
  all.insert(all.end(), l.emission.checks.begin(), l.emission.checks.end());
  for (const auto& [state, value] : l.emission.updates) all.push_back(value);
  all = combine(all);
  std::size_t at = 0;
  l.losses = slice(all, at, l.losses.size());
  l.metrics = slice(all, at, l.metrics.size());
  l.outputs = slice(all, at, l.outputs.size());
  l.emission.checks = slice(all, at, l.emission.checks.size());
  for (auto& [state, value] : l.emission.updates) value = all[at++];
}

Graph training_graph(Lowering& l) {
  std::vector<ParameterGradient> gradients;
  const Optimizer& optimizer = l.model.compiled->options.optimizer;
  const auto scale = optimizer.settings().loss_scale_factor;
  const Value loss = scale ? ops::affine(l.losses[0], *scale) : l.losses[0];
  for (auto& pair : differentiate(loss)) {
    gradients.push_back({pair.parameter, std::move(pair.gradient)});
  }
  Updates updates = l.key.accumulates ? accumulate_gradients(optimizer, gradients)
                                      : apply_gradients(optimizer, gradients);
  for (const auto& [state, value] : l.emission.updates) {
    updates.updates.push_back(apply(ops::Assign{}, {state, value}));
  }
  Graph graph;
  graph.checks = l.emission.checks;
  graph.prologue = updates.prologue;
  graph.outputs = l.losses;
  graph.outputs.insert(graph.outputs.end(), l.metrics.begin(), l.metrics.end());
  // Every gradient is computed before the first update changes a parameter.
  for (const ParameterGradient& g : gradients) {
    if (g.gradient.dense) graph.updates.push_back(g.gradient.dense);
    for (const RowsGradient& rows : g.gradient.rows) graph.updates.push_back(rows.values);
  }
  graph.updates.insert(graph.updates.end(), updates.updates.begin(), updates.updates.end());
  return graph;
}

Graph lowered(Lowering& l) {
  expand_model(l);
  if (l.key.mode != Mode::predict) {
    check_inputs(l);
    add_losses(l);
  }
  combine_all(l);
  if (l.key.mode == Mode::train) return training_graph(l);
  Graph graph;
  if (l.key.mode == Mode::check) {
    graph.checks = l.emission.checks;
  } else if (l.key.mode == Mode::predict) {
    graph.outputs = l.outputs;
  } else {
    graph.checks = l.emission.checks;
    graph.outputs = l.losses;
    graph.outputs.insert(graph.outputs.end(), l.metrics.begin(), l.metrics.end());
  }
  return graph;
}

/// What a step knows of a source: see SourceKind.
class KindOf {
 public:
  explicit KindOf(const ModelState& model) {
    for (const PathParameter& p : parameters_of(model)) {
      if (p.frozen) frozen_.insert(p.parameter.get());
    }
  }
  bool any_frozen() const { return !frozen_.empty(); }

  SourceKind operator()(const Node& source) const {
    if (const auto* parameter = source.op.as<ops::ParameterSource>()) {
      const bool frozen = parameter->slot.empty() && frozen_.contains(parameter->parameter.get());
      return frozen ? SourceKind::constant : SourceKind::changing;
    }
    const auto* input = source.op.as<ops::Input>();
    if (input == nullptr) return SourceKind::constant;
    if (input->name == "seed") return SourceKind::random;
    return input->name.starts_with("x") ? SourceKind::data : SourceKind::changing;
  }

 private:
  std::set<const Parameter*> frozen_;
};

/// Takes what frozen layers make of the inputs out of a graph that trains or tests.
std::shared_ptr<const FrozenPart> take_frozen(const ModelState& model, Graph& graph,
                                              const PlanOptions& options) {
  const KindOf kind_of(model);
  if (!kind_of.any_frozen()) return nullptr;
  auto parts = split(graph, kind_of);
  if (!parts) return nullptr;
  graph = std::move(parts->after);
  return std::make_shared<const FrozenPart>(*std::move(parts), options);
}

}  // namespace

std::shared_ptr<ModelPlan> make_plan(const ModelState& model, PlanKey key) {
  if (model.pending_input) require_built(model, "model");  // a callback may add a layer
  auto made = std::make_shared<ModelPlan>();
  made->key = std::move(key);
  if (made->key.mode == Mode::train) {  // only training changes the model: others may run at once
    for (const PathParameter& p : parameters_of(model)) p.parameter->frozen = p.frozen;
    apply_groups(model);
  }
  Lowering l{.model = model,
             .key = made->key,
             .emission = {.training = made->key.mode >= Mode::train},
             .outputs = {},
             .timed_by = {},
             .losses = {},
             .metrics = {},
             .plan_metrics = {}};
  Graph graph = simplify(lowered(l));
  if (made->key.mode == Mode::predict) graph = simplify(fuse(graph));
  made->first_metric = l.losses.size();
  made->metrics = l.plan_metrics;
  made->timed_by = l.timed_by;
  PlanOptions options{.threads = made->key.threads, .deterministic = model.run.deterministic};
  if (made->key.mode == Mode::train || made->key.mode == Mode::test) {
    made->frozen = take_frozen(model, graph, options);
  }
  options.reads_only = made->key.mode != Mode::train;
  made->plan = std::make_unique<Plan>(graph, options);
  return made;
}

}  // namespace linnet::inline v0::detail
