#include <array>
#include <cmath>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using test::error_of;

namespace {

std::string lstm_with(const std::string& keys) {
  return R"({"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name": "LSTM",
    "config": {"name": "lstm", "batch_input_shape": [null, 4, 3], "units": 2, )" +
         keys + "}}]}}";
}

}  // namespace

TEST_CASE("Recurrent layers of tf.keras load, with time on the second axis alone", "[keras]") {
  const test::TempFolder folder;
  test::put_text(folder.path("m.json"), lstm_with(R"("time_major": false, "implementation": 2)"));
  CHECK(Model::load(folder.path("m.json")).count_params() == 4 * 2 * (3 + 2 + 1));
  test::put_text(folder.path("m.json"), lstm_with(R"("time_major": true)"));
  CHECK(error_of([&] {
          Model::load(folder.path("m.json"));
        }).is(ErrorCode::not_found, "layer 'lstm': LSTM: unknown key 'time_major'"));
}

TEST_CASE("A GRU of a version that did not know reset_after has none", "[keras]") {
  const test::TempFolder folder;
  const auto weights = [&](const std::string& version, const std::string& more) {
    test::put_text(folder.path("m.json"), R"({"keras_version": ")" + version +
                                              R"(", "class_name": "Sequential", "config": [
      {"class_name": "Bidirectional", "config": {"name": "both", "batch_input_shape": [null, 4, 3],
       "layer": {"class_name": "GRU", "config": {"name": "gru", "units": 2)" +
                                              more + "}}}}]}");
    return Model::load(folder.path("m.json")).count_params();
  };
  const Index plain = 2 * 3 * 2 * (3 + 2 + 1), two_biases = plain + 2 * 3 * 2;
  CHECK(weights("2.0.9", "") == plain);
  CHECK(weights("1.2.2", "") == plain);
  CHECK(weights("2.2.4", R"(, "reset_after": true)") == two_biases);
  CHECK(weights("2.2.4", R"(, "reset_after": false)") == plain);
  CHECK(weights("3.0.0", "") == two_biases);
}

TEST_CASE("Models of Keras 1 load, whose layers have other keys", "[keras]") {
  const test::TempFolder folder;
  test::put_text(folder.path("m.json"),
                 R"({"class_name": "Sequential", "keras_version": "1.2.2", "config": [
    {"class_name": "Convolution2D", "config": {"name": "convolution2d_1", "trainable": true,
      "batch_input_shape": [null, 6, 6, 2], "input_dtype": "float32", "nb_filter": 4, "nb_row": 3, "nb_col": 2,
      "init": "glorot_uniform", "activation": "relu", "border_mode": "same", "subsample": [2, 1],
      "dim_ordering": "tf", "W_regularizer": {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01},
      "b_regularizer": null, "activity_regularizer": null,
      "W_constraint": {"name": "MaxNorm", "m": 2, "axis": 0}, "b_constraint": null, "bias": false}},
    {"class_name": "BatchNormalization", "config": {"name": "batchnormalization_1", "trainable": true,
      "mode": 0, "axis": -1, "epsilon": 1e-5, "momentum": 0.9, "gamma_init": "one", "beta_init": "zero",
      "gamma_regularizer": null, "beta_regularizer": null}},
    {"class_name": "MaxPooling2D", "config": {"name": "maxpooling2d_1", "trainable": true, "pool_size": [2, 2],
      "strides": [2, 2], "border_mode": "valid", "dim_ordering": "default"}},
    {"class_name": "Reshape", "config": {"name": "reshape_1", "trainable": true, "target_shape": [1, 12]}},
    {"class_name": "LSTM", "config": {"name": "lstm_1", "trainable": true, "output_dim": 5,
      "init": "glorot_uniform", "inner_init": "orthogonal", "forget_bias_init": "one", "activation": "tanh",
      "inner_activation": "hard_sigmoid", "W_regularizer": null,
      "U_regularizer": {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.02}, "b_regularizer": null,
      "dropout_W": 0.25, "dropout_U": 0.5, "return_sequences": false, "go_backwards": false,
      "stateful": false, "unroll": false, "consume_less": "cpu", "input_dim": 12, "input_length": null}},
    {"class_name": "Dropout", "config": {"name": "dropout_1", "trainable": true, "p": 0.5}},
    {"class_name": "Dense", "config": {"name": "dense_1", "trainable": true, "output_dim": 3, "init": "uniform",
      "activation": "softmax", "W_regularizer": null, "b_regularizer": null, "activity_regularizer": null,
      "W_constraint": null, "b_constraint": null, "bias": true, "input_dim": 5}}]})");
  Model model = Model::load(folder.path("m.json"));
  CHECK(model.count_params() == 3 * 2 * 2 * 4 + 4 * 4 + 4 * 5 * (12 + 5 + 1) + 3 * (5 + 1));
  const Config convolution = model.layer("convolution2d_1").instance()->config();
  CHECK(convolution.at("padding").as_string() == "same");
  CHECK(convolution.at("kernel_regularizer").at("config").at("l2").as_number() == 0.01);
  CHECK(convolution.at("kernel_constraint").at("config").at("max_value").as_number() == 2);
  const Config lstm = model.layer("lstm_1").instance()->config();
  CHECK(lstm.at("dropout").as_number() == 0.25);
  CHECK(lstm.at("recurrent_dropout").as_number() == 0.5);
  CHECK(lstm.at("recurrent_activation").as_string() == "keras2_hard_sigmoid");
  CHECK(lstm.at("recurrent_regularizer").at("config").at("l2").as_number() == 0.02);
}

TEST_CASE("ThresholdedReLU is a ReLU", "[keras]") {
  const test::TempFolder folder;
  test::put_text(folder.path("m.json"), R"({"class_name": "Sequential", "config": [
    {"class_name": "ThresholdedReLU", "config": {"name": "t", "theta": 1.0, "batch_input_shape": [null, 4]}}]})");
  const Tensor y =
      Model::load(folder.path("m.json")).predict(Tensor::of<float>({1, 4}, {-3, 0.5f, 1, 1.5f}));
  const std::array<float, 4> expected{0, 0, 0, 1.5f};
  for (std::size_t i = 0; i < 4; ++i) CHECK(y.data<float>()[i] == expected[i]);
}

