// Functional models: layers by name, and which output of which use of a layer goes where.
#include <algorithm>
#include <set>
#include <unordered_map>

#include "keras/call_data.hpp"
#include "keras/layer_call.hpp"
#include "keras/model_reader.hpp"
#include "model/uses.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// A use of an operation, by their places in their lists.
struct Use {
  std::size_t operation = 0;
  std::size_t call = 0;
};

/// An entry of "layers".
struct Operation {
  explicit Operation(const Config& config) : entry(config) {}
  Entry entry;
  std::string name;
  std::optional<Layer> layer;   ///< none of an input, or of a function
  std::vector<CallData> calls;  ///< an input has one
  std::vector<std::optional<Values>> results;
  /// Which number the first call has where others refer to it: models count themselves first.
  Index first_argument = 0, first_output = 0;
};

class FunctionalReader {
 public:
  FunctionalReader(const Config& config, ReadContext& context)
      : config_(config), context_(context) {}

  std::shared_ptr<ModelState> read() {
    for (const Config& entry : config_.at("layers").items()) add(entry);
    const auto outputs = read_references(config_.at("output_layers"));
    const auto inputs = read_references(config_.at("input_layers"));
    number_calls(outputs);
    for (const TensorRef& output : outputs) connect(find(output, true));
    auto model = std::make_shared<ModelState>();
    for (const TensorRef& input : inputs) model->inputs.push_back(value_of_input(input));
    for (const TensorRef& output : outputs) model->outputs.push_back(value(output, true));
    for (const Operation& operation : operations_) {
      if (operation.layer) context_.orders[model.get()].push_back(operation.layer->instance());
    }
    return model;
  }

 private:
  void add(const Config& config) {
    Operation operation(config);
    const Config* name = config.find("name");
    operation.name = (name != nullptr ? *name : operation.entry.config->at("name")).as_string();
    naming_layer(operation.name, [&] {
      if (!by_name_.emplace(operation.name, operations_.size()).second) {
        fail(ErrorCode::corrupt_file, "two layers have this name");
      }
      if (operation.entry.is_input()) {
        const InputData input = read_input(operation.entry);
        operation.calls.resize(1);
        operation.results.push_back(Values{ops::input(operation.name, input.type)});
        return;
      }
      operation.calls = read_calls(config.at("inbound_nodes"));
      operation.results.resize(operation.calls.size());
      if (operation.entry.is_operation()) return;
      operation.layer = read_layer(operation.entry, context_);
      operation.layer->instance()->name = operation.name;
    });
    operations_.push_back(std::move(operation));
  }

