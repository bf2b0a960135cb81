// What a model was compiled with, as versions of Keras write it.
#include <linnet/linnet.hpp>

#include "catch.hpp"
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
