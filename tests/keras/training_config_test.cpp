// What a model was compiled with, as versions of Keras write it.
#include <algorithm>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "core/heard.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"

using namespace linnet;

namespace {

std::string output(const std::string& name) {
  return R"({"class_name": "Dense", "name": ")" + name + R"(", "config": {"name": ")" + name +
         R"(", "units": 1}, "inbound_nodes": [[["x", 0, 0, {}]]]})";
}

/// A model with outputs a and b, compiled so.
Model compiled_with(const std::string& compile_config) {
  const test::TempFolder folder;
  const Value x = input({2});
  const Model model({x}, {x | Dense{.units = 1, .name = "a"}, x | Dense{.units = 1, .name = "b"}});
  model.save_weights(folder.path("w.weights.h5"));
  test::ZipBuilder zip;
  zip.add("config.json", R"({"class_name": "Functional", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 2]},
     "inbound_nodes": []}, )" +
                             output("a") + ", " + output("b") + R"(],
    "input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0], ["b", 0, 0]]},
    "compile_config": )" + compile_config +
                             "}");
  zip.add("model.weights.h5", test::file_text(folder.path("w.weights.h5")));
  test::put_text(folder.path("m.keras"), zip.file());
  return Model::load(folder.path("m.keras"));
}

std::vector<std::string> logs_of(Model model) {
  const Tensor x = Tensor::full({4, 2}, 1.0f), y = Tensor::full({4, 1}, 1.0f);
  std::vector<std::string> names;
  for (const auto& [name, value] : model.evaluate(x, {y, y})) names.push_back(name);
  return names;
}

}  // namespace

TEST_CASE("A list of metrics is for all outputs in Keras 2, one each in Keras 3", "[keras]") {
  const auto logs = [](const std::string& fields) {
    return logs_of(compiled_with(R"({"optimizer": {"class_name": "SGD", "config": {)" + fields +
                                 R"(}}, "loss": "mse", "metrics": ["mae", "mse"],
                                     "weighted_metrics": []})"));
  };
  CHECK(logs("") ==
        std::vector<std::string>{"loss", "a_loss", "b_loss", "a_mae", "a_mse", "b_mae", "b_mse"});
  CHECK(logs(R"("loss_scale_factor": null)") ==
        std::vector<std::string>{"loss", "a_loss", "b_loss", "a_mae", "b_mse"});
}

TEST_CASE("Losses and metrics by name find outputs whose activation is a layer", "[keras]") {
  const test::TempFolder folder;
  const Value x = input({2});
  const Value a = x | Dense{.units = 1, .name = "a"};
  Model({x}, {a, x | Dense{.units = 1, .name = "b"}}).save_weights(folder.path("w.weights.h5"));
  test::ZipBuilder zip;
  const std::string layered =
      R"({"class_name": "Dense", "name": "a", "config": {"name": "a", "units": 1, "activation":
      {"class_name": "ReLU", "config": {"name": "r"}}}, "inbound_nodes": [[["x", 0, 0, {}]]]})";
  zip.add("config.json", R"({"class_name": "Functional", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 2]},
     "inbound_nodes": []}, )" +
                             layered + ", " + output("b") + R"(],
    "input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0], ["b", 0, 0]]},
    "compile_config": {"optimizer": {"class_name": "LossScaleOptimizerV3", "config":
    {"inner_optimizer": {"class_name": "SGD", "config": {}}}}, "loss": {"a": "mae", "b": "mse"},
    "metrics": {"a": ["mse"]}}})");
  zip.add("model.weights.h5", test::file_text(folder.path("w.weights.h5")));
  test::put_text(folder.path("m.keras"), zip.file());
  const test::Heard heard;
  CHECK(logs_of(Model::load(folder.path("m.keras"))) ==
        std::vector<std::string>{"loss", "a_activation_loss", "b_loss", "a_activation_mse"});
}

TEST_CASE("A function that is a metric or a loss keeps the name of what wraps it", "[keras]") {
  CHECK(logs_of(compiled_with(R"({"optimizer": "sgd",
    "loss": {"class_name": "LossFunctionWrapper", "config": {"fn": "mean_absolute_error",
             "name": "mean_absolute_error", "reduction": "auto"}},
    "metrics": [[{"class_name": "MeanMetricWrapper", "config": {"name": "accuracy",
                  "dtype": "float32", "fn": "binary_accuracy"}}], []]})")) ==
        std::vector<std::string>{"loss", "a_loss", "b_loss", "a_accuracy"});
}

