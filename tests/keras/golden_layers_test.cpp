#include <algorithm>
#include <cmath>
#include <filesystem>
#include <linnet/linnet.hpp>
#include <set>

#include "catch.hpp"
#include "golden/classes_in.hpp"
#include "golden/golden.hpp"
#include "keras/file_config.hpp"

using namespace linnet;

namespace {

const std::string kLayerFolder = LINNET_TEST_DATA "/golden/keras_layers";

/// The files of a folder that hold models, in order.
std::vector<std::filesystem::path> models_in(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".keras" || extension == ".h5") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  REQUIRE(paths.size() > 3);
  return paths;
}

template <class... Ls>
std::set<std::string> names_of(LayerList<Ls...>) {
  return {Ls::kName...};
}

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

void check_outputs_of(const Model& model, const Inputs& x, const test::GoldenCase& expected) {
  const auto y = model.predict_all(x), wanted = expected.numbered("y");
  REQUIRE(y.size() == wanted.size());
  const auto& layers = expected.facts.at("layers").items();
  for (std::size_t i = 0; i < y.size(); ++i) {
    INFO("output " << i << " of layer " << layers[i].as_string());
    CHECK(test::first_apart(y[i], wanted[i], 1e-4, 1e-3) == "");
  }
}

}  // namespace

TEST_CASE("Every layer of a file of Keras gives what it gives in Keras", "[keras]") {
  for (const std::filesystem::path& path : models_in(kLayerFolder)) {
    INFO(path.filename().string());
    const test::Golden golden("keras_layers/" + path.stem().string());
    const test::GoldenCase& expected = golden.cases().front();
    check_outputs_of(Model::load(path.string()), inputs_of(expected), expected);
  }
}

TEST_CASE("Every layer of a file of Keras goes on training as in Keras", "[keras]") {
  for (const std::filesystem::path& path : models_in(kLayerFolder + "/training")) {
    INFO(path.filename().string());
    const test::Golden golden("keras_layers/training/" + path.stem().string());
    const test::GoldenCase& expected = golden.cases().front();
    Model model = Model::load(path.string());
    const Inputs x(expected.numbered("x")), t(expected.numbered("t"));
    const Tensor losses = expected.at("loss/0");
    for (const float loss : losses.data<float>()) {
      CHECK(std::abs(model.train_on_batch(x, t)["loss"] - loss) <= 1e-4 * loss);
    }
    check_outputs_of(model, x, expected);
  }
}

TEST_CASE("Each layer that linnet and Keras have is in a file of Keras", "[keras]") {
  std::set<std::string> golden, known = names_of(BuiltInLayers{});
  for (const std::filesystem::path& path : models_in(kLayerFolder)) {
    if (path.extension() != ".keras") continue;
    const Config config = detail::keras::config_of(detail::ZipFile(path.string()), {});
    for (const std::string& each : test::classes_in(config)) {
      const std::string name = each.substr(each.rfind('.') + 1);
      if (known.contains(name)) golden.insert(name);
    }
  }
  // Keras has no EmbeddingBag; its two that mix labels too take no tensor, so no model holds them.
  for (const char* name : {"EmbeddingBag", "CutMix", "MixUp"}) CHECK(known.erase(name) == 1);
  CHECK(golden == known);
}
