#include <algorithm>
#include <linnet/graph/parameter.hpp>
#include <numeric>
#include <unordered_map>

#include "plan/plan.hpp"

namespace linnet::inline v0 {

namespace {

constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

std::size_t bytes_of(const TensorType& type) {
  return static_cast<std::size_t>(type.shape.elements()) * size_of(type.dtype);
}

/// A stretch of arena that lives from the step that writes it first to the last that reads it.
struct Buffer {
  std::size_t bytes = 0;
  std::size_t first = 0, last = 0;
  std::size_t offset = 0;
};

using Buffers = std::vector<const Buffer*>;

bool lower(const Buffer* a, const Buffer* b) { return a->offset < b->offset; }

/// The buffers that have an offset, in order of it. Most live for a few steps, within a block of
/// steps, and meet only those of their block and the long-lived ones.
class Placed {
 public:
  /// Those that `buffer` may meet.
  const Buffers& around(const Buffer& buffer) {
    if (is_long(buffer)) return all_;
    const Buffers& block = blocks_[block_of(buffer)];
    around_.resize(block.size() + long_.size());
    std::ranges::merge(block, long_, around_.begin(), lower);
    return around_;
  }

  void add(const Buffer& buffer) {
    insert(all_, buffer);
    insert(is_long(buffer) ? long_ : blocks_[block_of(buffer)], buffer);
  }

 private:
  static constexpr std::size_t kSteps = 64;
  static std::size_t block_of(const Buffer& buffer) { return buffer.first / kSteps; }
  static bool is_long(const Buffer& buffer) { return buffer.last / kSteps != block_of(buffer); }
  static void insert(Buffers& list, const Buffer& buffer) {
    list.insert(std::ranges::upper_bound(list, &buffer, lower), &buffer);
  }

  Buffers all_, long_, around_;
  std::unordered_map<std::size_t, Buffers> blocks_;
};

/// Gives each buffer the lowest offset that no overlapping earlier one uses, largest first.
std::size_t assign_offsets(std::vector<Buffer>& buffers) {
  std::vector<std::size_t> by_size(buffers.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(), [&](std::size_t a, std::size_t b) {
    return buffers[a].bytes > buffers[b].bytes;
  });
  Placed placed;
  std::size_t total = 0;
  for (const std::size_t index : by_size) {
    Buffer& buffer = buffers[index];
    buffer.offset = 0;
    if (buffer.bytes == 0) continue;
    for (const Buffer* other : placed.around(buffer)) {
      if (other->last < buffer.first || buffer.last < other->first) continue;
      if (buffer.offset + buffer.bytes <= other->offset) break;
      buffer.offset = std::max(buffer.offset, other->offset + other->bytes);
    }
    placed.add(buffer);
    total = std::max(total, buffer.offset + buffer.bytes);
  }
  return total;
}

class Placer {
 public:
  Placer(const Graph& graph, std::span<const std::shared_ptr<const Node>> order) : order_(order) {
    for (std::size_t step = 0; step < order.size(); ++step) step_of_[order[step].get()] = step;
    first_value_.resize(order.size() + 1);
    for (std::size_t step = 0; step < order.size(); ++step) {
      first_value_[step + 1] = first_value_[step] + order[step]->types.size();
    }
    last_use_.assign(first_value_.back(), 0);
    find_last_uses(graph);
  }

  Placement run(std::span<const std::size_t> scratch_bytes) {
    buffer_of_.assign(first_value_.back(), 0);
    std::vector<std::size_t> scratch_buffer(order_.size());
    for (std::size_t step = 0; step < order_.size(); ++step) {
      place_outputs(step);
      scratch_buffer[step] = buffers_.size();
      buffers_.push_back({aligned(scratch_bytes[step]), step, step});
    }
    Placement result;
    result.arena_bytes = assign_offsets(buffers_);
    result.order.assign(order_.begin(), order_.end());
    for (std::size_t step = 0; step < order_.size(); ++step) {
      auto& outputs = result.outputs.emplace_back();
      for (std::size_t value = first_value_[step]; value < first_value_[step + 1]; ++value) {
        outputs.push_back({Place::Kind::arena, buffers_[buffer_of_[value]].offset});
      }
      result.scratch.push_back(buffers_[scratch_buffer[step]].offset);
    }
    return result;
  }

