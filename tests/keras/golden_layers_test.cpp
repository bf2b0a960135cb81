#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "golden/golden.hpp"

using namespace linnet;

namespace {

/// The inputs of a golden model: texts first.
Inputs inputs_of(const test::GoldenCase& golden) {
  std::vector<Tensor> inputs;
  std::vector<std::string> texts;
  for (const Config& text : golden.facts.at("texts").items()) texts.push_back(text.as_string());
  for (Index i = 0; i < golden.facts.at("text_inputs").as_integer(); ++i) {
    inputs.push_back(Tensor::strings(texts).reshaped({static_cast<Index>(texts.size()), 1}));
  }
  for (Tensor& x : golden.numbered("x")) inputs.push_back(std::move(x));
  return Inputs(std::move(inputs));
}

}  // namespace

TEST_CASE("Every layer of a file of Keras gives what it gives in Keras", "[keras]") {
  const auto topic =
      GENERATE(as<std::string>{}, "core", "activations", "convolutions", "pooling", "normalization",
               "shapes", "images", "recurrent", "attention", "wrappers", "words");
  INFO(topic);
  const test::Golden golden("keras_layers/" + topic);
  const test::GoldenCase& expected = golden.cases().front();
  Model model =
      Model::load(std::string(LINNET_TEST_DATA "/golden/keras_layers/") + topic + ".keras");
  const auto y = model.predict_all(inputs_of(expected));
  const auto wanted = expected.numbered("y");
  REQUIRE(y.size() == wanted.size());
  const auto& layers = expected.facts.at("layers").items();
  for (std::size_t i = 0; i < y.size(); ++i) {
    INFO("output " << i << " of layer " << layers[i].as_string());
    CHECK(test::first_apart(y[i], wanted[i], 1e-4, 1e-3) == "");
  }
}
