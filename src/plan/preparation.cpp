#include "plan/preparation.hpp"

#include <linnet/graph/parameter.hpp>

#include "core/memory.hpp"
#include "kernels/table.hpp"
#include "plan/plan.hpp"

namespace linnet::inline v0 {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// Computes nodes one by one, each once while it is remembered.
class Evaluator {
 public:
  Evaluator(const PlanOptions& options, const Preparation::Address& address)
      : options_(options), address_(address) {}

  void* operator()(const Value& value) {
    const Values root{value};
    for (const auto& node : topological_order(root)) {
      if (!done_.contains(node.get())) compute(*node);
    }
    return done_.at(&value.node())[static_cast<std::size_t>(value.index())];
  }
  Tensor tensor(const Value& value) {
    (*this)(value);
    return tensors_.at(&value.node())[static_cast<std::size_t>(value.index())];
  }
  void forget() {
    done_.clear();
    tensors_.clear();
  }

 private:
  void compute(const Node& node) {
    if (node.inputs.empty()) {
      done_[&node] = {const_cast<void*>(address_(node))};
      return;
    }
    Types types;
    std::vector<void*> operands;
    for (const Value& input : node.inputs) {
      types.push_back(input.type());
      operands.push_back(done_.at(&input.node())[static_cast<std::size_t>(input.index())]);
    }
    const auto kernel =
        find_kernel({node.op, types, node.types, options_.threads, options_.deterministic});
    std::vector<void*> outputs;
    for (const TensorType& type : node.types) {
      outputs.push_back(tensors_[&node].emplace_back(type.dtype, type.shape).raw());
    }
    operands.insert(operands.end(), outputs.begin(), outputs.end());
    const auto scratch = detail::allocate_bytes(node.op.name(), kernel->scratch_bytes());
    kernel->run({operands.data(), static_cast<int>(node.inputs.size()), scratch.get()});
    done_[&node] = std::move(outputs);
  }

  const PlanOptions& options_;
  const Preparation::Address& address_;
  std::unordered_map<const Node*, std::vector<void*>> done_;
  std::unordered_map<const Node*, std::vector<Tensor>> tensors_;
};

}  // namespace

void Preparation::add_step(std::shared_ptr<const Node> node, const Kernel& kernel,
                           std::vector<bool> constants) {
  packs_ = packs_ || kernel.prepared_bytes() > 0;
  steps_.push_back({std::move(node), &kernel, std::move(constants)});
}

std::size_t Preparation::keep(const Value& value) {
  auto& places = kept_[&value.node()];
  places.resize(value.node().types.size(), kNone);
  std::size_t& place = places[static_cast<std::size_t>(value.index())];
  if (place == kNone) {
    place = values_.size();
    values_.push_back(value);
  }
  return place;
}

std::shared_ptr<const Prepared> Preparation::make(std::uint64_t version,
                                                  const Address& address) const {
  auto prepared = std::make_shared<Prepared>();
  prepared->version = version;
  Evaluator evaluate(*options_, address);
  for (const Value& value : values_) {
    prepared->values.push_back(evaluate.tensor(value));
    prepared->bytes += prepared->values.back().bytes();
  }
  for (const Step& step : steps_) {
    auto& packed = prepared->packed.emplace_back();
    const std::size_t bytes = step.kernel->prepared_bytes();
    if (bytes == 0) continue;
    evaluate.forget();  // at most one step's weights lie here twice
    std::vector<void*> operands(step.node->inputs.size() + step.node->types.size(), nullptr);
    for (std::size_t i = 0; i < step.constants.size(); ++i) {
      if (step.constants[i]) operands[i] = evaluate(step.node->inputs[i]);
    }
    packed = detail::allocate_bytes(step.node->op.name(), bytes);
    step.kernel->prepare({operands.data(), static_cast<int>(step.node->inputs.size()), nullptr},
                         packed.get());
    prepared->bytes += bytes;
  }
  return prepared;
}

}  // namespace linnet::inline v0