 private:
  std::size_t value_index(const Value& value) const {
    return first_value_[step_of_.at(&value.node())] + static_cast<std::size_t>(value.index());
  }
  bool in_arena(const Value& value) const { return value && step_of_.contains(&value.node()); }

  void find_last_uses(const Graph& graph) {
    for (std::size_t step = 0; step < order_.size(); ++step) {
      for (std::size_t v = first_value_[step]; v < first_value_[step + 1]; ++v) last_use_[v] = step;
      for (const Value& input : order_[step]->inputs) {
        if (in_arena(input)) last_use_[value_index(input)] = step;
      }
    }
    for (const Value& output : graph.outputs) {
      if (in_arena(output)) last_use_[value_index(output)] = order_.size();
    }
    // A view keeps what it looks at alive.
    for (std::size_t step = order_.size(); step-- > 0;) {
      if (!is_view(*order_[step]) || !in_arena(order_[step]->inputs[0])) continue;
      std::size_t& viewed = last_use_[value_index(order_[step]->inputs[0])];
      viewed = std::max(viewed, last_use_[first_value_[step]]);
    }
  }

  void place_outputs(std::size_t step) {
    const Node& node = *order_[step];
    for (std::size_t i = 0; i < node.types.size(); ++i) {
      const std::size_t value = first_value_[step] + i;
      const std::size_t bytes = aligned(bytes_of(node.types[i]));
      const Value* shared = i == 0 ? shared_input(node, step, bytes) : nullptr;
      if (shared != nullptr) {
        buffer_of_[value] = buffer_of_[value_index(*shared)];
        Buffer& buffer = buffers_[buffer_of_[value]];
        buffer.last = std::max(buffer.last, last_use_[value]);
      } else {
        buffer_of_[value] = buffers_.size();
        buffers_.push_back({bytes, step, last_use_[value]});
      }
    }
  }

  /// The input whose memory output 0 takes: a view's, or one that dies here if the op allows it.
  const Value* shared_input(const Node& node, std::size_t step, std::size_t bytes) const {
    if (is_view(node)) return in_arena(node.inputs[0]) ? &node.inputs[0] : nullptr;
    const int index = node.op.in_place();
    if (index < 0 || static_cast<std::size_t>(index) >= node.inputs.size()) return nullptr;
    const Value& input = node.inputs[static_cast<std::size_t>(index)];
    // Sizes alone do not tell: a broadcast input is smaller, though it may fill as many lines.
    if (!in_arena(input) || input.type() != node.types[0]) return nullptr;
    const Buffer& buffer = buffers_[buffer_of_[value_index(input)]];
    const auto uses = std::count(node.inputs.begin(), node.inputs.end(), input);
    return buffer.last == step && buffer.bytes == bytes && uses == 1 ? &input : nullptr;
  }

  static bool is_view(const Node& node) { return node.op.name() == "reshape"; }

  std::span<const std::shared_ptr<const Node>> order_;
  std::unordered_map<const Node*, std::size_t> step_of_;
  std::vector<std::size_t> first_value_;  // of each step, in the list of all values
  std::vector<std::size_t> last_use_;     // by value: the last step that reads it
  std::vector<std::size_t> buffer_of_;    // by value
  std::vector<Buffer> buffers_;
};

}  // namespace

Placement place(const Graph& graph, std::span<const std::shared_ptr<const Node>> order,
                std::span<const std::size_t> scratch_bytes) {
  return Placer(graph, order).run(scratch_bytes);
}

}  // namespace linnet::inline v0
