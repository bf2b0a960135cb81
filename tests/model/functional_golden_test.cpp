// Every case of functional.safetensors: the models of make_golden.py, built by hand.
#include <linnet/linnet.hpp>

#include "golden/golden.hpp"
#include "layers/run_layer.hpp"
#include "model/state.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

Model two_inputs_two_outputs() {
  const Value left = input({4}), right = input({4});
  const Layer shared = Dense{.units = 5, .activation = "relu", .name = "shared"};
  const Value a = left | shared, b = right | shared;
  const Value joined = concatenate({a, b, add(a, b)});
  return Model({left, right},
               {joined | Dense{.units = 3, .activation = "softmax", .name = "classes"},
                joined | Dense{.units = 1, .activation = "sigmoid", .name = "score"}});
}

Model residual() {
  const Value inputs = input({6});
  const Value x = add(inputs | Dense{.units = 6, .activation = "tanh"}, inputs);
  const Value y = x | Dense{.units = 6, .activation = "relu"} | Dropout{.rate = 0.3f};
  const Value z = x | Dense{.units = 6} | Activation{"gelu"};
  return Model(inputs, call(Add{}, {x, y, z}) | Dense{.units = 2});
}

Model nested_sequential() {
  Sequential block{Input{{4}}, Dense{.units = 6, .activation = "relu"}, Dense{.units = 4}};
  block.build({any, 4});
  block.state()->name = "block";
  const Value inner_input = input({4});
  const Model inner(inner_input, inner_input | Dense{.units = 3, .name = "narrow"}, "inner");
  const Value inputs = input({4});
  return Model(inputs, inputs | block | block | inner |
                           Dense{.units = 2, .activation = "softmax", .name = "head"});
}

Model nested_in_sequential() {
  const Value inputs = input({5});
  const Model base(inputs, add(inputs, inputs | Dense{.units = 5, .name = "inside"}), "base");
  Sequential outer{base, Dense{.units = 3, .activation = "softmax"}};
  outer.build({any, 5});
  return outer;
}

Model shapes() {
  const Value inputs = input({3, 4});
  const Value longer = concatenate({inputs, inputs | Dense{.units = 4}}, 1);
  const Value folded = longer | Reshape{{-1, 2}};
  return Model(inputs, concatenate({longer | GlobalAveragePooling1D{},
                                    folded | GlobalMaxPooling1D{}, inputs | Flatten{}}) |
                           Dense{.units = 2});
}

Model text_classifier() {
  Sequential model{Input{{any}, DType::int32}, Embedding{.input_dim = 10, .output_dim = 4},
                   GlobalAveragePooling1D{}, Dropout{.rate = 0.2f},
                   Dense{.units = 3, .activation = "softmax"}};
  model.build({any, any});
  return model;
}

Model masked_text_classifier() {
  const Value ids = input({any}, {.dtype = DType::int32});
  return Model(ids, ids | Embedding{.input_dim = 10, .output_dim = 4, .mask_zero = true} |
                        GlobalAveragePooling1D{} | Dense{.units = 3, .activation = "softmax"});
}

const std::map<std::string, Model (*)()> kModels{
    {"two_inputs_two_outputs", two_inputs_two_outputs},
    {"residual", residual},
    {"nested_sequential", nested_sequential},
    {"nested_in_sequential", nested_in_sequential},
    {"shapes", shapes},
    {"text_classifier", text_classifier},
    {"masked_text_classifier", masked_text_classifier}};

/// sum(output * cotangent) over the outputs of a model that stands on these inputs.
Value total_of(const Values& outputs, const Tensors& cotangents) {
  Value total;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Value part = ops::reduce_sum(ops::multiply(outputs[i], ops::constant(cotangents[i])));
    total = total ? ops::add(total, part) : part;
  }
  return total;
}

/// The gradients of a model's weights and inputs, the model taken as one layer.
void check_model_gradients(const GoldenCase& each, const Model& model, const Tensors& inputs) {
  std::map<const Parameter*, Tensor> wanted;
  const auto parameters = model.parameters();
  const Tensors by_weight = each.numbered("weight_grad"), by_input = each.numbered("input_grad");
  REQUIRE(parameters.size() == by_weight.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    wanted[parameters[i].second.get()] = by_weight[i];
  }
  Values values;
  std::vector<std::shared_ptr<Parameter>> sources;
  for (const Tensor& x : inputs) {
    sources.push_back(as_parameter(x));
    values.push_back(ops::parameter(sources.back()));
    if (is_floating(x.dtype())) wanted[sources.back().get()] = by_input.at(sources.size() - 1);
  }
  detail::Emission emission;
  const Values outputs = detail::expand_layer(Layer(model).instance(), emission, "", true, values);
  std::size_t found = 0;
  for (const auto& [source, gradient] :
       differentiate(total_of(outputs, each.numbered("cotangent")))) {
    const auto* parameter = source.node().op.as<ops::ParameterSource>()->parameter.get();
    if (!wanted.contains(parameter)) continue;
    ++found;
    CHECK(close(run_graph(dense_gradient(gradient, parameter->type.shape)), wanted.at(parameter),
                1e-4));
  }
  CHECK(found == wanted.size());
}

void check_model(const GoldenCase& each) {
  INFO(each.name);
  const Model model = kModels.at(each.name)();
  CHECK(model.count_params() == each.facts.at("parameters").as_integer());
  const auto& paths = each.facts.at("weights").items();
  const auto parameters = model.parameters();
  REQUIRE(parameters.size() == paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    // Keras writes some paths without the models around them, others with the model itself.
    const std::string &ours = parameters[i].first, &theirs = paths[i].as_string();
    INFO(ours << " and Keras's " << theirs);
    CHECK((ours.ends_with(theirs) || theirs.ends_with(ours)));
  }
  Model(model).set_weights(each.numbered("weights"));
  const Tensors inputs = each.numbered("input");
  const Tensors outputs = model.predict_all(Inputs(inputs)), wanted = each.numbered("output");
  REQUIRE(outputs.size() == wanted.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) CHECK(close(outputs[i], wanted[i], 1e-5));
  check_model_gradients(each, model, inputs);
}

}  // namespace

TEST_CASE("Functional and nested models compute what Keras's do", "[model]") {
  const Golden golden("functional");
  CHECK(golden.cases().size() == kModels.size());
  for (const GoldenCase& each : golden.cases()) check_model(each);
}

}  // namespace linnet::test
