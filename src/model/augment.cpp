#include <algorithm>
#include <cstring>
#include <linnet/layers/mixing.hpp>
#include <linnet/model/augment.hpp>
#include <mutex>

#include "kernels/threads.hpp"
#include "plan/plan.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

/// The layers, and the plan for batches of the last shapes.
struct Augmentation::State {
  std::vector<Layer> layers;
  std::uint64_t seed = 0;
  std::mutex mutex;
  Types types;
  std::shared_ptr<const Plan> plan;

  std::shared_ptr<const Plan> plan_for(const Types& wanted);
};

namespace {

bool mixes_labels(const Layer& layer) {
  return layer.as<MixUp>() != nullptr || layer.as<CutMix>() != nullptr;
}

/// values (pictures, then targets if there are any) through one layer.
void apply_layer(const Layer& layer, std::size_t index, detail::Emission& emission,
                 Values& values) {
  const Values given = mixes_labels(layer) ? values : Values{values.front()};
  const Values made = detail::expand_layer(layer.instance(), emission,
                                           cat("augment/", std::uint64_t{index}), true, given);
  if (made.size() != given.size()) {
    fail(ErrorCode::shape_mismatch, cat("augment: ", layer.class_name(), " makes ",
                                        std::uint64_t{made.size()}, " values of one"));
  }
  std::copy(made.begin(), made.end(), values.begin());
}

void require_same_rows(const Values& outputs, const Types& inputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Shape &got = outputs[i].shape(), &given = inputs[i].shape;
    if (got.rank() > 0 && got[0] == given[0]) continue;
    fail(ErrorCode::shape_mismatch, cat("augment: ", given, " became ", got, ", other rows"));
  }
}

/// The one column as a tensor. Error: several columns, or rows of different lengths.
Tensor& only_tensor(Columns& columns, const char* what) {
  if (columns.size() == 1) {
    if (auto* tensor = std::get_if<Tensor>(&columns.front())) return *tensor;
  }
  fail(ErrorCode::shape_mismatch,
       cat("augment: expected one ", what, " of rows of one length, got ",
           columns.size() == 1 ? std::string("rows of different lengths")
                               : cat(std::uint64_t{columns.size()})));
}

}  // namespace

std::shared_ptr<const Plan> Augmentation::State::plan_for(const Types& wanted) {
  const std::lock_guard lock(mutex);
  if (plan && types == wanted) return plan;
  detail::Emission emission;
  emission.training = true;
  Values values;
  for (const TensorType& type : wanted) {
    values.push_back(ops::input(values.empty() ? "x" : "y", type));
  }
  for (std::size_t i = 0; i < layers.size(); ++i) apply_layer(layers[i], i, emission, values);
  require_same_rows(values, wanted);
  for (const Layer& layer : layers) {
    if (layer.parameters().empty()) continue;
    fail(ErrorCode::unsupported,
         cat("augment: ", layer.class_name(), " has parameters; only a model can train them"));
  }
  Graph graph;
  graph.outputs = values;
  plan = std::make_shared<const Plan>(
      simplify(graph), PlanOptions{.threads = default_threads(), .deterministic = true});
  types = wanted;
  return plan;
}

Augmentation::Augmentation(std::vector<Layer> layers, std::uint64_t seed)
    : state_(std::make_shared<State>()) {
  state_->layers = std::move(layers);
  state_->seed = seed;
}

void Augmentation::operator()(Batch& batch, DataPosition at) const {
  std::vector<Tensor*> tensors{&only_tensor(batch.x, "input")};
  const bool mixes = std::any_of(state_->layers.begin(), state_->layers.end(), mixes_labels);
  if (mixes && !batch.y.empty()) tensors.push_back(&only_tensor(batch.y, "target"));
  Types types;
  for (const Tensor* tensor : tensors) types.push_back({tensor->dtype(), tensor->shape()});
  const auto plan = state_->plan_for(types);
  Plan::Session session(*plan);
  const std::int64_t seed[2] = {static_cast<std::int64_t>(state_->seed),
                                (at.epoch << 32) + at.element};
  const auto bind = [&](const char* name, const void* data) {
    if (const int index = plan->input_index(name); index >= 0) session.bind(index, data);
  };
  bind("seed", seed);
  bind("x", tensors.front()->raw());
  bind("y", tensors.back()->raw());
  session.run();
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    Tensor made(plan->output_type(i).dtype, plan->output_type(i).shape);
    if (made.bytes() > 0) std::memcpy(made.raw(), session.output(i), made.bytes());
    *tensors[i] = std::move(made);
  }
}

}  // namespace linnet::inline v0
