#include "plan/plan.hpp"

#include <cstring>
#include <unordered_map>

#include "core/memory.hpp"
#include "kernels/table.hpp"
#include "kernels/threads.hpp"
#include "plan/constants.hpp"
#include "plan/preparation.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

bool is_view(const Node& node) { return node.op.name() == "reshape"; }

bool is_source(const Node& node) {
  return node.op.as<ops::Input>() != nullptr || node.op.as<ops::ParameterSource>() != nullptr ||
         node.op.as<ops::Constant>() != nullptr;
}

/// So that sums of sizes are numbers still; whether there is that much shows when a session begins.
void check_sizes(const Node& node) {
  for (const TensorType& type : node.types) {
    const auto count = static_cast<std::size_t>(type.shape.elements());
    if (count <= detail::kMostBytes / size_of(type.dtype)) continue;
    fail(ErrorCode::invalid_argument, cat(node.op.name(), ": ", type, " does not fit in memory"));
  }
}

std::unique_ptr<Kernel> kernel_of(const Node& node, const PlanOptions& options,
                                  const std::vector<bool>& constants) {
  Types inputs;
  for (const Value& input : node.inputs) inputs.push_back(input.type());
  const auto flags = std::make_unique<bool[]>(constants.size());
  std::copy(constants.begin(), constants.end(), flags.get());
  try {
    check_sizes(node);
    return find_kernel({node.op,
                        inputs,
                        node.types,
                        options.threads,
                        options.deterministic,
                        {flags.get(), constants.size()}});
  } catch (const Error& error) {
    throw error.within(node.path);
  }
}

}  // namespace

struct Plan::Session::Memory {
  std::shared_ptr<std::byte> arena;
  std::shared_ptr<const Prepared> prepared;
  std::vector<void*> operands;
  std::vector<const void*> inputs;
};

Plan::Plan(const Graph& graph, const PlanOptions& options)
    : options_(options), preparation_(std::make_unique<Preparation>(options_)) {
  verify(graph);
  const Values roots = graph.roots();
  Constants constants;
  // What training changes between its own steps is not constant.
  auto is_constant = [&](const std::shared_ptr<const Node>& node) {
    return options.reads_only && constants.holds(node);
  };
  std::vector<std::shared_ptr<const Node>> order;
  std::vector<std::unique_ptr<Kernel>> kernels;
  std::vector<std::size_t> scratch;
  for (auto& node : topological_order(roots)) {
    if (const auto* source = node->op.as<ops::ParameterSource>()) {
      if (options.reads_only || !source->parameter->frozen) {
        parameters_.push_back(source->parameter);
      }
    }
    if (is_source(*node) || is_constant(node)) continue;
    std::vector<bool> flags;
    for (const Value& input : node->inputs) flags.push_back(is_constant(input.node_handle()));
    kernels.push_back(kernel_of(*node, options, flags));
    scratch.push_back(kernels.back()->scratch_bytes());
    if (!is_view(*node)) preparation_->add_step(node, *kernels.back(), std::move(flags));
    order.push_back(std::move(node));
  }
  const Placement placement = place(graph, order, scratch);
  arena_bytes_ = placement.arena_bytes;
  add_steps(placement, std::move(kernels), graph);
}

Plan::~Plan() = default;

void Plan::add_steps(const Placement& placement, std::vector<std::unique_ptr<Kernel>> kernels,
                     const Graph& graph) {
  std::unordered_map<const Node*, std::vector<Place>> places;
  auto source_place = [&](const Node& node) -> Place {
    if (const auto* input = node.op.as<ops::Input>()) {
      const int known = input_index(input->name);
      if (known >= 0) return {Place::Kind::input, static_cast<std::size_t>(known)};
      input_names_.push_back(input->name);
      input_types_.push_back(input->type);
      return {Place::Kind::input, input_names_.size() - 1};
    }
    if (const auto* source = node.op.as<ops::ParameterSource>()) {
      if (!source->slot.empty()) source->parameter->slot(source->slot, source->type, source->first);
      const bool follows = !source->slot.empty() && !source->first;
      sources_.push_back({source->parameter, source->slot, follows});
      return {Place::Kind::parameter, sources_.size() - 1};
    }
    constants_.push_back(node.op.as<ops::Constant>()->value);
    return {Place::Kind::fixed, constants_.size() - 1};
  };
  auto place_of = [&](const Value& value) -> Place {
    auto known = places.find(&value.node());
    if (known == places.end()) {
      if (!is_source(value.node())) return {Place::Kind::prepared, preparation_->keep(value)};
      known = places.emplace(&value.node(), std::vector{source_place(value.node())}).first;
    }
    return known->second[static_cast<std::size_t>(value.index())];
  };
  for (std::size_t i = 0; i < placement.order.size(); ++i) {
    const Node& node = *placement.order[i];
    std::vector<Place> outputs = placement.outputs[i];
    Step step;
    step.first = operands_.size();
    for (std::size_t k = 0; k < node.inputs.size(); ++k) {
      const bool packed = kernels[i]->packs(static_cast<int>(k));
      operands_.push_back(packed ? Place{Place::Kind::nothing} : place_of(node.inputs[k]));
    }
    const bool view = is_view(node);
    if (view) outputs = {operands_[step.first]};
    places[&node] = outputs;
    if (view) {
      operands_.resize(step.first);
      continue;
    }
    operands_.insert(operands_.end(), outputs.begin(), outputs.end());
    step.kernel = std::move(kernels[i]);
    step.inputs = static_cast<int>(node.inputs.size());
    step.scratch = placement.scratch[i];
    step.where = node.path.empty() ? std::string(node.op.name()) : node.path;
    steps_.push_back(std::move(step));
  }
  for (const Value& output : graph.outputs) outputs_.push_back({place_of(output), output.type()});
}

