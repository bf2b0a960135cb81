// What frozen layers in front of all others compute, as a plan of its own.
#include <map>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

namespace {

/// One line a node: what it is, what it reads, its shapes without the axis of rows.
std::string signature_of(const Values& outputs) {
  std::map<const Node*, Index> number;
  std::string text;
  for (const auto& node : topological_order(outputs)) {
    number.emplace(node.get(), static_cast<Index>(number.size()));
    text += cat(node->op.name(), " ", node->path);
    for (const Value& input : node->inputs) {
      if (input) text += cat(" %", number.at(&input.node()), ".", input.index());
    }
    for (const TensorType& type : node->types) {
      const Shape& shape = type.shape;
      text += cat(" ", type.dtype, shape.rank() == 0 ? shape : shape.slice(1, shape.rank()));
    }
    text += "\n";
  }
  for (const Value& output : outputs) {
    text += cat("%", number.at(&output.node()), ".", output.index(), "\n");
  }
  return text;
}

/// Reading a number back takes about as long as so many multiply-adds.
constexpr double kLeastWork = 16;

}  // namespace

FrozenPart::FrozenPart(SplitGraph parts, const PlanOptions& options)
    : graph_(std::move(parts.before)), options_(options) {
  double numbers = 0;
  for (const Value& output : graph_.outputs) {
    types_.push_back(output.type());
    numbers += static_cast<double>(output.shape().elements());
  }
  worth_keeping_ = parts.by_rows && parts.multiply_adds >= kLeastWork * numbers;
  signature_ = signature_of(graph_.outputs);
  graph_ = simplify(fuse(graph_));
}

const Plan& FrozenPart::plan() const {
  const std::lock_guard lock(mutex_);
  if (plan_ == nullptr) plan_ = std::make_unique<const Plan>(graph_, options_);
  return *plan_;
}

bool FrozenPart::same_as(const FrozenPart& other) const {
  return types_ == other.types_ && signature_ == other.signature_ &&
         options_.threads == other.options_.threads;
}

std::size_t FrozenPart::resident_bytes() const {
  const std::lock_guard lock(mutex_);
  return plan_ == nullptr ? 0 : plan_->resident_bytes();
}

}  // namespace linnet::inline v0::detail
