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

TEST_CASE("hard_sigmoid of older versions is another function, and refused", "[keras]") {
  const test::TempFolder folder;
  const auto load = [&](const std::string& version) {
    const std::string described = lstm_with(R"("recurrent_activation": "hard_sigmoid")");
    test::put_text(folder.path("m.json"),
                   R"({"keras_version": ")" + version + R"(", )" + described.substr(1));
    return Model::load(folder.path("m.json"));
  };
  CHECK(load("3.0.0").count_params() == 48);
  CHECK(error_of([&] {
          load("2.2.4");
        }).is(ErrorCode::unsupported, "recurrent_activation: 'hard_sigmoid' is clip(0.2 x"));
}
