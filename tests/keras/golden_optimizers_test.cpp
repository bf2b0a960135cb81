#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <linnet/linnet.hpp>
#include <sstream>

#include "catch.hpp"
#include "golden/golden.hpp"

using namespace linnet;

TEST_CASE("Training goes on under every optimizer as in Keras", "[keras]") {
  const test::Golden golden("keras_optimizers/optimizers");
  const auto batches = std::ranges::find(golden.cases(), "batches", &test::GoldenCase::name);
  REQUIRE(batches != golden.cases().end());
  const auto x = batches->numbered("x"), t = batches->numbered("t");
  REQUIRE(golden.cases().size() > 20);
  for (const test::GoldenCase& each : golden.cases()) {
    if (each.name == "batches") continue;
    INFO(each.name);
    Model model = Model::load(LINNET_TEST_DATA "/golden/keras_optimizers/" + each.name + ".keras");
    const Tensor losses = each.at("loss/0");
    for (std::size_t i = 0; i < x.size(); ++i) {
      INFO("step " << i);
      const auto got = static_cast<float>(model.train_on_batch(x[i], t[i])["loss"]);
      CHECK(std::abs(got - losses.data<float>()[i]) < 2e-5f);
    }
  }
}

// By hand: tests/golden/sweep_training.py makes the folder.
TEST_CASE("Models of a folder go on training as in Keras", "[.][keras]") {
  const char* folder = std::getenv("LINNET_SWEEP");
  REQUIRE(folder != nullptr);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".safetensors") continue;
    const SafetensorsFile file = read_safetensors(entry.path().string());
    INFO(entry.path().stem().string() << ", " << *file.find_metadata("optimizer"));
    const auto numbered = [&](const std::string& role) {
      std::vector<Tensor> all;
      while (const Tensor* tensor = file.find(role + "/" + std::to_string(all.size()))) {
        all.push_back(tensor->clone());
      }
      return all;
    };
    try {
      Model model =
          Model::load(std::filesystem::path(entry.path()).replace_extension(".keras").string());
      for (int i = 0; file.find("logs" + std::to_string(i)) != nullptr; ++i) {
        const std::string step = std::to_string(i);
        const Tensor* weights = file.find("w" + step);
        const Logs logs =
            model.train_on_batch(Inputs(numbered("x" + step)), Inputs(numbered("t" + step)),
                                 weights == nullptr ? Tensor() : weights->clone());
        std::istringstream keys(*file.find_metadata("keys"));
        const auto expected = file.find("logs" + step)->data<float>();
        std::size_t k = 0;
        for (std::string key; keys >> key; ++k) {
          INFO("step " << i << ", " << key << ": " << logs[key] << ", in Keras " << expected[k]);
          CHECK(std::abs(logs[key] - expected[k]) <= 1e-4 * std::max(1.0f, std::abs(expected[k])));
        }
      }
    } catch (const Error& error) {
      FAIL_CHECK(error.what());
    }
  }
}
