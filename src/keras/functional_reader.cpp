// Functional models: layers by name, and which output of which use of a layer goes where.
#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <unordered_map>

#include "io/file.hpp"
#include "keras/call_context.hpp"
#include "keras/call_data.hpp"
#include "keras/function_call.hpp"
#include "keras/functional_item.hpp"
#include "keras/layer_activation.hpp"
#include "keras/layer_call.hpp"
#include "keras/layer_config.hpp"
#include "keras/lost_masks.hpp"
#include "keras/mask_effects.hpp"
#include "keras/mask_nodes.hpp"
#include "keras/model_reader.hpp"
#include "layers/operation.hpp"
#include "model/mask_origin.hpp"
#include "model/uses.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

class FunctionalReader {
 public:
  FunctionalReader(const Config& config, ReadContext& context)
      : config_(config), context_(context) {}

  std::shared_ptr<ModelState> read() {
    for (const Config& entry : config_.at("layers").items()) add(entry);
    const auto outputs = read_references(config_.at("output_layers"));
    const auto inputs = read_references(config_.at("input_layers"));
    number_calls(outputs);
    lose_masks(outputs);
    for (const TensorRef& output : outputs) connect(find(output, true));
    auto model = std::make_shared<ModelState>();
    for (const TensorRef& input : inputs) model->inputs.push_back(value_of_input(input));
    for (const TensorRef& output : outputs) model->outputs.push_back(value(output, true));
    for (const FunctionalItem& item : items_) {
      if (item.layer) context_.orders[model.get()].push_back(item.layer->instance());
    }
    return model;
  }

 private:
  void add(const Config& config) {
    FunctionalItem item(config, ++listed_);
    naming_layer(item.name, [&] {
      if (item.entry.is_input()) {
        const InputData input = read_input(item.entry);
        item.calls.resize(1);
        item.results.push_back(Values{ops::input(item.name, input.type)});
        return;
      }
      item.calls = read_calls(config.at("inbound_nodes"));
      item.results.resize(item.calls.size());
      item.sizes.resize(item.calls.size());
      item.masks.resize(item.calls.size());
      if (item.entry.is_operation()) return;
      for (std::size_t i = 0; i < item.calls.size(); ++i) {
        if (std::optional<FunctionalItem> arrays = take_arrays_of(item, i))
          push(std::move(*arrays));
      }
      const std::string_view class_name = layer_class(item.entry.class_name);
      item.layer = read_layer(item.entry, context_, fields_of_calls(class_name, item.calls));
      item.layer->instance()->name = item.name;
    });
    push(std::move(item));
  }

  void push(FunctionalItem item) {
    if (!by_name_.emplace(item.name, items_.size()).second) {
      fail(ErrorCode::corrupt_file, cat("two layers have the name '", item.name, "'"));
    }
    items_.push_back(std::move(item));
  }

  /// Finds the number of the first call of each model among the layers, 0 or 1. Versions before
  /// Keras 3 use one number everywhere, and refer to each call. Keras 3 counts from 0, and where
  /// outputs of the whole are named, a functional model's calls from 1.
  void number_calls(const std::vector<TensorRef>& outputs) {
    bool old_form = true;
    std::vector<Index> least(items_.size(), std::numeric_limits<Index>::max());
    std::vector<Index> least_output = least;
    const auto look = [&](const TensorRef& ref, std::vector<Index>& lowest) {
      const auto at = by_name_.find(ref.layer);
      if (at != by_name_.end()) lowest[at->second] = std::min(lowest[at->second], ref.call);
    };
    for (const FunctionalItem& item : items_) {
      if (item.entry.is_input()) continue;
      for (const CallData& call : item.calls) {
        old_form = old_form && call.old_form;
        for (const TensorRef& ref : call.tensors) look(ref, least);
      }
    }
    for (const TensorRef& ref : outputs) {
      look(ref, least);
      look(ref, least_output);
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
      FunctionalItem& item = items_[i];
      if (!item.entry.is_model()) continue;
      const bool counted = old_form ? least[i] > 0 : !item.entry.is_sequential();
      item.first_argument = old_form && counted ? 1 : 0;
      item.first_output = counted && least_output[i] > 0 ? 1 : 0;
    }
  }