TEST_CASE("Keys that change nothing are left out", "[keras]") {
  const test::TempFolder folder;
  test::put_text(folder.path("m.json"), R"({"class_name": "Sequential", "config": [
    {"class_name": "RandomFlip", "config": {"name": "flip", "mode": "horizontal", "seed": null,
      "rng_type": "stateful", "batch_input_shape": [null, 4, 4, 2]}},
    {"class_name": "BatchNormalization", "config": {"name": "norm", "axis": [3], "momentum": 0.9}}]})");
  const Model model = Model::load(folder.path("m.json"));
  CHECK(model.layer("norm").instance()->config().at("axis").as_integer() == 3);
}

TEST_CASE("hard_sigmoid of older versions is another function", "[keras]") {
  const test::TempFolder folder;
  const auto load = [&](const std::string& version) {
    test::put_text(folder.path("m.json"), R"({"keras_version": ")" + version +
                                              R"(", "class_name": "Sequential", "config": [
      {"class_name": "Activation", "config": {"activation": "hard_sigmoid", "name": "hard",
       "batch_input_shape": [null, 4]}}]})");
    return Model::load(folder.path("m.json"));
  };
  const Tensor x = Tensor::of<float>({1, 4}, {-2.75f, 1, 2.75f, -1});
  const auto check = [&](const Model& model, std::array<float, 4> expected) {
    const Tensor y = model.predict(x);
    for (std::size_t i = 0; i < 4; ++i) CHECK(std::abs(y.data<float>()[i] - expected[i]) < 1e-6f);
  };
  check(load("3.0.0"), {0.25f / 6, 4.0f / 6, 5.75f / 6, 2.0f / 6});
  check(load("2.15.0"), {0, 0.7f, 1, 0.3f});
  check(load("1.2.2"), {0, 0.7f, 1, 0.3f});

  const Model old = load("2.2.4");
  for (const char* file : {"own.linnet", "new.keras", "new.h5"}) {
    old.save(folder.path(file));
    check(Model::load(folder.path(file)), {0, 0.7f, 1, 0.3f});
  }
}

TEST_CASE("Keras 1's SeparableConvolution2D and TimeDistributedDense load", "[keras]") {
  const test::TempFolder folder;
  test::put_text(folder.path("m.json"),
                 R"({"class_name": "Sequential", "keras_version": "1.2.2", "config": [
    {"class_name": "SeparableConvolution2D", "config": {"name": "s", "batch_input_shape": [null, 6, 6, 2],
      "nb_filter": 4, "nb_row": 3, "nb_col": 2, "init": "glorot_uniform", "activation": "relu",
      "border_mode": "same", "subsample": [2, 2], "dim_ordering": "tf", "depth_multiplier": 1,
      "b_regularizer": null, "activity_regularizer": null, "b_constraint": null, "bias": true}},
    {"class_name": "TimeDistributedDense", "config": {"name": "t", "output_dim": 5, "input_dim": null,
      "input_length": null, "init": "glorot_uniform", "activation": "linear", "bias": true}}]})");
  const Model model = Model::load(folder.path("m.json"));
  CHECK(model.count_params() == (3 * 2 * 2 + 2 * 4 + 4) + (4 * 5 + 5));
  CHECK(model.outputs().front().shape() == Shape({any, 3, 3, 5}));
}
