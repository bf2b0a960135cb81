// Every case of applications.safetensors: whole networks with weights from a formula.
#include "applications/formula_weights.hpp"
#include "golden/golden.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

using Builder = Model (*)(const applications::ApplicationOptions&);

const std::map<std::string, Builder> kBuilders{
    {"ResNet50", applications::ResNet50},
    {"ResNet50V2", applications::ResNet50V2},
};

}  // namespace

TEST_CASE("Networks give what Keras's give", "[applications]") {
  const Golden golden("applications");
  CHECK(golden.cases().size() == kBuilders.size());
  for (const GoldenCase& each : golden.cases()) {
    INFO(each.name);
    const Tensor picture = each.at("input/0");
    const Shape size = picture.shape().slice(1, 4);
    Model model = kBuilders.at(each.facts.at("name").as_string())(
        {.include_top = false, .weights = "none", .input_shape = size, .pooling = "avg"});
    CHECK(model.count_params() == each.facts.at("parameters").as_integer());
    std::vector<std::string> names, wanted;
    for (const Layer& layer : model.layers()) names.push_back(layer.name());
    for (const Config& name : each.facts.at("layers").items()) {
      if (std::ranges::find(names, name.as_string()) == names.end())
        wanted.push_back(name.as_string());
    }
    UNSCOPED_INFO("missing: " << (wanted.empty() ? "" : wanted.back()));
    CHECK(wanted.size() <= 5);  // the input layer, and what Keras numbers by itself
    set_formula_weights(model);
    const Tensor want = each.at("output/0"), got = model.predict(picture);
    double scale = 0;
    for (const float value : want.data<float>()) scale = std::max(scale, std::abs(double{value}));
    for (std::size_t i = 0; i < want.data<float>().size(); ++i) {
      CHECK(std::abs(double{got.data<float>()[i]} - double{want.data<float>()[i]}) <= 1e-4 * scale);
    }
  }
}

}  // namespace linnet::test