TEST_CASE("A schedule without a name is one all the same", "[keras]") {
  Model model = compiled_with(R"({"optimizer": {"class_name": "SGD", "config": {"name": null,
    "learning_rate": {"class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.5,
      "decay_steps": 1, "decay_rate": 0.5, "staircase": false, "name": null}}}}, "loss": "mse"})");
  const Tensor x = Tensor::full({4, 2}, 1.0f), y = Tensor::full({4, 1}, 1.0f);
  CHECK(model.learning_rate() == 0.5f);
  model.train_on_batch(x, {y, y});
  CHECK(model.learning_rate() == 0.25f);
}

TEST_CASE("A LossScaleOptimizer's metrics are those of the version of the one inside", "[keras]") {
  const auto logs = [](const std::string& fields) {
    return logs_of(compiled_with(R"({"optimizer": {"class_name": "LossScaleOptimizer", "config":
      {"inner_optimizer": {"class_name": "SGD", "config": {)" +
                                 fields + R"(}}, "initial_scale": 256.0}}, "loss": "mse",
      "metrics": ["mae", "mse"]})"));
  };
  CHECK(logs(R"("loss_scale_factor": null)") ==
        std::vector<std::string>{"loss", "a_loss", "b_loss", "a_mae", "b_mse"});
  CHECK(logs("").size() == 7);
}

TEST_CASE("Weighted metrics of several outputs are saved and loaded", "[keras]") {
  const Value x = input({2});
  Model model({x}, {x | Dense{.units = 1, .name = "a"}, x | Dense{.units = 1, .name = "b"}});
  model.compile({.optimizer = "sgd", .loss = "mse", .weighted_metrics = {"mae"}});
  const test::TempFolder folder;
  model.save(folder.path("m.keras"));
  Model loaded = Model::load(folder.path("m.keras"));
  const Tensor data = Tensor::full({4, 2}, 1.0f), y = Tensor::full({4, 1}, 1.0f);
  const EvaluateOptions options{.sample_weight = Tensor::of<float>({4}, {1, 2, 0, 4})};
  const auto before = model.evaluate(data, {y, y}, options);
  const auto after = loaded.evaluate(data, {y, y}, options);
  REQUIRE(after.size() == 5);
  CHECK(std::ranges::equal(before, after));
}

TEST_CASE("Weighted metrics of one of several outputs are measured, saved and loaded", "[keras]") {
  Model loaded = compiled_with(R"({"optimizer": "sgd", "loss": "mse", "metrics": ["mse", "mae"],
      "weighted_metrics": [["mae"], null]})");
  const std::vector<std::string> expected{"loss",  "a_loss", "b_loss", "a_mse",
                                          "a_mae", "b_mse",  "b_mae",  "a_mae_1"};
  CHECK_THAT(logs_of(loaded), Catch::Matchers::UnorderedEquals(expected));
  const test::TempFolder folder;
  for (const char* name : {"m.keras", "m.linnet"}) {
    loaded.save(folder.path(name));
    CHECK_THAT(logs_of(Model::load(folder.path(name))), Catch::Matchers::UnorderedEquals(expected));
  }
}

TEST_CASE("An output without a loss adds none", "[keras]") {
  for (const char* loss : {R"(["mse", null])", R"({"a": "mse", "b": null})"}) {
    INFO(loss);
    Model model = compiled_with(R"({"optimizer": "sgd", "loss": )" + std::string(loss) +
                                R"(, "metrics": [[], ["mae"]]})");
    CHECK(logs_of(model) == std::vector<std::string>{"loss", "b_mae"});
    const test::TempFolder folder;
    for (const char* name : {"m.keras", "m.linnet"}) {
      model.save(folder.path(name));
      Model loaded = Model::load(folder.path(name));
      const Tensor x = Tensor::full({4, 2}, 1.0f), y = Tensor::full({4, 1}, 1.0f);
      const Tensor other = Tensor::full({4, 1}, 9.0f);
      const auto before = loaded.get_weights();
      const double got = loaded.train_on_batch(x, {y, other})["loss"];
      CHECK(got == model.evaluate(x, {y, y})["loss"]);
      const auto after = loaded.get_weights();
      CHECK(after[0] != before[0]);
      CHECK(after[2] == before[2]);
    }
  }
}

TEST_CASE("A model compiled without a loss is loaded without what it was compiled with",
          "[keras]") {
  const test::Heard heard;
  compiled_with(R"({"optimizer": "sgd", "loss": null})");
  compiled_with(R"({"optimizer": "sgd", "loss": [null, null]})");
  CHECK(heard.count() == 2);
  CHECK(heard.has("m: it was compiled without a loss"));
}

TEST_CASE("What stands in another module is not what Keras calls so", "[keras]") {
  const auto error = [](const std::string& loss, const std::string& metrics,
                        const std::string& optimizer = R"("sgd")") {
    return test::error_of([&] {
      compiled_with(R"({"optimizer": )" + optimizer + R"(, "loss": )" + loss + R"(, "metrics": )" +
                    metrics + "}");
    });
  };
  const auto object = [](const std::string& module, const std::string& name,
                         const std::string& config) {
    return R"({"module": ")" + module + R"(", "class_name": ")" + name + R"(", "config": )" +
           config + "}";
  };
  CHECK(error(object("mine", "function", R"("mean_squared_error")"), "[]")
            .is(ErrorCode::unsupported, "'mean_squared_error' of 'mine' is not supported"));
  CHECK(error(R"("mse")", "[[" + object("mine", "F1Score", "{}") + "], []]")
            .is(ErrorCode::unsupported, "'F1Score' of 'mine'"));
  CHECK(error(R"("mse")", "[]", object("mine", "Adam", "{}"))
            .is(ErrorCode::unsupported, "'Adam' of 'mine'"));
  const std::string schedule =
      object("mine", "ExponentialDecay",
             R"({"initial_learning_rate": 0.5, "decay_steps": 1, "decay_rate": 0.5})");
  CHECK(error(R"("mse")", "[]",
              object("keras.optimizers", "SGD", R"({"learning_rate": )" + schedule + "}"))
            .is(ErrorCode::unsupported, "'ExponentialDecay' of 'mine'"));
  CHECK(logs_of(compiled_with(R"({"optimizer": "sgd", "loss": )" +
                              object("builtins", "function", R"("mean_squared_error")") + "}"))
            .size() == 3);
}

TEST_CASE("An optimizer of several is refused in one line", "[keras]") {
  const auto error = test::error_of([] {
    compiled_with(R"({"optimizer": {"class_name": "MultiOptimizer", "config": {"optimizer_map":
      {"class_name": "OptimizerMap", "config": {}}}}, "loss": "mse"})");
  });
  CHECK(error.is(ErrorCode::unsupported, "MultiOptimizer, by which some weights"));
}

