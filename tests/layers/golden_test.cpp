// Every case of layers.safetensors and spatial.safetensors: outputs, masks and gradients of single
// layers.
#include "golden/golden.hpp"

#include "layers/keras_config.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// The files are Keras's on JAX, which computes cubic weights; TensorFlow, which linnet follows,
/// reads them from a table of 1024 steps (ops/resize_test.cpp compares with that).
double tolerance_of(const GoldenCase& each, double otherwise) {
  return each.name.find("bicubic") == std::string::npos ? otherwise : 2e-3;
}

void check_gradients_of(const GoldenCase& each, const LayerRun& run, std::size_t inputs) {
  const Tensor cotangent = each.at("cotangent/0");
  for (std::size_t i = 0; i < inputs; ++i) {
    const Tensor* wanted = each.find("input_grad/" + std::to_string(i));
    if (wanted == nullptr) continue;
    INFO("gradient of input " << i);
    CHECK(close(run.input_gradient(i, cotangent), *wanted, tolerance_of(each, 1e-4)));
  }
  for (const Config& name : each.facts.at("weights").items()) {
    INFO("gradient of " << name.as_string());
    CHECK(close(run.gradient(run.parameter(name.as_string()), cotangent),
                each.at("weight_grad/" + name.as_string()), 1e-4));
  }
}

/// Known differences, all on purpose. Ids that are not whole: Keras asks whether 0.25 is not 0 and
/// then reads row 0; ours is row 0 and padding. (Rows that are masked out entirely, of which
/// Keras's mean is NaN and ours 0, are not in the file.)
bool mask_differs(const GoldenCase& each) { return each.name == "embedding_float_ids"; }

void check_layer_case(const GoldenCase& each) {
  INFO(each.name);
  const Tensors inputs = each.numbered("input");
  const LayerRun run(layer_from_config(each.facts.at("class_name").as_string(),
                                       without_keras_keys(each.facts.at("config"))),
                     inputs, each.numbered("mask"));
  for (const Config& name : each.facts.at("weights").items()) {
    run.parameter(name.as_string()).value = each.at("weights/" + name.as_string());
  }
  for (const Config& name : each.facts.at("states").items()) {
    run.parameter(name.as_string()).value = each.at("states/" + name.as_string());
  }
  CHECK(close(run.output(), each.at("output/0"), tolerance_of(each, 1e-5)));
  const Tensor* mask = each.find("output_mask/0");
  const auto got = run.mask();
  CHECK(got.has_value() == (mask != nullptr));
  if (got && mask != nullptr && !mask_differs(each)) CHECK(*got == *mask);
  check_gradients_of(each, run, inputs.size());
}

}  // namespace

TEST_CASE("Layers compute what Keras's layers do", "[layers]") {
  const Golden golden("layers");
  CHECK(golden.cases().size() == 88);
  for (const GoldenCase& each : golden.cases()) check_layer_case(each);
}

TEST_CASE("Layers over space compute what Keras's layers do", "[layers]") {
  const Golden golden("spatial");
  CHECK(golden.cases().size() == 115);
  for (const GoldenCase& each : golden.cases()) check_layer_case(each);
}

TEST_CASE("Layers of ready-made networks compute what Keras's layers do", "[layers]") {
  const Golden golden("network_layers");
  CHECK(golden.cases().size() == 45);
  for (const GoldenCase& each : golden.cases()) check_layer_case(each);
}

TEST_CASE("Layers that normalize, move or keep compute what Keras's layers do", "[layers]") {
  const Golden golden("simple_layers");
  CHECK(golden.cases().size() == 37);
  for (const GoldenCase& each : golden.cases()) check_layer_case(each);
}

TEST_CASE("Layers for pictures compute what Keras's layers do", "[layers]") {
  const Golden golden("image_layers");
  CHECK(golden.cases().size() == 25);
  for (const GoldenCase& each : golden.cases()) check_layer_case(each);
}

TEST_CASE("Attention, and layers like it, compute what Keras's layers do", "[layers]") {
  const Golden golden("attention");
  CHECK(golden.cases().size() == 53);
  for (const GoldenCase& each : golden.cases()) {
    if (each.name != "transformer") check_layer_case(each);
  }
}

}  // namespace linnet::test
