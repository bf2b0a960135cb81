#include "keras/mask_nodes.hpp"

#include "core/config_access.hpp"
#include "core/is_one_of.hpp"
#include "model/mask_origin.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

constexpr int kMostWalked = 200;  ///< layers that are walked through

const TensorRef* tensor_at(const CallData& call, std::size_t place) {
  const auto& args = call.args.items();
  const Config* argument = place < args.size() ? &args[place] : nullptr;
  if (args.size() == 1 && args[0].is_list()) {
    argument = place < args[0].items().size() ? &args[0].items()[place] : nullptr;
  }
  const Index tensor = argument != nullptr ? tensor_of(*argument) : -1;
  return tensor < 0 ? nullptr : &call.tensors[static_cast<std::size_t>(tensor)];
}

bool same(const TensorRef& a, const TensorRef& b) {
  return a.layer == b.layer && a.call == b.call && a.output == b.output;
}

bool is_function(const Producer& producer, std::string_view class_name) {
  return producer.layer == nullptr && producer.call != nullptr && producer.entry->is_operation() &&
         producer.entry->class_name == class_name;
}

/// mask is x != number.
bool is_not_equal(const Producer& mask, const TensorRef& x, double number) {
  if (!is_function(mask, "NotEqual") || mask.call->args.items().size() != 2) return false;
  const TensorRef* left = tensor_at(*mask.call, 0);
  const Config& right = mask.call->args.items()[1];
  return left != nullptr && same(*left, x) && right.is_number() && right.as_number() == number;
}

/// Any over the last axis of x != number.
bool is_any_not_equal(const Producer& mask, const TensorRef& x, double number,
                      const FindProducer& find) {
  if (!is_function(mask, "Any") || flag_at(*mask.entry->config, "keepdims")) return false;
  const Config* axis = mask.entry->config->find("axis");
  const TensorRef* compared = tensor_at(*mask.call, 0);
  return axis != nullptr && axis->is_integer() && axis->as_integer() == -1 && compared != nullptr &&
         is_not_equal(find(*compared), x, number);
}

bool is_sum_like(std::string_view name) {
  return is_one_of(name, {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"});
}

bool comes_with(const TensorRef& mask, TensorRef x, const FindProducer& find, int left) {
  const Producer node = find(mask);
  for (; left > 0; --left) {
    const Producer producer = find(x);
    if (producer.layer == nullptr || x.output != 0) return false;
    const TensorRef* input = tensor_at(*producer.call, 0);
    if (input == nullptr) return false;
    const std::string_view name = producer.layer->class_name();
    const Config& config = *producer.entry->config;
    if (name == "Embedding") return flag_at(config, "mask_zero") && is_not_equal(node, *input, 0);
    if (name == "Masking") {
      const Config* value = config.find("mask_value");
      return is_any_not_equal(node, *input, value == nullptr ? 0 : value->as_number(), find);
    }
    if (is_sum_like(name) && is_function(node, "LogicalOr")) {
      const TensorRef* other = tensor_at(*producer.call, 1);
      const TensorRef *a = tensor_at(*node.call, 0), *b = tensor_at(*node.call, 1);
      return other != nullptr && a != nullptr && b != nullptr &&
             tensor_at(*producer.call, 2) == nullptr && comes_with(*a, *input, find, left / 2) &&
             comes_with(*b, *other, find, left / 2);
    }
    if (mask_origin(*producer.layer->instance()) != MaskOrigin::first) return false;
    const Config* own = producer.call->kwargs.find("mask");
    if (own != nullptr && !own->is_null()) {
      const Index tensor = tensor_of(*own);
      return tensor >= 0 && same(producer.call->tensors[static_cast<std::size_t>(tensor)], mask);
    }
    x = *input;
  }
  return false;
}

}  // namespace

bool comes_with(const TensorRef& mask, const TensorRef& x, const FindProducer& find) {
  return comes_with(mask, x, find, kMostWalked);
}

}  // namespace linnet::inline v0::detail::keras
