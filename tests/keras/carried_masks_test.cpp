#include "keras/carried_masks.hpp"

#include <linnet/io/json.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "io/zip/zip_file.hpp"
#include "keras/loaded_json.hpp"

using namespace linnet;
using test::error_of;

namespace {

Model there_and_back_as_keras(const Model& model) {
  const test::TempFolder folder;
  model.save(folder.path("m.keras"));
  return Model::load(folder.path("m.keras"));
}

/// The architecture in the .keras file.
std::string written_text(const Model& model) {
  const test::TempFolder folder;
  model.save(folder.path("m.keras"));
  const detail::ZipFile file(folder.path("m.keras"));
  return std::string(file.read("config.json").text());
}

/// Ids with `zeros` of them behind.
Tensor padded(Index zeros) {
  std::vector<float> ids{3, 4};
  ids.resize(2 + static_cast<std::size_t>(zeros));
  return Tensor::of({1, 2 + zeros}, ids);
}

/// The largest difference that two zeros more make.
float difference_of_zeros(const Model& model) {
  const Tensor one = model.predict(padded(1)), more = model.predict(padded(3));
  float apart = 0;
  for (std::size_t i = 0; i < one.data<float>().size(); ++i) {
    apart = std::max(apart, std::abs(one.data<float>()[i] - more.data<float>()[i]));
  }
  return apart;
}

const Embedding kWords{.input_dim = 9, .output_dim = 3, .mask_zero = true};

Value first_state(const Value& words) {
  return words | GlobalAveragePooling1D{} | Dense{.units = 4};
}

}  // namespace

TEST_CASE("A mask beside an initial state is written as Keras needs it", "[keras]") {
  const Value ids = input({any});
  const Value words = ids | kWords | Dropout{.rate = 0.1f};
  const Model model(ids, call(GRU{.units = 4}, {words, first_state(words)}));
  CHECK(difference_of_zeros(model) == 0);
  CHECK(difference_of_zeros(there_and_back_as_keras(model)) == 0);
}

TEST_CASE("Masks of several inputs are written where layers put them together", "[keras]") {
  const Value ids = input({any});
  const Shared words{kWords};
  const Value both =
      call(Concatenate{}, {ids | words, ids | Embedding{.input_dim = 9, .output_dim = 2}});
  const Value sum = call(Add{}, {ids | words, ids | words | Dense{.units = 3}});
  const Model model(ids, call(Concatenate{}, {both | LSTM{.units = 2}, sum | LSTM{.units = 2}}));
  CHECK(difference_of_zeros(model) > 1e-4f);  // an input without a mask is all there
  CHECK(difference_of_zeros(Model(ids, sum | LSTM{.units = 2})) == 0);
  CHECK(written_text(model).find("LogicalOr") != std::string::npos);
  CHECK(written_text(model).find("OnesLike") != std::string::npos);
  const Model again = there_and_back_as_keras(model);
  CHECK(test::first_apart(again.predict(padded(2)), model.predict(padded(2)), 1e-6, 1) == "");
}

TEST_CASE("Functions that compute masks have names that no layer has", "[keras]") {
  const Value ids = input({any}, {.name = "mask"});
  const Value words = ids | kWords;
  const Value state = words | GlobalAveragePooling1D{} | Dense{.units = 4, .name = "mask_1"};
  const Model model(ids, call(GRU{.units = 4}, {words, state}));
  CHECK(written_text(model).find("mask_2") != std::string::npos);
  CHECK(difference_of_zeros(there_and_back_as_keras(model)) == 0);
}

TEST_CASE("Both outputs of a Bidirectional without a merge carry the mask", "[keras]") {
  const Value ids = input({any});
  const Values both = call_all(
      Bidirectional{.layer = GRU{.units = 4, .return_sequences = true}, .merge_mode = "none"},
      {ids | kWords});
  const Model model(ids, call(GRU{.units = 4}, {both[1], first_state(ids | kWords)}));
  CHECK(difference_of_zeros(model) < 1e-6f);
  CHECK(difference_of_zeros(there_and_back_as_keras(model)) < 1e-6f);
}

TEST_CASE("A mask from another model beside one that attention is told of is refused", "[keras]") {
  const Value inner = input({any}), ids = input({any});
  const Value words = ids | Model(inner, inner | kWords, "words");
  const Model model(ids, call(Attention{}, {ids | kWords, words}) | GlobalAveragePooling1D{});
  const auto refused = error_of([&] { there_and_back_as_keras(model); });
  CHECK(refused.is(ErrorCode::unsupported, "one is made in another model"));
}

TEST_CASE("A mask from inside of a model beside an initial state cannot be written", "[keras]") {
  const Value inner = input({any}), ids = input({any});
  const Value words = ids | Model(inner, inner | kWords, "words");
  const Model model(ids, call(LSTM{.units = 4, .name = "decoder"},
                              {words, first_state(words), first_state(words)}));
  CHECK(difference_of_zeros(model) == 0);
  const auto error = error_of([&] { there_and_back_as_keras(model); });
  CHECK(error.is(ErrorCode::unsupported, "layer 'decoder': in Keras this call needs the masks"));
}

TEST_CASE("A mask from around a model beside an initial state is Keras's, or refused", "[keras]") {
  const auto decoder = [](bool masked) {
    const Value x = input({any, 3}), h = input({4}), ids = input({any});
    const Model inner({x, h}, {call(GRU{.units = 4, .name = "g"}, {x, h})}, "decoder");
    const Embedding words{.input_dim = 9, .output_dim = 3, .mask_zero = masked};
    const Value embedded = ids | words;
    return Model(ids, call(inner, {embedded, first_state(embedded)}));
  };
  const auto refused = error_of([&] { there_and_back_as_keras(decoder(true)); });
  CHECK(refused.is(ErrorCode::unsupported, "in another model"));
  const Model plain = decoder(false);
  CHECK(test::first_apart(there_and_back_as_keras(plain).predict(padded(2)),
                          plain.predict(padded(2)), 1e-6, 1) == "");
}

