#include "keras/old_hard_sigmoid.hpp"

#include <cstring>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "ops/check_op.hpp"

using namespace linnet;
using test::error_of;

namespace {

/// A Dense whose activation is that, as Keras 3.15 writes it.
Model with_activation(const std::string& layers) {
  const test::TempFolder folder;
  test::put_text(folder.path("m.json"), R"({"keras_version": "3.15.1", "module": "keras",
    "class_name": "Sequential", "config": {"name": "s", "build_input_shape": [null, 3], "layers": [
      {"module": "keras.layers", "class_name": "InputLayer",
       "config": {"batch_shape": [null, 3], "dtype": "float32", "name": "x"}},
      {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "units": 4,
       "activation": {"module": "keras.layers", "class_name": "Pipeline", "config": {"layers": [)" +
                                            layers +
                                            R"(], "name": "keras2_hard_sigmoid"},
        "registered_name": null, "build_config": {"input_shape": [2, 4]}}}}]}})");
  return Model::load(folder.path("m.json"));
}

const std::string kLine = R"({"module": "keras.layers", "class_name": "Rescaling", "config": {
  "name": "line", "trainable": true, "dtype": {"module": "keras", "class_name": "DTypePolicy",
  "config": {"name": "float32"}, "registered_name": null}, "scale": 0.2, "offset": 0.5},
  "registered_name": null, "build_config": {"input_shape": [2, 4]}})";
const std::string kClip = R"({"module": "keras.layers", "class_name": "ReLU", "config": {
  "name": "clip", "trainable": true, "max_value": 1.0, "negative_slope": 0.0, "threshold": 0.0},
  "registered_name": null})";

}  // namespace

TEST_CASE("Keras 2's hard_sigmoid comes back from files for Keras 3, wherever it stands",
          "[keras]") {
  const test::TempFolder folder;
  const Value x = input({6, 3});
  const Value sequence =
      x |
      LSTM{.units = 4, .recurrent_activation = "keras2_hard_sigmoid", .return_sequences = true} |
      Bidirectional{.layer = GRU{.units = 2,
                                 .recurrent_activation = "keras2_hard_sigmoid",
                                 .return_sequences = true}} |
      RNN{.cell = SimpleRNNCell{.units = 3, .activation = "keras2_hard_sigmoid"},
          .return_sequences = true} |
      TimeDistributed{.layer = Dense{.units = 2, .activation = "keras2_hard_sigmoid"}};
  const Value frames = input({3, 5, 5, 2});
  const Value pictures =
      frames |
      ConvLSTM2D{.filters = 2, .kernel_size = 3, .recurrent_activation = "keras2_hard_sigmoid"};
  const Model model({x, frames}, {sequence, pictures});
  const Inputs rows(
      {test::random_floats({2, 6, 3}, 1, -4, 4), test::random_floats({2, 3, 5, 5, 2}, 2, -4, 4)});
  const auto expected = model.predict_all(rows);
  for (const char* file : {"m.keras", "m.h5"}) {
    model.save(folder.path(file));
    const auto again = Model::load(folder.path(file)).predict_all(rows);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(std::memcmp(again[i].raw(), expected[i].raw(), expected[i].bytes()) == 0);
    }
  }
}

TEST_CASE("A Pipeline as an activation is Keras 2's hard_sigmoid, or refused", "[keras]") {
  const Model model = with_activation(kLine + ", " + kClip);
  CHECK(model.layer("d").instance()->config().at("activation") ==
        Config(detail::keras::kOldHardSigmoid));
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  for (const std::string& other :
       {kLine, kClip + ", " + kLine,
        kLine + ", " + replaced(kClip, "\"max_value\": 1.0", "\"max_value\": 6.0"),
        replaced(kLine, "0.2", "0.25") + ", " + kClip,
        replaced(kLine, "0.5", "[0.5]") + ", " + kClip,
        kLine + ", " + replaced(kClip, "\"threshold\": 0.0", "\"threshold\": 0.1")}) {
    CHECK(error_of([&] { with_activation(other); }).code == ErrorCode::unsupported);
  }
}