  /// Finds out whether a model's first call is number 0 or 1; files of different versions differ.
  void number_calls(const std::vector<TensorRef>& outputs) {
    std::vector<Index> most(operations_.size(), -1), most_output = most;
    std::vector<Index> least_output(operations_.size(), 1);
    const auto look = [&](const TensorRef& ref, std::vector<Index>& highest) {
      const auto at = by_name_.find(ref.layer);
      if (at == by_name_.end()) return;
      highest[at->second] = std::max(highest[at->second], ref.call);
    };
    for (const Operation& operation : operations_) {
      for (const CallData& call : operation.calls) {
        for (const TensorRef& ref : call.tensors) look(ref, most);
      }
    }
    for (const TensorRef& ref : outputs) {
      look(ref, most_output);
      const auto at = by_name_.find(ref.layer);
      if (at != by_name_.end())
        least_output[at->second] = std::min(least_output[at->second], ref.call);
    }
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      Operation& operation = operations_[i];
      if (!operation.entry.is_model()) continue;
      const auto calls = static_cast<Index>(operation.calls.size());
      const bool counted = operation.entry.module.empty() || !operation.entry.is_sequential();
      operation.first_argument = most[i] == calls ? 1 : 0;
      const bool from_1 = most_output[i] == calls || operation.first_argument == 1 ||
                          (counted && least_output[i] >= 1);
      operation.first_output = from_1 && least_output[i] >= 1 ? 1 : 0;
    }
  }

  Use find(const TensorRef& ref, bool output) const {
    const auto at = by_name_.find(ref.layer);
    if (at == by_name_.end()) {
      fail(ErrorCode::corrupt_file, cat("there is no layer '", ref.layer, "'"));
    }
    const Operation& operation = operations_[at->second];
    const Index first = output ? operation.first_output : operation.first_argument;
    const Index call = operation.entry.is_input() ? 0 : ref.call - first;
    if (call < 0 || call >= static_cast<Index>(operation.calls.size())) {
      fail(ErrorCode::corrupt_file,
           cat("there is no use number ", ref.call, " of the layer '", ref.layer, "'"));
    }
    return {at->second, static_cast<std::size_t>(call)};
  }

  Value value(const TensorRef& ref, bool output) const {
    const Use use = find(ref, output);
    const Values& values = *operations_[use.operation].results[use.call];
    if (ref.output < 0 || ref.output >= static_cast<Index>(values.size())) {
      fail(ErrorCode::corrupt_file,
           cat("there is no output number ", ref.output, " of the layer '", ref.layer, "'"));
    }
    return values[static_cast<std::size_t>(ref.output)];
  }

  Value value_of_input(const TensorRef& ref) {
    const Use use = find(ref, false);
    if (!operations_[use.operation].entry.is_input()) {
      fail(ErrorCode::unsupported, cat("the input '", ref.layer, "' is not an InputLayer"));
    }
    return operations_[use.operation].results[0]->front();
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
      Operation& operation = operations_[use.operation];
      if (operation.results[use.call]) return;
      const auto key = std::make_pair(use.operation, use.call);
      naming_layer(operation.name, [&] {
        if (!open_.insert(key).second) fail(ErrorCode::corrupt_file, "it is its own input");
        stack.push_back({use, 0, taken(operation, operation.calls[use.call])});
      });
    };
    enter(last);
    while (!stack.empty()) {
      Visit& visit = stack.back();
      Operation& operation = operations_[visit.use.operation];
      const CallData& call = operation.calls[visit.use.call];
      if (visit.next < visit.tensors.size()) {
        const auto tensor = static_cast<std::size_t>(visit.tensors[visit.next++]);
        naming_layer(operation.name, [&] { return find(call.tensors[tensor], false); });
        enter(find(call.tensors[tensor], false));
        continue;
      }
      naming_layer(operation.name, [&] { run(operation, visit.use.call, visit.tensors); });
      open_.erase(std::make_pair(visit.use.operation, visit.use.call));
      stack.pop_back();
    }
  }

  std::vector<Index> taken(const Operation& operation, const CallData& call) const {
    if (!operation.layer) {
      fail(ErrorCode::unsupported, cat("the function ", operation.entry.class_name, " of ",
                                       operation.entry.module, " is not supported"));
    }
    return tensors_of_call(*operation.layer, call);
  }

  void run(Operation& operation, std::size_t number, const std::vector<Index>& tensors) {
    const CallData& call = operation.calls[number];
    Values inputs;
    for (const Index tensor : tensors) {
      inputs.push_back(value(call.tensors[static_cast<std::size_t>(tensor)], false));
    }
    add_uses(uses_, *operation.layer->instance());
    operation.results[number] = call_all(*operation.layer, std::move(inputs));
  }

  const Config& config_;
  ReadContext& context_;
  std::vector<Operation> operations_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::set<std::pair<std::size_t, std::size_t>> open_;  ///< uses whose inputs are being made
  Index uses_ = 0;                                      ///< of layers so far
};

}  // namespace

std::shared_ptr<ModelState> read_functional(const Config& config, ReadContext& context) {
  return FunctionalReader(config, context).read();
}

}  // namespace linnet::inline v0::detail::keras