TEST_CASE("Keras 2 used the mask beside an initial state, and Keras 3 does not", "[keras]") {
  const auto loaded = [](const std::string& call) {
    return test::loaded_json(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
      {"class_name": "InputLayer", "name": "i", "inbound_nodes": [], "config":
        {"name": "i", "batch_input_shape": [null, null]}},
      {"class_name": "Embedding", "name": "e", "inbound_nodes": [[["i", 0, 0, {}]]], "config":
        {"name": "e", "input_dim": 9, "output_dim": 4, "mask_zero": true}},
      {"class_name": "GlobalAveragePooling1D", "name": "s", "inbound_nodes": [[["e", 0, 0, {}]]],
        "config": {"name": "s"}},
      {"class_name": "GRU", "name": "g", "inbound_nodes": [)" +
                             call + R"(], "config": {"name": "g", "units": 4}}],
      "input_layers": [["i", 0, 0]], "output_layers": [["g", 0, 0]]}})");
  };
  const auto tensor = [](const char* name) {
    return std::string(R"({"class_name": "__keras_tensor__", "config": {"dtype": "float32", "shape":
      [null, 4], "keras_history": [")") +
           name + R"(", 0, 0]}})";
  };
  const Model older = loaded(R"([["e", 0, 0, {}], ["s", 0, 0, {}]])");
  CHECK(difference_of_zeros(older) < 1e-6f);
  CHECK(difference_of_zeros(there_and_back_as_keras(older)) < 1e-6f);
  const Model today = loaded(R"({"args": [)" + tensor("e") + R"(], "kwargs": {"initial_state": )" +
                             tensor("s") + "}}");
  CHECK(difference_of_zeros(today) > 1e-3f);
  CHECK(difference_of_zeros(there_and_back_as_keras(today)) > 1e-3f);
}

TEST_CASE("Masks of named inputs are those of the inputs, and masks by their place are refused",
          "[keras]") {
  const auto tensor = [](const std::string& name, const std::string& shape) {
    return R"({"class_name": "__keras_tensor__", "config": {"dtype": "float32", "shape": )" +
           shape + R"(, "keras_history": [")" + name + R"(", 0, 0]}})";
  };
  const std::string x = tensor("x", "[null, 3, 4]"), m = tensor("m", "[null, 3]");
  const auto load = [&](const std::string& layer, const std::string& call) {
    return test::loaded_json(R"({"class_name": "Functional", "config": {"name": "o", "layers": [
      {"class_name": "InputLayer", "name": "x", "inbound_nodes": [], "config": {"name": "x",
        "batch_shape": [null, 3, 4]}},
      {"class_name": "InputLayer", "name": "m", "inbound_nodes": [], "config": {"name": "m",
        "batch_shape": [null, 3], "dtype": "bool"}}, )" +
                             layer + R"(, "name": "l", "inbound_nodes": [)" + call + R"(]}],
      "input_layers": [["x", 0, 0], ["m", 0, 0]], "output_layers": [["l", 0, 0]]}})");
  };
  const std::string named = R"({"class_name": "Functional", "module": "keras.src.models.functional",
      "config": {"name": "l", "layers": [
      {"class_name": "InputLayer", "name": "i", "inbound_nodes": [], "config": {"name": "i",
        "batch_shape": [null, 3, 4]}},
      {"class_name": "GlobalAveragePooling1D", "name": "g", "config": {"name": "g"},
        "inbound_nodes": [{"args": [)" +
                            tensor("i", "[null, 3, 4]") + R"(], "kwargs": {}}]}],
      "input_layers": {"i": ["i", 0, 0]}, "output_layers": [["g", 0, 0]]})";
  const auto called = [&](const std::string& mask) {
    const Model model =
        load(named, R"({"args": [{"i": )" + x + R"(}], "kwargs": {"mask": {"i": )" + mask + "}}}");
    const Tensor numbers = Tensor::of<float>({1, 3, 4}, {1, 1, 1, 1, 2, 2, 2, 2, 9, 9, 9, 9});
    return model.predict({numbers, Tensor::of({1, 3}, {true, false, false})}).data<float>()[0];
  };
  CHECK(called("null") == 4);
  CHECK(called(m) == 1);
  const std::string gru = R"({"class_name": "GRU", "config": {"name": "l", "units": 3})";
  CHECK(error_of([&] {
          load(gru, R"({"args": [)" + x + ", null, " + m + R"(], "kwargs": {}})");
        }).is(ErrorCode::unsupported, "its argument number 3"));
}

TEST_CASE("States of stacked cells are written as the cells have them", "[keras]") {
  const Value x = input({3, 2}), h = input({2}), c = input({2}), g = input({4});
  const RNN layer{.cell = StackedRNNCells{.cells = {LSTMCell{.units = 2}, GRUCell{.units = 4}}}};
  const Model model({x, h, c, g}, {call(layer, {x, h, c, g})});
  const Config config = parse_json(written_text(model));
  for (const Config& entry : config.at("config").at("layers").items()) {
    if (entry.at("class_name") != Config("RNN")) continue;
    const auto& states =
        entry.at("inbound_nodes").items()[0].at("kwargs").at("initial_state").items();
    REQUIRE(states.size() == 2);
    REQUIRE(states[0].is_list());
    CHECK(states[0].items().size() == 2);
    CHECK(states[1].at("class_name") == Config("__keras_tensor__"));
  }
  CHECK(there_and_back_as_keras(model).count_params() == model.count_params());
}
