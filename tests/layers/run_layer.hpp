// run_layer: one layer on tensors, without a model: its outputs, masks and gradients.
#pragma once

#include <linnet/layers.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/update.hpp>

#include "ops/run_graph.hpp"
#include "plan/graph.hpp"

namespace linnet::test {

/// A gradient of any kind as one dense value of a parameter's shape.
inline Value dense_gradient(const Gradient& gradient, const Shape& shape) {
  Value sum = gradient.dense;
  for (const RowsGradient& rows : gradient.rows) {
    const Value index = ops::rows_index(rows, shape[0]);
    const Value part = apply(ops::RowsToDense{shape[0]}, {index, rows.values});
    sum = sum ? ops::add(sum, part) : part;
  }
  return sum;
}

/// A tensor as a parameter, so that gradients by it can be asked for.
inline std::shared_ptr<Parameter> as_parameter(const Tensor& value) {
  auto parameter = std::make_shared<Parameter>();
  parameter->type = {value.dtype(), value.shape()};
  parameter->value = value;
  return parameter;
}

/// A layer, expanded into ops on given inputs.
class LayerRun {
 public:
  LayerRun(Layer layer, const Tensors& inputs, const Tensors& masks = {}, bool training = false)
      : layer_(std::move(layer)) {
    emission_.training = training;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      inputs_.push_back(as_parameter(inputs[i]));
      Value x = ops::parameter(inputs_.back());
      if (i < masks.size()) x = x.with_mask(ops::constant(masks[i]));
      values_.push_back(x);
    }
    outputs_ = detail::expand_layer(layer_.instance(), emission_, "", true, values_);
    for (const auto& parameter : parameters()) {
      if (!parameter->value.empty()) continue;
      parameter->value = Tensor(parameter->type.dtype, parameter->type.shape);
      parameter->fill(parameter->value, RandomStream(1, parameter->name));
    }
  }

  /// Those of the layer, then those of the layers inside it.
  std::vector<std::shared_ptr<Parameter>> parameters() const {
    std::vector<std::shared_ptr<Parameter>> all;
    list_parameters(*layer_.instance(), all);
    return all;
  }

  const Value& value() const { return outputs_.front(); }
  Tensors outputs() const { return run_graph(outputs_, given_); }
  Tensor output() const { return run_graph(value(), given_); }
  /// The mask of the output, if there is one.
  std::optional<Tensor> mask() const {
    if (!value().mask()) return std::nullopt;
    return run_graph(value().mask(), given_);
  }
  Parameter& parameter(std::string_view name) const {
    for (const auto& p : layer_.parameters()) {
      if (p->name == name) return *p;
    }
    detail::fail(ErrorCode::not_found, std::string(name));
  }

  Tensor input_gradient(std::size_t index, const Tensor& cotangent) const {
    return gradient(*inputs_[index], Tensors{cotangent});
  }
  Tensor input_gradient(std::size_t index, const Tensors& cotangents) const {
    return gradient(*inputs_[index], cotangents);
  }
  Tensor gradient(const Parameter& by, const Tensor& cotangent) const {
    return gradient(by, Tensors{cotangent});
  }
  /// The gradient of sum(output * cotangent) of the first outputs by a parameter.
  Tensor gradient(const Parameter& by, const Tensors& cotangents) const {
    Value total;
    for (std::size_t i = 0; i < cotangents.size(); ++i) {
      const Value part = ops::reduce_sum(ops::multiply(outputs_[i], ops::constant(cotangents[i])));
      total = total ? ops::add(total, part) : part;
    }
    for (const auto& [source, gradient] : differentiate(total)) {
      if (source.node().op.as<ops::ParameterSource>()->parameter.get() != &by) continue;
      return run_graph(dense_gradient(gradient, by.type.shape), given_);
    }
    return Tensor(by.type.dtype, by.type.shape);
  }

 private:
  static void list_parameters(const detail::LayerInstance& layer,
                              std::vector<std::shared_ptr<Parameter>>& all) {
    all.insert(all.end(), layer.parameters.begin(), layer.parameters.end());
    for (const auto& inner : layer.sublayers()) list_parameters(*inner, all);
  }

  Layer layer_;
  detail::Emission emission_;
  std::vector<std::shared_ptr<Parameter>> inputs_;
  Values values_, outputs_;
  std::map<std::string, Tensor> given_{{"seed", Tensor::of<std::int64_t>({2}, {3, 5})}};
};

}  // namespace linnet::test