  Use find(const TensorRef& ref, bool output) const {
    const auto at = by_name_.find(ref.layer);
    if (at == by_name_.end()) {
      fail(ErrorCode::corrupt_file, cat("there is no layer '", ref.layer, "'"));
    }
    const FunctionalItem& item = items_[at->second];
    const Index first = output ? item.first_output : item.first_argument;
    const Index call = item.entry.is_input() ? 0 : ref.call - first;
    if (call < 0 || call >= static_cast<Index>(item.calls.size())) {
      fail(ErrorCode::corrupt_file,
           cat("there is no use number ", ref.call, " of the layer '", ref.layer, "'"));
    }
    return {at->second, static_cast<std::size_t>(call)};
  }

  Value value(const TensorRef& ref, bool output) const {
    const Use use = find(ref, output);
    const Values& values = *items_[use.item].results[use.call];
    if (values.empty() && sizes(ref) != nullptr) {
      fail(ErrorCode::unsupported, cat("'", ref.layer, "' gives sizes of a tensor that are open; ",
                                       "they are known as sizes alone, not as a tensor"));
    }
    if (ref.output < 0 || ref.output >= static_cast<Index>(values.size())) {
      fail(ErrorCode::corrupt_file,
           cat("there is no output number ", ref.output, " of the layer '", ref.layer, "'"));
    }
    return values[static_cast<std::size_t>(ref.output)];
  }

  Value value_of_input(const TensorRef& ref) {
    const Use use = find(ref, false);
    if (!items_[use.item].entry.is_input()) {
      fail(ErrorCode::unsupported, cat("the input '", ref.layer, "' is not an InputLayer"));
    }
    return items_[use.item].results[0]->front();
  }

  /// Makes the call, after those whose outputs it takes; without recursion, since chains are long.
  void connect(const Use& last) {
    struct Visit {
      Use use;
      std::size_t next = 0;
      std::vector<Index> tensors;  ///< those that the call takes
    };
    std::vector<Visit> stack;
    const auto enter = [&](const Use& use) {
      FunctionalItem& item = items_[use.item];
      if (item.results[use.call]) return;
      const auto key = std::make_pair(use.item, use.call);
      naming_layer(item.name, [&] {
        if (!open_.insert(key).second) fail(ErrorCode::corrupt_file, "it is its own input");
        stack.push_back({use, 0, taken(item, use.call)});
      });
    };
    enter(last);
    while (!stack.empty()) {
      Visit& visit = stack.back();
      FunctionalItem& item = items_[visit.use.item];
      const CallData& call = item.calls[visit.use.call];
      if (visit.next < visit.tensors.size()) {
        const auto tensor = static_cast<std::size_t>(visit.tensors[visit.next++]);
        naming_layer(item.name, [&] { return find(call.tensors[tensor], false); });
        enter(find(call.tensors[tensor], false));
        continue;
      }
      naming_layer(item.name, [&] { run(item, visit.use.call, visit.tensors); });
      open_.erase(std::make_pair(visit.use.item, visit.use.call));
      stack.pop_back();
    }
  }

  GraphCall call_in_graph(const Use& use, const std::vector<std::size_t>& first,
                          MaskEffects& effects) const {
    const FunctionalItem& item = items_[use.item];
    const CallData& call = item.calls[use.call];
    GraphCall made{.layer = use.item};
    for (const TensorRef& ref : call.tensors) {
      const Use parent = find(ref, false);
      made.tensors.push_back({first[parent.item] + parent.call, ref.output});
    }
    if (!item.layer) return made;
    const std::vector<Index> inputs = tensors_of_call(*item.layer, call);
    if (as_model(*item.layer->instance()) != nullptr) {
      const std::vector<Index> masks = masks_of_call(*item.layer, call, inputs);
      for (std::size_t i = 0; i < masks.size(); ++i) {
        if (masks[i] >= 0) made.put_on.push_back(inputs[i]);
      }
    }
    add_effect(effects.of(*item.layer->instance()), inputs, made);
    return made;
  }