int Plan::input_index(std::string_view name) const {
  for (std::size_t i = 0; i < input_names_.size(); ++i) {
    if (input_names_[i] == name) return static_cast<int>(i);
  }
  return -1;
}

void Plan::begin_slots() const {
  for (const Source& source : sources_) {
    const Tensor& value = source.parameter->value;
    if (source.follows) std::memcpy(source_address(source), value.raw(), value.bytes());
  }
}

void* Plan::source_address(const Source& source) const {
  Parameter& parameter = *source.parameter;
  if (!source.slot.empty()) {
    for (Slot& slot : parameter.slots) {
      if (slot.name == source.slot) return slot.value.raw();
    }
    fail(ErrorCode::bad_state, cat(parameter.path, ": slot ", source.slot, " is gone"));
  }
  if (options_.reads_only && !parameter.caught_up.empty()) return parameter.caught_up.raw();
  return parameter.value.raw();
}

void* Plan::address(const Place& place, const Session::Memory& memory) const {
  switch (place.kind) {
    case Place::Kind::arena:
      return memory.arena.get() + place.at;
    case Place::Kind::input:
      return const_cast<void*>(memory.inputs[place.at]);
    case Place::Kind::parameter:
      return source_address(sources_[place.at]);
    case Place::Kind::fixed:
      return const_cast<void*>(constants_[place.at].raw());
    case Place::Kind::prepared:
      return const_cast<void*>(memory.prepared->values[place.at].raw());
    case Place::Kind::nothing:
      break;
  }
  return nullptr;
}

std::size_t Plan::resident_bytes() const {
  const std::lock_guard lock(mutex_);
  const std::size_t prepared = prepared_ ? prepared_->bytes : 0;
  return prepared + sessions_ * (arena_bytes_ + operands_.size() * sizeof(void*));
}

std::shared_ptr<const Prepared> Plan::prepared() const {
  if (preparation_->empty()) return nullptr;
  std::uint64_t version = 0;
  for (const auto& parameter : parameters_) version += parameter->version;
  const std::lock_guard lock(mutex_);
  if (prepared_ == nullptr || prepared_->version != version) {
    prepared_ = nullptr;  // its memory goes first
    prepared_ = preparation_->make(version, [this](const Node& node) -> const void* {
      if (const auto* constant = node.op.as<ops::Constant>()) return constant->value.raw();
      const auto* source = node.op.as<ops::ParameterSource>();
      return source_address({source->parameter, source->slot});
    });
  }
  return prepared_;
}

Plan::Session::Session(const Plan& plan) : plan_(plan) {
  const std::lock_guard lock(plan.mutex_);
  if (!plan.idle_.empty()) {
    memory_ = std::move(plan.idle_.back());
    plan.idle_.pop_back();
    return;
  }
  memory_ = std::make_unique<Memory>();
  memory_->arena = detail::allocate_bytes("plan", plan.arena_bytes_ + 64);
  memory_->operands.resize(plan.operands_.size());
  memory_->inputs.resize(plan.input_names_.size());
  ++plan.sessions_;
}

Plan::Session::~Session() {
  std::fill(memory_->inputs.begin(), memory_->inputs.end(), nullptr);
  memory_->prepared = nullptr;
  const std::lock_guard lock(plan_.mutex_);
  plan_.idle_.push_back(std::move(memory_));
}

void Plan::Session::bind(int index, const void* data) {
  static constexpr std::byte kNothing{};  // an empty tensor has no memory of its own
  if (index < 0) return;
  memory_->inputs[static_cast<std::size_t>(index)] = data == nullptr ? &kNothing : data;
}

void Plan::Session::run() {
  for (std::size_t i = 0; i < memory_->inputs.size(); ++i) {
    if (memory_->inputs[i] == nullptr) {
      fail(ErrorCode::bad_state, cat("plan: input ", plan_.input_names_[i], " is not bound"));
    }
  }
  memory_->prepared = plan_.prepared();
  for (std::size_t i = 0; i < plan_.operands_.size(); ++i) {
    memory_->operands[i] = plan_.address(plan_.operands_[i], *memory_);
  }
  const Step* current = nullptr;
  try {
    for (std::size_t i = 0; i < plan_.steps_.size(); ++i) {
      const Step& step = plan_.steps_[i];
      current = &step;
      step.kernel->run({memory_->operands.data() + step.first, step.inputs,
                        memory_->arena.get() + step.scratch,
                        memory_->prepared ? memory_->prepared->packed[i].get() : nullptr});
    }
  } catch (const Error& error) {
    throw error.within(current->where);
  }
  if (plan_.options_.reads_only) return;
  for (const auto& parameter : plan_.parameters_) ++parameter->version;
}

const void* Plan::Session::output(std::size_t index) const {
  return plan_.address(plan_.outputs_[index].place, *memory_);
}

}  // namespace linnet::inline v0