TEST_CASE("Training goes on under a schedule where the first slot is a number", "[keras]") {
  const auto goes_on = [](const Optimizer& optimizer, bool attention) {
    const Value x = input({3, 4});
    const Value y =
        attention ? call(Attention{.use_scale = true}, {x, x}) : x | LayerNormalization{};
    Model model({x}, {y | Flatten{} | Dense{.units = 1}});
    model.compile({.optimizer = optimizer, .loss = "mse"});
    const Tensor data = Tensor::of<float>({1, 3, 4}, {1, 2, -3, 4, 0, 1, 5, 2, -2, 1, 3, 2});
    const Tensor target = Tensor::full({1, 1}, 1.0f);
    for (int i = 0; i < 3; ++i) model.train_on_batch(data, target);
    const test::TempFolder folder;
    model.save(folder.path("m.keras"));
    Model loaded = Model::load(folder.path("m.keras"));
    CHECK(loaded.iterations() == 3);
    for (int i = 0; i < 2; ++i) {
      CHECK(loaded.train_on_batch(data, target)["loss"] ==
            model.train_on_batch(data, target)["loss"]);
    }
  };
  const auto rate = schedules::CosineDecay{.initial_learning_rate = 0.1f, .decay_steps = 10};
  goes_on(Adafactor{.learning_rate = rate}, false);
  goes_on(Adam{.learning_rate = rate}, true);
}
