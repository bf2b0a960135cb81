// Training: parameters and an optimizer, stepped by hand with gradients that are given.
#pragma once

#include <linnet/optimizers.hpp>
#include <map>

#include "ops/run_graph.hpp"

namespace linnet::test {

class Training {
 public:
  Training(Optimizer optimizer, const Tensors& start) : optimizer_(std::move(optimizer)) {
    for (const Tensor& value : start) {
      auto parameter = std::make_shared<Parameter>();
      parameter->path =
          parameters_.empty() ? "kernel" : "other" + std::to_string(parameters_.size());
      parameter->type = {value.dtype(), value.shape()};
      parameter->value = value.clone();
      parameters_.push_back(std::move(parameter));
    }
    build();
  }

  Parameter& parameter(int i) { return *parameters_[static_cast<std::size_t>(i)]; }
  /// With the updates that rows wait for.
  Tensor value(int i) {
    const Parameter& p = parameter(i);
    if (!p.pending_read) return p.value;
    const Index done = calls_ / optimizer_.settings().gradient_accumulation_steps.value_or(1);
    return run_graph(p.pending_read(ops::parameter(parameters_[static_cast<std::size_t>(i)])),
                     {{"iteration", Tensor::of<std::int64_t>({}, {done})}});
  }

  /// Gives gradients as rows: each of ids int32 of this shape.
  void use_rows(const Shape& ids) {
    ids_ = ids;
    build();
  }

  /// Builds the updates anew, after a parameter's settings changed.
  void build() {
    std::vector<ParameterGradient> gradients;
    for (const auto& parameter : parameters_) {
      const std::string name = "g" + std::to_string(gradients.size());
      Gradient gradient;
      if (ids_) {
        const TensorType values{DType::float32, {(*ids_)[0], parameter->type.shape[1]}};
        gradient = RowsGradient{.ids = ops::input("ids", {DType::int32, *ids_}),
                                .values = ops::input(name, values)};
      } else {
        gradient = ops::input(name, parameter->type);
      }
      gradients.push_back({ops::parameter(parameter), gradient});
    }
    update_ = apply_gradients(optimizer_, gradients);
    accumulate_ = accumulate_gradients(optimizer_, gradients);
  }

  void step(const Tensors& gradients, const Tensor& ids = {}) {
    const Index parts = optimizer_.settings().gradient_accumulation_steps.value_or(1);
    const bool updates = (calls_ + 1) % parts == 0;
    const auto rate = static_cast<float>(optimizer_.learning_rate().at(calls_));
    std::map<std::string, Tensor> given{
        {"learning_rate", Tensor::of<float>({}, {rate})},
        {"iteration", Tensor::of<std::int64_t>({}, {calls_++ / parts})},
        {"ids", ids}};
    for (const Tensor& g : gradients) given["g" + std::to_string(given.size() - 3)] = g;
    const Updates& chosen = updates ? update_ : accumulate_;
    Values roots = chosen.prologue;
    roots.insert(roots.end(), chosen.updates.begin(), chosen.updates.end());
    run_graph(roots, given);
  }

 private:
  Optimizer optimizer_;
  std::vector<std::shared_ptr<Parameter>> parameters_;
  std::optional<Shape> ids_;
  Updates update_, accumulate_;
  std::int64_t calls_ = 0;
};

}  // namespace linnet::test
