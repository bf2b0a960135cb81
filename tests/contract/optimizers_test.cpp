// What every built-in optimizer has to do, whatever its formula.
#include "core/class_names.hpp"
#include "model/small_models.hpp"
#include "optimizers/training.hpp"

namespace linnet::test {

namespace {

/// The optimizer with one key of its config changed.
Optimizer with_key(const std::string& name, const char* key, const Config& value) {
  Config config = Optimizer::named(name).to_config();
  config["config"][key] = value;
  return Optimizer::from_config(config);
}

const Shape kShapes[] = {{}, {5}, {4, 3}, {3, 7}, {2, 2, 3, 4}};

Tensors tensors_of_shapes(std::uint64_t seed) {
  Tensors all;
  for (const Shape& shape : kShapes) all.push_back(random_floats(shape, seed++));
  return all;
}

}  // namespace

TEST_CASE("Built-in optimizers are read as they were written", "[contract][optimizers]") {
  for (const std::string& name : class_names(detail::Optimizers{})) {
    INFO(name);
    const Config written = Optimizer::named(name).to_config();
    CHECK(Optimizer::from_config(written).to_config() == written);
    CHECK(written.at("class_name").as_string() == name);
    for (const char* key :
         {"weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "loss_scale_factor"}) {
      INFO(key);
      const Optimizer changed = with_key(name, key, Config(0.5f));
      CHECK(changed.to_config().at("config").at(key).as_number() == 0.5);
      CHECK(changed.to_config() != written);
    }
    CHECK(with_key(name, "use_ema", Config(true)).settings().use_ema);
    CHECK(with_key(name, "gradient_accumulation_steps", Config(Index{3}))
              .settings()
              .gradient_accumulation_steps == Index{3});
  }
}

TEST_CASE("Built-in optimizers change parameters of any shape, and none at a rate of 0",
          "[contract][optimizers]") {
  const Tensors start = tensors_of_shapes(1), gradients = tensors_of_shapes(11);
  for (const std::string& name : class_names(detail::Optimizers{})) {
    INFO(name);
    Training moving(Optimizer::named(name), start);
    Training resting(with_key(name, "learning_rate", Config(0.0f)), start);
    for (int step = 0; step < 3; ++step) {
      moving.step(gradients);
      resting.step(gradients);
    }
    for (int i = 0; i < static_cast<int>(start.size()); ++i) {
      const Tensor& before = start[static_cast<std::size_t>(i)];
      INFO(before.shape().str());
      CHECK_FALSE(moving.value(i) == before);
      CHECK(same_bits(resting.value(i), before));
    }
  }
}

TEST_CASE("Built-in optimizers learn", "[contract][optimizers]") {
  const NumberRows rows(120);
  for (const std::string& name : class_names(detail::Optimizers{})) {
    INFO(name);
    float rate = 0.02f;  // Keras's are too small for so few steps
    if (name == "SGD" || name == "Adagrad" || name == "Ftrl") rate = 0.3f;
    if (name == "Adadelta") rate = 5;
    Sequential model = perceptron(with_key(name, "learning_rate", Config(rate)));
    const History history = model.fit(rows.x, rows.y, {.epochs = 10, .batch_size = 16});
    CHECK(history["loss"].back() < 0.8 * history["loss"].front());
  }
}

}  // namespace linnet::test
