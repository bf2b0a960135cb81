#include <algorithm>
#include <cmath>
#include <linnet/linnet.hpp>

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
