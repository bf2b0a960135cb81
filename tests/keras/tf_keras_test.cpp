#include <cmath>
#include <filesystem>
#include <linnet/io/npy.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using test::error_of;

namespace {

const std::string kOlderModels = LINNET_TEST_DATA "/golden/tf_keras/";

std::vector<Tensor> rows_of(const std::string& model, const std::string& role) {
  std::vector<Tensor> all;
  while (true) {
    const std::string path =
        kOlderModels + model + "/" + role + std::to_string(all.size()) + ".npy";
    if (!std::filesystem::exists(path)) return all;
    all.push_back(read_npy(path));
  }
}

void check_outputs(const Model& model, const std::string& name) {
  const auto y = model.predict_all(Inputs(rows_of(name, "x")));
  const auto expected = rows_of(name, "y");
  REQUIRE(y.size() == expected.size());
  for (std::size_t k = 0; k < y.size(); ++k) {
    REQUIRE(y[k].shape() == expected[k].shape());
    float scale = 1e-3f;
    for (const float number : expected[k].data<float>()) scale = std::max(scale, std::abs(number));
    for (std::size_t i = 0; i < y[k].data<float>().size(); ++i) {
      CHECK(std::abs(y[k].data<float>()[i] - expected[k].data<float>()[i]) <= 1e-5f * scale);
    }
  }
}

}  // namespace

TEST_CASE("Models of Keras 2 give what they give there", "[keras]") {
  // shared_between_models, kinds: layers are numbered in other ways than in files of Keras 3.
  const auto file = GENERATE(as<std::string>{}, "shared_between_models/m.keras",
                             "shared_between_models/old.keras", "shared_between_models/npz.keras",
                             "norms/m.keras", "heads/m.keras", "kinds/m.keras", "kinds/old.keras",
                             "synchronized/m.keras", "cudnn/m.h5", "theano/m.h5");
  INFO(file);
  check_outputs(Model::load(kOlderModels + file), file.substr(0, file.find('/')));
}

TEST_CASE("Models of Keras 2 go on training as there", "[keras]") {
  const auto file = GENERATE(as<std::string>{}, "adam/m.keras", "nadam/m.keras", "rmsprop/m.h5",
                             "adam_before/m.h5", "sgd_before/m.h5", "rmsprop_before/m.h5");
  INFO(file);
  const std::string name = file.substr(0, file.find('/'));
  Model model = Model::load(kOlderModels + file);
  check_outputs(model, name);
  CHECK(model.iterations() == 2);
  const Inputs x(rows_of(name, "x")), t(rows_of(name, "t"));
  const Tensor losses = read_npy(kOlderModels + name + "/losses.npy");
  for (const float loss : losses.data<float>()) {
    const double got = model.train_on_batch(x, t)["loss"];
    CHECK(std::abs(got - loss) < 2e-5 * std::max(1.0f, loss));
  }
}

TEST_CASE("Weights of Keras 1 and 2 beside an architecture are read", "[keras]") {
  const auto file = GENERATE(as<std::string>{}, "heads/w.h5", "heads/m.weights.h5", "first/w.h5");
  INFO(file);
  const std::string name = file.substr(0, file.find('/'));
  Model model = Model::load(kOlderModels + name + "/m.json");
  CHECK(model.load_weights(kOlderModels + file).empty());
  check_outputs(model, name);
}

TEST_CASE("A GRU without reset_after refuses the weights of a CuDNNGRU", "[keras]") {
  Sequential model{GRU{.units = 3, .reset_after = false, .name = "gru"}};
  model.build({any, 5, 4});
  const auto before = model.get_weights();
  CHECK(error_of([&] {
          model.load_weights(kOlderModels + "cudnn/m.h5", {.by_name = true});
        }).is(ErrorCode::shape_mismatch, "'gru/bias'"));
  CHECK(model.get_weights() == before);
}
