// Every case of training.safetensors: losses of 30 training steps, and histories of fit.
#include "core/class_names.hpp"
#include "golden/golden_classes.hpp"
#include "model/keras_model.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

Sequential compiled_model(const GoldenCase& each, std::vector<Metric> metrics = {}) {
  Sequential model = keras_sequential(each.facts.at("model").at("config"));
  const Tensor x = each.at("x/0");
  const bool steps = each.facts.at("kind").as_string() == "steps";
  model.build(x.shape().slice(steps ? 1 : 0, x.shape().rank()).with(0, any));
  model.set_weights(each.numbered("initial"));
  model.compile({.optimizer = Optimizer::from_config(each.facts.at("optimizer")),
                 .loss = Loss::from_config(each.facts.at("loss")),
                 .metrics = std::move(metrics)});
  return model;
}

std::map<Index, float> class_weights(const GoldenCase& each) {
  std::map<Index, float> weights;
  const Config& config = each.facts.at("class_weight");
  if (config.is_null()) return weights;
  for (const auto& [key, value] : config.members()) {
    weights[std::stoll(key)] = static_cast<float>(value.as_number());
  }
  return weights;
}

/// Batch `step` of a tensor with a leading step axis.
Tensor batch_of(const Tensor& all, Index step) {
  return all.rows(step, step + 1).reshaped(all.shape().without(0));
}

void check_final(const GoldenCase& each, const Model& model) {
  const auto wanted = each.numbered("final");
  const auto got = model.get_weights();
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("weight " << i);
    CHECK(close(got[i], wanted[i], 1e-4));
  }
}

void check_names(const GoldenCase& each, const Model& model) {
  const auto parameters = model.parameters();
  const auto& paths = each.facts.at("weights").items();
  REQUIRE(parameters.size() == paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    CHECK(parameters[i].first == paths[i].as_string());
  }
}

void check_steps(const GoldenCase& each, bool by_batches) {
  INFO(each.name << (by_batches ? ", train_on_batch" : ", fit"));
  Sequential model = compiled_model(each);
  check_names(each, model);
  const Tensor x = each.at("x/0"), y = each.at("y/0"), losses = each.at("loss/0");
  const Tensor* weights = each.find("sample_weight/0");
  const auto by_class = class_weights(each);
  for (Index step = 0; step < x.shape()[0]; ++step) {
    const Tensor x_now = batch_of(x, step), y_now = batch_of(y, step);
    Tensor weight = weights == nullptr ? Tensor() : batch_of(*weights, step);
    double loss = 0;
    if (by_batches) {
      if (!by_class.empty()) weight = class_sample_weights(y_now, by_class);
      loss = model.train_on_batch(x_now, y_now, weight)["loss"];
    } else {
      const auto history = model.fit(
          x_now, y_now, {.shuffle = false, .class_weight = by_class, .sample_weight = weight});
      loss = history["loss"].back();
    }
    const double wanted = static_cast<double>(losses.data<float>()[static_cast<std::size_t>(step)]);
    INFO("step " << step << ": got " << loss << ", Keras " << wanted);
    CHECK(std::abs(loss - wanted) <= 1e-4 * (1 + std::abs(wanted)));
  }
  CHECK(model.iterations() == x.shape()[0]);
  check_final(each, model);
}

void check_fit(const GoldenCase& each) {
  INFO(each.name);
  Sequential model = compiled_model(each, {"accuracy"});
  const Tensor* weights = each.find("sample_weight/0");
  const auto history = model.fit(each.at("x/0"), each.at("y/0"),
                                 {.epochs = static_cast<int>(each.facts.at("epochs").as_integer()),
                                  .batch_size = each.facts.at("batch_size").as_integer(),
                                  .validation_data = {.x = each.at("x/1"), .y = each.at("y/1")},
                                  .shuffle = false,
                                  .class_weight = class_weights(each),
                                  .sample_weight = weights == nullptr ? Tensor() : *weights});
  for (const Config& name : each.facts.at("history").items()) {
    INFO(name.as_string());
    const Tensor wanted = each.at("history/" + name.as_string());
    const auto values = history[name.as_string()];
    std::vector<float> got(values.begin(), values.end());
    CHECK(close(Tensor::of(wanted.shape(), got), wanted, 1e-4));
  }
  check_final(each, model);
  CHECK(close(model.predict(each.at("x/1")), each.at("prediction/0"), 1e-4));
}

}  // namespace

TEST_CASE("Thirty training steps follow Keras's loss curve", "[model]") {
  const Golden golden("training");
  CHECK(golden.cases().size() == 26);
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.at("kind").as_string() != "steps") continue;
    check_steps(each, true);
    check_steps(each, false);
  }
}

TEST_CASE("Thirty training steps of networks with a normalization follow Keras's loss curve",
          "[model]") {
  const Golden golden("convolution_training");
  CHECK(golden.cases().size() == 8);
  for (const GoldenCase& each : golden.cases()) {
    check_steps(each, true);
    check_steps(each, false);
  }
}

TEST_CASE("Thirty training steps of recurrent text classifiers follow Keras's loss curve",
          "[model]") {
  const Golden golden("recurrent_training");
  CHECK(golden.cases().size() == 5);
  for (const GoldenCase& each : golden.cases()) {
    check_steps(each, true);
    check_steps(each, false);
  }
}

TEST_CASE("Thirty training steps with each loss and each rule for weights follow Keras's",
          "[model]") {
  const Golden golden("loss_training");
  CHECK(golden.cases().size() == 40);
  CHECK(golden_classes(golden, "loss") == class_names(detail::Losses{}, {"crossentropy"}));
  for (const GoldenCase& each : golden.cases()) {
    check_steps(each, true);
    check_steps(each, false);
  }
}

TEST_CASE(
    "Training steps with regularized outputs, and with losses of masked steps, follow Keras's",
    "[model]") {
  const Golden golden("reduction_training");
  CHECK(golden.cases().size() == 26);
  for (const GoldenCase& each : golden.cases()) {
    check_steps(each, true);
    check_steps(each, false);
  }
}

TEST_CASE("Fit reports Keras's history", "[model]") {
  const Golden golden("training");
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.at("kind").as_string() == "fit") check_fit(each);
  }
}

}  // namespace linnet::test
