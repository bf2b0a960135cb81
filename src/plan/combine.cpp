// Patterns that are one op with a gradient of its own. Applied before gradients are made.
#include <algorithm>
#include <linnet/graph/parameter.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/convolution.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/mask.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/softmax.hpp>

#include "plan/graph.hpp"

namespace linnet::inline v0 {

namespace {

template <OpType O>
const O* made_by(const Value& value) {
  return value ? value.node().op.as<O>() : nullptr;
}

/// What of a bag's ids counts, read off a mask over them.
struct BagMask {
  bool skip_zero = false;
  Value lengths;
};

bool is_zero(const Value& value) {
  const auto* constant = made_by<ops::Constant>(value);
  return constant != nullptr && constant->value.dtype() == DType::int32 &&
         constant->value.size() == 1 && constant->value.data<std::int32_t>()[0] == 0;
}

/// ids != 0, t < lengths, or both.
std::optional<BagMask> bag_mask(const Value& mask, const Value& ids) {
  BagMask counts;
  Values all_of{mask};  // masks that must all hold
  for (std::size_t at = 0; at < all_of.size(); ++at) {
    const Value part = all_of[at];
    const auto* compare = made_by<ops::Compare>(part);
    const Values& sides = part.node().inputs;
    if (made_by<ops::SequenceMask>(part) != nullptr) {
      if (counts.lengths && !(counts.lengths == sides[0])) return std::nullopt;
      counts.lengths = sides[0];
    } else if (compare == nullptr) {
      return std::nullopt;
    } else if (compare->kind == ops::CompareKind::not_equal && sides[0] == ids &&
               is_zero(sides[1])) {
      counts.skip_zero = true;
    } else if (compare->kind == ops::CompareKind::logical_and) {
      for (const Value& side : sides) {
        if (std::ranges::find(all_of, side) == all_of.end()) all_of.push_back(side);
      }
    } else {
      return std::nullopt;
    }
  }
  return counts;
}

/// mean over time of gather(table, ids (b, t)), with or without a mask -> embedding_bag
std::optional<Values> embedding_mean(const Node& node, const Values& inputs) {
  BagMask counts;
  if (made_by<ops::Gather>(inputs.empty() ? Value() : inputs[0]) == nullptr) return std::nullopt;
  const Values& gather = inputs[0].node().inputs;
  if (gather[1].shape().rank() != 2) return std::nullopt;
  if (const auto* reduce = node.op.as<ops::Reduce>()) {
    if (reduce->kind != ops::ReduceKind::mean || reduce->axes != std::vector<Index>{1} ||
        reduce->keepdims) {
      return std::nullopt;
    }
  } else if (node.op.as<ops::MaskedMean>() != nullptr) {
    const auto mask = bag_mask(inputs[1], gather[1]);
    if (!mask) return std::nullopt;
    counts = *mask;
  } else {
    return std::nullopt;
  }
  const Value bag = ops::embedding_bag(gather[0], gather[1], ops::Combiner::mean, counts.lengths,
                                       counts.skip_zero);
  bag.node().path = inputs[0].node().path;  // errors name the layer that has the table
  return Values{bag};
}

/// crossentropy(y, softmax(z)) -> crossentropy from the logits z: no clipping, a gradient that
/// never vanishes, and one pass less.
std::optional<Values> softmax_crossentropy(const Node& node, const Values& inputs) {
  auto logits = [&](const Value& p) -> Value {
    const auto* softmax = made_by<ops::Softmax>(p);
    const bool last = softmax != nullptr &&
                      p.shape().wrap(static_cast<int>(softmax->axis)) == p.shape().rank() - 1;
    return last ? p.node().inputs[0] : Value();
  };
  if (const auto* loss = node.op.as<ops::CategoricalCrossentropy>()) {
    const Value z = loss->from_logits ? Value() : logits(inputs[1]);
    if (!z) return std::nullopt;
    auto from_logits = *loss;
    from_logits.from_logits = true;
    return Values{apply(from_logits, {inputs[0], z})};
  }
  if (const auto* loss = node.op.as<ops::SparseCategoricalCrossentropy>()) {
    const Value z = loss->from_logits ? Value() : logits(inputs[1]);
    if (!z) return std::nullopt;
    auto from_logits = *loss;
    from_logits.from_logits = true;
    return Values{apply(from_logits, {inputs[0], z})};
  }
  return std::nullopt;
}

/// convolution(pad(x)) -> convolution with more padding
std::optional<Values> pad_convolution(const Node& node, const Values& inputs) {
  const auto* convolution = node.op.as<ops::Convolution>();
  const auto* pad = convolution == nullptr ? nullptr : made_by<ops::Pad>(inputs[0]);
  if (pad == nullptr) return std::nullopt;
  const int rank = inputs[0].shape().rank(),
            axis = inputs[0].shape().wrap(static_cast<int>(pad->axis));
  if (axis == 0 || axis == rank - 1) return std::nullopt;
  auto wider = *convolution;
  wider.window.before[static_cast<std::size_t>(axis - 1)] += pad->before;
  wider.window.after[static_cast<std::size_t>(axis - 1)] += pad->after;
  Values now = inputs;
  now[0] = inputs[0].node().inputs[0];
  const Value joined = linnet::apply(wider, now);
  if (auto more = pad_convolution(joined.node(), now)) return more;  // of another axis
  return Values{joined};
}

/// binary_crossentropy(y, sigmoid(z)) -> the same from the logits z
std::optional<Values> sigmoid_crossentropy(const Node& node, const Values& inputs) {
  const auto* loss = node.op.as<ops::BinaryCrossentropy>();
  if (loss == nullptr || loss->from_logits) return std::nullopt;
  const auto* activate = made_by<ops::Activate>(inputs[1]);
  if (activate == nullptr || activate->kind != ops::ActivationKind::sigmoid) return std::nullopt;
  auto from_logits = *loss;
  from_logits.from_logits = true;
  return Values{apply(from_logits, {inputs[0], inputs[1].node().inputs[0]})};
}

}  // namespace

Values combine(const Values& roots) {
  const std::vector<RewriteRule> rules{embedding_mean, softmax_crossentropy, sigmoid_crossentropy,
                                       pad_convolution};
  return rewrite(roots, rules);
}

}  // namespace linnet::inline v0
