// Reading tables of which some rows still wait for their updates.
#include <linnet/optimizers/pending_rows.hpp>

#include "model/settled_copy.hpp"

namespace linnet::inline v0::detail {

namespace {

/// Guards the copies: models that share a table may be read by several threads.
std::mutex reading;

/// Runs one op over a table, at the step that its rows lag behind.
Tensor run_over(const ModelState& model, const std::shared_ptr<Parameter>& table,
                const ParameterRule& rule, bool keep) {
  Graph graph;
  (keep ? graph.outputs : graph.updates).push_back(rule(ops::parameter(table)));
  const Plan plan(graph, {.threads = model.threads(), .reads_only = false});
  Plan::Session session(plan);
  session.bind(plan.input_index("iteration"), &table->pending_step);
  session.run();
  if (!keep) return {};
  return Tensor::borrow(static_cast<const float*>(session.output(0)), table->type.shape).clone();
}

}  // namespace

void make_readable(const ModelState& model) {
  for (const auto& table : model.tables) {
    if (!table->rows_wait.load(std::memory_order_acquire)) continue;
    const std::lock_guard lock(reading);
    if (!table->rows_wait.load(std::memory_order_relaxed)) continue;
    Tensor copy = run_over(model, table, table->pending_read, true);
    if (table->caught_up.empty()) {
      table->caught_up = std::move(copy);
    } else {
      table->caught_up.assign(copy);
    }
    table->rows_wait.store(false, std::memory_order_release);
  }
}

void rows_trained(ModelState& model) {
  for (const auto& table : model.tables) {
    if (!table->pending_read || table->frozen) continue;
    table->pending_step = model.iteration;
    table->rows_wait.store(true, std::memory_order_release);
  }
}

void settle_rows(ModelState& model) {
  own_training(model);
  for (const auto& table : model.tables) {
    if (!table->pending_settle) continue;
    run_over(model, table, table->pending_settle, false);
    table->caught_up = Tensor();
    table->rows_wait.store(false, std::memory_order_release);
    ++table->version;
  }
}

std::shared_ptr<Parameter> settled_copy(const ModelState& model,
                                        const std::shared_ptr<Parameter>& parameter) {
  if (!parameter->pending_settle) return parameter;
  auto copy = std::make_shared<Parameter>();
  copy->name = parameter->name;
  copy->path = parameter->path;
  copy->type = parameter->type;
  copy->value = parameter->value.clone();
  for (const Slot& slot : parameter->slots) copy->slots.push_back({slot.name, slot.value.clone()});
  copy->pending_step = parameter->pending_step;
  run_over(model, copy, parameter->pending_settle, false);
  return copy;
}

void thaw_rows(ModelState& model) {
  for (const auto& table : model.tables) {
    if (!table->pending_settle || table->pending_step == model.iteration) continue;
    skip_steps(*table, model.iteration);
    table->pending_step = model.iteration;
  }
}

void own_training(ModelState& model) {
  if (!model.training_mapped) return;
  for (const PathParameter& p : parameters_of(model)) {
    for (Slot& slot : p.parameter->slots) slot.value = slot.value.clone();
    if (!p.parameter->caught_up.empty()) p.parameter->value = p.parameter->value.clone();
  }
  model.training_mapped = false;
}

}  // namespace linnet::inline v0::detail
