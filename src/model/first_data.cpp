#include "model/first_data.hpp"

#include <algorithm>

namespace linnet::inline v0::detail {

Unbuilt::Unbuilt(ModelState& model) {
  if (model.built || model.pending_input) return;
  remember(model);
  progress_ = {&model, model.iteration, model.fits, model.learning_rate, model.stopped};
}

void Unbuilt::remember(LayerInstance& layer) {
  if (std::ranges::any_of(entries_, [&](const Entry& e) { return e.layer == &layer; })) return;
  entries_.push_back({&layer, layer.name, layer.parameters, std::nullopt, false});
  if (const ModelState* model = as_model(layer)) {
    entries_.back().inside = model->inside;
    if (model->built || model->pending_input) return;  // data build nothing inside
    entries_.back().pending = model->pending;
  }
  for (const auto& inner : layer.sublayers()) remember(*inner);
}

void Unbuilt::restore() {
  if (entries_.empty()) return;
  const auto lock = building();
  for (Entry& entry : entries_) {
    LayerInstance& layer = *entry.layer;
    // What layers of other models have, which may run, stays untouched.
    if (layer.name != entry.name) layer.name = std::move(entry.name);
    if (layer.parameters != entry.parameters) layer.parameters = std::move(entry.parameters);
    if (as_model(layer) == nullptr) continue;
    auto& model = static_cast<ModelState&>(layer);
    if (model.inside != entry.inside) model.inside = entry.inside;
    if (!entry.pending) continue;
    model.built.store(false, std::memory_order_release);
    model.pending = *std::move(entry.pending);
    model.inputs.clear();
    model.outputs.clear();
    model.layers.clear();
    model.fronts.clear();
    model.tables.clear();
    model.plans.clear();
    model.plan_flags.clear();
    model.flags_version = 0;
    if (model.compiled) model.compiled->losses.clear();
  }
  entries_.clear();
  progress_->model->iteration = progress_->iteration;
  progress_->model->fits = progress_->fits;
  progress_->model->learning_rate = progress_->learning_rate;
  progress_->model->stopped = std::move(progress_->stopped);
}

FirstData::FirstData(ModelState& model, const Columns& x, bool shared) : model_(model) {
  if (model.built.load(std::memory_order_acquire)) return;
  if (x.size() != 1) fail(ErrorCode::invalid_argument, "Sequential: takes one input");
  if (model.pending_input) {  // has its shapes from there
    build_sequential(model, type_of(model, x.front()));
    return;
  }
  if (shared) {
    lock_ = std::unique_lock(model.first_use);
    if (model.built.load(std::memory_order_acquire)) {
      lock_.unlock();
      return;
    }
  }
  before_ = build_sequential(model, type_of(model, x.front()), !shared);
  built_here_ = true;
}

void FirstData::accept() {
  if (!built_here_) return;
  before_ = {};
  model_.built.store(true, std::memory_order_release);
  if (lock_) lock_.unlock();
}

}  // namespace linnet::inline v0::detail
