// Reading tables of which some rows still wait for their updates.
#include "model/state.hpp"

namespace linnet::inline v0::detail {

void make_readable(const ModelState& model) {
  if (!model.rows_pending.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(model.read_mutex);
  if (!model.rows_pending.load(std::memory_order_relaxed)) return;
  Graph graph;
  std::vector<std::shared_ptr<Parameter>> tables;
  for (const PathParameter& p : parameters_of(model)) {
    if (!p.parameter->pending_read) continue;
    graph.outputs.push_back(p.parameter->pending_read(ops::parameter(p.parameter)));
    tables.push_back(p.parameter);
  }
  const Plan plan(graph, {.threads = model.threads(), .reads_only = false});
  Plan::Session session(plan);
  const std::int64_t iteration = model.iteration;
  session.bind(plan.input_index("iteration"), &iteration);
  session.run();
  for (std::size_t i = 0; i < tables.size(); ++i) {
    Parameter& table = *tables[i];
    table.caught_up =
        Tensor::borrow(static_cast<const float*>(session.output(i)), table.type.shape).clone();
  }
  model.rows_pending.store(false, std::memory_order_release);
}

void forget_readable(ModelState& model) {
  bool pending = false;
  for (const PathParameter& p : parameters_of(model)) {
    if (!p.parameter->pending_read) continue;
    pending = true;
  }
  model.rows_pending.store(pending, std::memory_order_release);
}

void settle_rows(ModelState& model) {
  make_readable(model);
  for (const PathParameter& p : parameters_of(model)) {
    Parameter& table = *p.parameter;
    if (!table.pending_read || table.caught_up.empty()) continue;
    Graph graph;
    graph.updates.push_back(table.pending_settle(ops::parameter(p.parameter)));
    const Plan plan(graph, {.threads = model.threads(), .reads_only = false});
    Plan::Session session(plan);
    const std::int64_t iteration = model.iteration;
    session.bind(plan.input_index("iteration"), &iteration);
    session.run();
    table.caught_up = Tensor();
    ++table.version;
  }
  model.rows_pending = false;
}

}  // namespace linnet::inline v0::detail