  /// The calls of all items, which have them one after the other. A call that cannot be made has
  /// no tensors here: what is wrong with it is told where it is made, if an output needs it.
  std::vector<GraphCall> graph(const std::vector<std::size_t>& first, MaskEffects& effects) const {
    std::vector<GraphCall> calls;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      for (std::size_t k = 0; k < items_[i].calls.size(); ++k) {
        try {
          calls.push_back(call_in_graph({i, k}, first, effects));
        } catch (const Error&) {
          calls.push_back({.layer = i});
        }
      }
    }
    return calls;
  }

  /// Finds the tensors that have lost their masks when Keras 3 makes a call.
  void lose_masks(const std::vector<TensorRef>& outputs) {
    std::vector<std::size_t> first, last;
    std::size_t count = 0;
    MaskEffects effects;
    bool takes_off = false;
    for (const FunctionalItem& item : items_) {
      first.push_back(count);
      count += item.calls.size();
      takes_off = takes_off || (item.layer && !effects.of(*item.layer->instance()).empty());
      for (const CallData& call : item.calls) {
        if (call.old_form) return;
      }
    }
    if (!takes_off) return;
    for (const TensorRef& output : outputs) {
      const Use use = find(output, true);
      last.push_back(first[use.item] + use.call);
    }
    std::vector<std::vector<Index>> lost = lost_masks(graph(first, effects), last);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const auto begin = lost.begin() + static_cast<std::ptrdiff_t>(first[i]);
      items_[i].lost.assign(begin, begin + static_cast<std::ptrdiff_t>(items_[i].calls.size()));
    }
    loses_ = std::ranges::any_of(lost, [](const auto& of_call) { return !of_call.empty(); });
  }

  static bool has_lost(const FunctionalItem& item, std::size_t number, Index tensor) {
    if (item.lost.empty()) return false;
    return std::ranges::find(item.lost[number], tensor) != item.lost[number].end();
  }

  /// What the call needs of its tensors: its inputs, then masks that do not come with them.
  std::vector<Index> taken(FunctionalItem& item, std::size_t number) const {
    const CallData& call = item.calls[number];
    std::vector<Index> tensors;
    if (!item.layer) {
      for (std::size_t i = 0; i < call.tensors.size(); ++i) {
        tensors.push_back(static_cast<Index>(i));
      }
      return tensors;
    }
    tensors = tensors_of_call(*item.layer, call);
    std::vector<Index>& masks = item.masks[number];
    masks = masks_of_call(*item.layer, call, tensors);
    for (std::size_t i = 0; i < masks.size(); ++i) {
      if (masks[i] == kOwnMask && has_lost(item, number, tensors[i])) masks[i] = kNoMask;
      // Where masks are lost, a value may carry none though its layers pass one on.
      if (masks[i] < 0 || loses_) continue;
      const auto& mask = call.tensors[static_cast<std::size_t>(masks[i])];
      const auto& x = call.tensors[static_cast<std::size_t>(tensors[i])];
      if (comes_with(mask, x, [&](const TensorRef& ref) { return producer(ref); })) {
        masks[i] = kOwnMask;
      }
    }
    for (const Index mask : masks) {
      if (mask >= 0) tensors.push_back(mask);
    }
    return tensors;
  }

  Producer producer(const TensorRef& ref) const {
    const Use use = find(ref, false);
    const FunctionalItem& item = items_[use.item];
    if (item.entry.is_input()) return {&item.entry, nullptr, nullptr};
    return {&item.entry, item.layer ? &*item.layer : nullptr, &item.calls[use.call]};
  }

  /// What a tensor is if it is sizes of others, or null.
  const Sizes* sizes(const TensorRef& ref) const {
    const Use use = find(ref, false);
    const auto& known = items_[use.item].sizes;
    const bool is_known = ref.output == 0 && use.call < known.size() && known[use.call];
    return is_known ? &*known[use.call] : nullptr;
  }

  void run_function(FunctionalItem& item, std::size_t number) {
    const CallData& call = item.calls[number];
    FunctionCall function = read_function(item.entry, call);
    const auto ref = [&](Index place) -> const TensorRef& {
      return call.tensors[static_cast<std::size_t>(place)];
    };
    PutSizes put{.left = std::vector<Index>(call.tensors.size())};
    std::iota(put.left.begin(), put.left.end(), 0);
    if (std::ranges::any_of(put.left, [&](Index place) { return sizes(ref(place)) != nullptr; })) {
      put = put_sizes(function, [&](Index place) { return sizes(ref(place)); });
    }
    const auto tensor = [&](Index place) {
      return value(ref(put.left.at(static_cast<std::size_t>(place))), false);
    };
    const auto shape = [&](Index place) { return tensor(place).shape(); };
    const bool alone = !call.tensors.empty() && put.left.empty();
    if (alone) item.sizes[number] = computed_sizes(function);
    if (function.function == "core.Shape") item.sizes[number] = shape_sizes(function, shape);
    Values& results = item.results[number].emplace();
    if (const auto& computed = item.sizes[number]) {
      add_sizes(*computed, context_.made_sizes);
      if (all_known(*computed)) results = {array_value(array_of_sizes(*computed))};
      return;
    }
    if (put.open) close_sizes(function, shape);
    if (put.any) add_sizes(function.arguments, context_.made_sizes);
    count_split_from_begin(function, shape);
    const Layer layer(linnet::Operation{.function = std::move(function.function),
                                        .arguments = {std::move(function.arguments)}});
    add_uses(uses_, *layer.instance());
    layer.instance()->name = number == 0 ? item.name : cat(item.name, "_", std::uint64_t{number});
    Values inputs;
    for (std::size_t i = 0; i < put.left.size(); ++i)
      inputs.push_back(tensor(static_cast<Index>(i)));
    results = call_all(layer, std::move(inputs));
  }

  void run(FunctionalItem& item, std::size_t number, const std::vector<Index>& tensors) {
    if (!item.layer) {
      run_function(item, number);
      return;
    }
    const CallData& call = item.calls[number];
    Values inputs;
    for (const Index tensor : tensors) {
      inputs.push_back(value(call.tensors[static_cast<std::size_t>(tensor)], false));
    }
    const std::vector<Index>& masks = item.masks[number];
    Value x = masks.empty() ? Value() : inputs[0];
    if (!masks.empty() && has_lost(item, number, tensors[0]) && carriers_.may_carry(x)) {
      x = marked(linnet::Operation::kUnmasked, {x});
    }
    std::size_t next = masks.size();
    for (std::size_t i = 0; i < masks.size(); ++i) {
      if (masks[i] >= 0) {
        check_mask(*item.layer, inputs[i], inputs[next]);
        inputs[i] = marked(linnet::Operation::kMasked, {inputs[i], inputs[next++]});
      } else if (masks[i] == kNoMask && carriers_.may_carry(inputs[i])) {
        inputs[i] = marked(linnet::Operation::kUnmasked, {inputs[i]});
      }
    }
    inputs.resize(masks.size());
    if (is_inference(*item.layer, call) && inputs[0].dtype() != DType::string) {
      inputs[0] = marked(linnet::Operation::kInference, {inputs[0]});
    }
    add_uses(uses_, *item.layer->instance());
    item.results[number] = call_all(*item.layer, std::move(inputs));
    Values& outputs = *item.results[number];
    outputs[0] = activated(outputs[0], *item.layer, context_);
    if (!keeps_mask_of_input(*item.layer, masks)) return;
    if (!carriers_.may_carry(x) && !carriers_.may_carry(outputs[0])) return;
    for (std::size_t i = 0; i < masked_outputs(*item.layer->instance()); ++i) {
      outputs.at(i) = marked(linnet::Operation::kMaskOf, {outputs.at(i), x});
    }
  }

  static Value marked(const char* function, Values inputs) {
    return linnet::call(linnet::Operation{.function = function}, std::move(inputs));
  }

  const Config& config_;
  ReadContext& context_;
  std::vector<FunctionalItem> items_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::set<std::pair<std::size_t, std::size_t>> open_;  ///< uses whose inputs are being made
  bool loses_ = false;                                  ///< tensors lose masks, see lost_masks()
  MaskCarriers carriers_;
  Index uses_ = 0;    ///< of layers so far
  Index listed_ = 0;  ///< entries so far
};

}  // namespace

std::shared_ptr<ModelState> read_functional(const Config& config, ReadContext& context) {
  return FunctionalReader(config, context).read();
}

}  // namespace linnet::inline v0::detail::keras
