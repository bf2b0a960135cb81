// What is left of whole networks when an inference plan has joined their ops.
#include <linnet/applications/networks.hpp>
#include <map>

#include "applications/networks.hpp"
#include "catch.hpp"
#include "model/state.hpp"
#include "plan/constants.hpp"
#include "plan/graph.hpp"

namespace linnet::test {

namespace {

/// How many ops of each kind a plan that predicts has.
std::map<std::string, int> steps_of(const std::string& name, Index size) {
  const auto network = applications::image_network(name).connect({.weights = "none"});
  detail::Emission emission;
  const Value x = ops::input("x0", {DType::float32, {1, size, size, 3}});
  Graph graph;
  graph.outputs =
      combine(detail::expand({network.output}, {{&network.input.node(), {x}}}, emission, "", true));
  std::map<std::string, int> steps;
  const Values outputs = simplify(fuse(simplify(graph))).outputs;
  Constants constants;
  for (const auto& node : topological_order(outputs)) {
    if (!node->inputs.empty() && !constants.holds(Value(node, 0)))
      ++steps[std::string(node->op.name())];
  }
  return steps;
}

}  // namespace

TEST_CASE("Normalization and activations of whole networks go into their convolutions",
          "[applications]") {
  for (const char* name : {"MobileNet", "MobileNetV2", "MobileNetV3Large", "EfficientNetB0",
                           "InceptionV3", "VGG16", "ResNet50"}) {
    INFO(name);
    const auto steps = steps_of(name, 224);
    CHECK(steps.count("scale_offset") == 0);
    // VGG16's two Dense layers keep their activations.
    CHECK((steps.contains("activate") ? steps.at("activate") : 0) == (name[0] == 'V' ? 2 : 0));
    CHECK(steps.at("fused_convolution") > 12);
  }
}

TEST_CASE("A squeeze-and-excite block costs a mean, two convolutions and a product",
          "[applications]") {
  const auto steps = steps_of("EfficientNetB0", 96);
  CHECK(steps.at("reduce") == 17);  // 16 blocks and the top
  CHECK(steps.at("binary") == 18);  // 16 products; the input less its mean, over its deviation
  CHECK(steps.at("fused_convolution") + steps.at("convolution") == 81);
  CHECK(steps_of("MobileNetV2", 96).count("binary") == 0);  // sums are the convolutions' too
}

}  // namespace linnet::test
