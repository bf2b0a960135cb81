// Every case of spectral_normalization.safetensors, and what the layer refuses.
#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "layers/keras_config.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// Tensors of the role in the order of the model's parameters. Keras, which lists the kernel among
/// the outer layer's weights, has another: it is found by name.
std::vector<Tensor> in_our_order(const GoldenCase& each, const Model& model,
                                 const std::string& role) {
  const auto& names = each.facts.at("weights").items();
  const std::vector<Tensor> theirs = each.numbered(role);
  REQUIRE(model.parameters().size() == names.size());
  std::vector<Tensor> ours;
  for (const auto& [path, parameter] : model.parameters()) {
    const std::string name = path.substr(path.find('/') + 1);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i].as_string() == name) ours.push_back(theirs[i]);
    }
  }
  REQUIRE(ours.size() == names.size());
  return ours;
}

/// A model of one layer, as the case has it, with its first weights.
Model spectral_model(const GoldenCase& each) {
  const Tensor x = each.at("x/0");
  const Value in = input(x.shape().slice(1, x.shape().rank()), {.dtype = x.dtype()});
  Model model(in, in | layer_from_config("SpectralNormalization",
                                         without_keras_keys(each.facts.at("config"))));
  model.set_weights(in_our_order(each, model, "initial"));
  return model;
}

void check_spectral_steps(const GoldenCase& each) {
  INFO(each.name);
  Model model = spectral_model(each);
  const Tensor x = each.at("x/0"), y = each.at("target/0"), losses = each.at("loss/0");
  CHECK(close(model.predict(x), each.at("prediction/0"), 1e-5));
  const auto rate = static_cast<float>(each.facts.at("rate").as_number());
  model.compile({.optimizer = SGD{.learning_rate = rate}, .loss = "mse"});
  for (const float wanted : losses.data<float>()) {
    CHECK(std::abs(model.train_on_batch(x, y)["loss"] - wanted) <= 1e-4 * (1 + std::abs(wanted)));
  }
  const auto got = model.get_weights(), wanted = in_our_order(each, model, "final");
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO(model.parameters()[i].first);
    CHECK(close(got[i], wanted[i], 1e-4));
  }
}

Model spectral_dense(Dense inside, bool trainable = true) {
  const Value in = input({3});
  Model model(in, in | SpectralNormalization{.layer = inside, .trainable = trainable});
  model.compile({.optimizer = SGD{.learning_rate = 0.0f}, .loss = "mse"});
  return model;
}

}  // namespace

TEST_CASE("Spectral normalization divides, uses and moves a kernel as Keras does", "[layers]") {
  const Golden golden("spectral_normalization");
  CHECK(golden.cases().size() == 4);
  for (const GoldenCase& each : golden.cases()) check_spectral_steps(each);
}

TEST_CASE("Spectral normalization leaves a kernel of zeros and a frozen one alone", "[layers]") {
  const Tensor x = random_floats({4, 3}, 1), y = random_floats({4, 2}, 2);
  for (Model model :
       {spectral_dense({.units = 2, .kernel_initializer = "zeros"}),
        spectral_dense({.units = 2}, false), spectral_dense({.units = 2, .trainable = false})}) {
    std::vector<Tensor> before;
    for (const Tensor& weight : model.get_weights()) before.push_back(weight.clone());
    model.train_on_batch(x, y);
    const auto after = model.get_weights();
    for (std::size_t i = 0; i < after.size(); ++i) CHECK(same_bits(after[i], before[i]));
  }
}

TEST_CASE("A kernel under spectral normalization ends with a largest singular value of 1") {
  Model model = spectral_dense({.units = 2, .use_bias = false});
  const Tensor x = random_floats({4, 3}, 1), y = random_floats({4, 2}, 2);
  for (int step = 0; step < 40; ++step) model.train_on_batch(x, y);  // at a rate of 0
  const Tensor kernel = [&] {
    for (const auto& [path, parameter] : model.parameters()) {
      if (path.ends_with("kernel")) return parameter->value;
    }
    return Tensor();
  }();
  REQUIRE(kernel.shape() == Shape{3, 2});
  double square[2][2] = {};  // of W' W, whose larger eigenvalue is then 1
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t a = 0; a < 2; ++a) {
      for (std::size_t b = 0; b < 2; ++b) {
        square[a][b] += static_cast<double>(kernel.data<float>()[i * 2 + a]) *
                        static_cast<double>(kernel.data<float>()[i * 2 + b]);
      }
    }
  }
  const double half = (square[0][0] + square[1][1]) / 2;
  const double determinant = square[0][0] * square[1][1] - square[0][1] * square[1][0];
  CHECK(std::abs(half + std::sqrt(half * half - determinant) - 1) < 1e-4);
}

TEST_CASE("Spectral normalization needs a layer with a kernel", "[layers]") {
  const Value x = ops::input("x", {DType::float32, {any, 3}});
  const auto refused = [&](SpectralNormalization layer) { return error_of([&] { x | layer; }); };
  const auto code = ErrorCode::invalid_argument;
  CHECK(refused({}).is(code, "needs a layer"));
  CHECK(refused({.layer = Flatten{}}).is(code, "neither a kernel nor embeddings"));
  CHECK(refused({.layer = Dense{.units = 2}, .power_iterations = 0}).is(code, "power_iterations"));
}

}  // namespace linnet::test
