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
  CHECK(error_of([&] {
          old.save(folder.path("new.keras"));
        }).is(ErrorCode::unsupported, "layer 'hard': activation: Keras 3 has no"));
  old.save(folder.path("own.linnet"));
  check(Model::load(folder.path("own.linnet")), {0, 0.7f, 1, 0.3f});
}
