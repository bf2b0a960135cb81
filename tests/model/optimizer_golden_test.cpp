// Every case of optimizer_training.safetensors: 30 training steps of each optimizer.
#include "core/class_names.hpp"
#include "golden/golden_classes.hpp"
#include "model/keras_model.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// Its own network of the golden file, which has the data and the weights before training.
Sequential golden_network(const GoldenCase& each, const GoldenCase& network) {
  Sequential model = keras_sequential(network.facts.at("model").at("config"));
  const Shape x = network.at("x/0").shape();
  model.build(x.slice(1, x.rank()).with(0, any));
  model.set_weights(network.numbered("initial"));
  CompileOptions options{.optimizer = Optimizer::from_config(each.facts.at("optimizer")),
                         .loss = "categorical_crossentropy"};
  if (each.facts.at("options").as_string() == "exclude_bias") {
    options.parameter_groups = {{.path = "*/bias", .weight_decay_multiplier = 0.0f}};
  }
  model.compile(options);
  return model;
}

void check_golden_weights(const Model& model, const std::vector<Tensor>& wanted) {
  const auto got = model.get_weights();
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("weight " << i);
    CHECK(close(got[i], wanted[i], 1e-4));
  }
}

void check_curve(const GoldenCase& each, const GoldenCase& network) {
  INFO(each.name);
  const Tensor x = network.at("x/0"), y = network.at("y/0"), losses = each.at("loss/0");
  const auto step_of = [](const Tensor& all, Index step) {
    return all.rows(step, step + 1).reshaped(all.shape().without(0));
  };
  Sequential model = golden_network(each, network);
  for (Index step = 0; step < x.shape()[0]; ++step) {
    const double loss = model.train_on_batch(step_of(x, step), step_of(y, step))["loss"];
    const double wanted = static_cast<double>(losses.data<float>()[static_cast<std::size_t>(step)]);
    INFO("step " << step << ": got " << loss << ", Keras " << wanted);
    CHECK(std::abs(loss - wanted) <= 1e-4 * (1 + std::abs(wanted)));
  }
  check_golden_weights(model, each.numbered("final"));
  const auto fitted = each.numbered("fitted");
  if (fitted.empty()) return;
  INFO("fit");
  const auto flat = [](const Tensor& t) {
    return t.reshaped(t.shape().without(0).with(0, t.shape()[0] * t.shape()[1]));
  };
  Sequential other = golden_network(each, network);
  other.fit(flat(x), flat(y), {.batch_size = x.shape()[1], .shuffle = false});
  check_golden_weights(other, fitted);
}

}  // namespace

TEST_CASE("Thirty steps of every optimizer follow Keras's loss curve", "[model]") {
  const Golden golden("optimizer_training");
  std::map<std::string, const GoldenCase*> networks;
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.find("model") != nullptr) networks[each.name] = &each;
  }
  REQUIRE(networks.size() == 2);
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.find("model") != nullptr) continue;
    check_curve(each, *networks.at(each.facts.at("network").as_string()));
  }
  CHECK(golden.cases().size() == 82);
  CHECK(golden_classes(golden, "optimizer") == class_names(detail::Optimizers{}));
}

}  // namespace linnet::test
