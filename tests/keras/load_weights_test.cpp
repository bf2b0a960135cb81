#include <linnet/io/json.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "core/heard.hpp"
#include "io/hdf5/write_hdf5.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using test::error_of;

namespace {

std::string golden(const std::string& name) {
  return std::string(LINNET_TEST_DATA "/golden/keras_weights/") + name;
}

template <class T>
std::vector<T> list_of(const Config& list) {
  std::vector<T> values;
  for (const Config& item : list.items()) values.push_back(static_cast<T>(item.as_number()));
  return values;
}

/// Compares the model's output with Keras's for the golden case of that name.
void check_output(const Model& model, const std::string& name) {
  const Config all = parse_json(test::file_text(golden("expected.json")));
  const Config& expected = all.at(name);
  const auto x = list_of<float>(expected.at("input"));
  const auto y = list_of<float>(expected.at("output"));
  const Tensor input = Tensor::of<float>({2, static_cast<Index>(x.size()) / 2}, x);
  const DType dtype = name == "words" ? DType::int32 : DType::float32;
  const Tensor output = model.predict(input.cast(dtype));
  REQUIRE(output.size() == static_cast<Index>(y.size()));
  for (std::size_t i = 0; i < y.size(); ++i) {
    CHECK(std::abs(output.data<float>()[i] - y[i]) < 1e-6f);
  }
}

Sequential plain() {
  Sequential model{Dense{.units = 4, .activation = "tanh"}, Dense{.units = 4, .activation = "tanh"},
                   Dense{.units = 2}};
  model.build({any, 3});
  return model;
}

Sequential words() {
  Sequential model{Embedding{.input_dim = 7, .output_dim = 3}, GlobalAveragePooling1D{},
                   Dense{.units = 2}};
  model.build({any, 5});
  return model;
}

Model branched() {
  const Value x = input({3});
  const Value shortcut = x | Dense{.units = 3, .name = "short"};
  const Value y = x | Dense{.units = 3, .name = "first"} | Dense{.units = 3, .name = "second"};
  return Model(x, add(shortcut, y) | Dense{.units = 2, .name = "head"});
}

/// What stands first in the base may have another name than in the file.
Sequential nested(bool named = true) {
  Sequential base{Dense{.units = 3, .name = named ? "left" : ""},
                  Dense{.units = 3, .name = named ? "right" : ""}};
  Sequential model{base, Dense{.units = 2, .name = "head"}};
  model.build({any, 3});
  return model;
}

Model shared() {
  const Value x = input({3});
  const Shared layer{Dense{.units = 3}};
  return Model(x, x | layer | Dense{.units = 3} | layer | Dense{.units = 2});
}

/// A model of the plain one's shapes, of layers with these names.
Sequential named(const std::string& first, const std::string& second, Index units = 4) {
  Sequential model{Dense{.units = 4, .activation = "tanh", .name = first},
                   Dense{.units = units, .activation = "tanh", .name = second},
                   Dense{.units = 2, .name = "dense_2"}};
  model.build({any, 3});
  return model;
}

}  // namespace

TEST_CASE("Weights of Keras's files give Keras's outputs", "[io]") {
  for (const std::string file :
       {"plain.h5", "plain_weights.h5", "plain_split.h5", "plain.weights.h5"}) {
    INFO(file);
    Sequential model = plain();
    CHECK(model.load_weights(golden(file)).empty());
    check_output(model, "plain");
  }
  for (const std::string kind : {".h5", ".weights.h5"}) {
    INFO(kind);
    Model model = words();
    model.load_weights(golden("words" + kind));
    check_output(model, "words");
    model = branched();
    model.load_weights(golden("branched" + kind));
    check_output(model, "branched");
    model = nested();
    model.load_weights(golden("nested" + kind));
    check_output(model, "nested");
    model = nested(false);
    model.load_weights(golden("nested" + kind));
    check_output(model, "nested");
    model = shared();
    model.load_weights(golden("shared" + kind));
    check_output(model, "shared");
  }
}

TEST_CASE("Weights of a nested model load whatever was frozen when Keras wrote them", "[io]") {
  Model model = nested();
  model.load_weights(golden("nested_frozen.h5"));
  check_output(model, "nested");
  model = nested();
  model.layer("sequential").trainable = false;
  model.load_weights(golden("nested_frozen.h5"));
  check_output(model, "nested");
  // Without names of their own, what is frozen here has to be what was frozen there, as in Keras.
  model = nested(false);
  const Layer base = model.layer("sequential");
  Layer(base.instance()->sublayers()[0]).trainable = false;
  model.load_weights(golden("nested_frozen.h5"));
  check_output(model, "nested");
}

TEST_CASE("Weights in double precision load, but none that a float32 cannot hold", "[io]") {
  Sequential model{Dense{.units = 1}};
  model.build({any, 1});
  model.load_weights(golden("double.h5"));
  const Tensor x = Tensor::of<float>({1, 1}, {2});
  CHECK(model.predict(x) == Tensor::of<float>({1, 1}, {1}));
  CHECK(error_of([&] {
          model.load_weights(golden("double_large.h5"));
        }).is(ErrorCode::out_of_range, "'dense/kernel': 1e+300 in '/dense/kernel'"));
  CHECK(model.predict(x) == Tensor::of<float>({1, 1}, {1}));
}

TEST_CASE("Loaded weights are used at once, by compiled models too", "[io]") {
  Sequential model = plain();
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor x = Tensor::full<float>({4, 3}, 0.5f);
  const Tensor before = model.predict(x);
  model.fit(x, Tensor(DType::float32, {4, 2}), {.epochs = 2});
  model.load_weights(golden("plain.h5"));
  check_output(model, "plain");
  CHECK_FALSE(model.predict(x) == before);
}

TEST_CASE("by_name loads the layers whose names are the same", "[io]") {
  Sequential model = named("dense", "other");
  const auto before = model.get_weights();
  CHECK(model.load_weights(golden("plain.h5"), {.by_name = true}).empty());
  Sequential whole = plain();
  whole.load_weights(golden("plain.h5"));
  const auto after = model.get_weights();
  CHECK(after[0] == whole.get_weights()[0]);
  CHECK(after[2] == before[2]);
  CHECK(after[4] == whole.get_weights()[4]);
  Sequential strange{Dense{.units = 4, .name = "a"}};
  strange.build({any, 3});
  CHECK(error_of([&] {
          strange.load_weights(golden("plain.h5"), {.by_name = true});
        }).is(ErrorCode::not_found, "first one is 'dense'"));
  CHECK(error_of([&] {
          model.load_weights(golden("plain.weights.h5"), {.by_name = true});
        }).is(ErrorCode::unsupported, "by_name"));
}

TEST_CASE("A weight file of another model is refused and changes nothing", "[io]") {
  Sequential model = named("dense", "other", 5);
  const auto before = model.get_weights();
  CHECK(error_of([&] { model.load_weights(golden("plain.h5")); })
            .is(ErrorCode::shape_mismatch,
                "plain.h5: load_weights: layer 'other' (in the file 'dense_1'): weight "
                "'other/kernel': expected float32 (4, 5), got float32 (4, 4) in "
                "'/model_weights/dense_1/m/dense_1/kernel'"));
  CHECK(error_of([&] {
          model.load_weights(golden("plain.weights.h5"));
        }).is(ErrorCode::shape_mismatch, "expected float32 (4, 5), got float32 (4, 4)"));
  CHECK(error_of([&] { model.load_weights(golden("words.h5")); })
            .is(ErrorCode::shape_mismatch,
                "expected 3 layers with weights, got 2; the first that "
                "differs is number 0: expected 'dense', got 'embedding'"));
  CHECK(error_of([&] {
          model.load_weights(golden("words.weights.h5"));
        }).is(ErrorCode::shape_mismatch, "layer 'dense': weight 'dense/kernel'"));
  Sequential other{Dense{.units = 4, .use_bias = false, .name = "dense"}, Dense{.units = 4},
                   Dense{.units = 2}};
  other.build({any, 3});
  CHECK(error_of([&] {
          other.load_weights(golden("plain.h5"));
        }).is(ErrorCode::shape_mismatch, "layer 'dense': expected 1 weights, got 2"));
  CHECK(error_of([&] {
          other.load_weights(golden("plain.weights.h5"));
        }).is(ErrorCode::shape_mismatch, "layer 'dense': expected 1 weights, got 2"));
  CHECK(model.get_weights() == before);
}

TEST_CASE("skip_mismatch loads what fits and tells the rest", "[io]") {
  for (const std::string file : {"plain.h5", "plain.weights.h5"}) {
    INFO(file);
    Sequential model = named("dense", "other", 5);
    const auto before = model.get_weights();
    const auto skipped = model.load_weights(golden(file), {.skip_mismatch = true});
    REQUIRE(skipped.size() == 3);  // both weights of the second layer, and the third's kernel
    CHECK(skipped[0].find("'other/kernel': expected float32 (4, 5)") != std::string::npos);
    CHECK(skipped[2].find("'dense_2/kernel'") != std::string::npos);
    Sequential whole = plain();
    whole.load_weights(golden(file));
    CHECK(model.get_weights()[0] == whole.get_weights()[0]);
    CHECK(model.get_weights()[2] == before[2]);
    CHECK(model.get_weights()[5] == whole.get_weights()[5]);
  }
}

TEST_CASE("Files that hold no weights of Keras are refused", "[io]") {
  Sequential model = plain();
  const std::string other = std::string(LINNET_TEST_DATA "/golden/hdf5/earliest.h5");
  CHECK(error_of([&] {
          model.load_weights(other);
        }).is(ErrorCode::corrupt_file, "earliest.h5: load_weights: not a weight file of Keras"));
  CHECK(error_of([&] {
          model.load_weights(golden("expected.json"));
        }).is(ErrorCode::corrupt_file, "no weight_map"));
  CHECK(error_of([&] { model.load_weights(golden("none.h5")); }).is(ErrorCode::io, "none.h5"));
  Sequential unbuilt{Dense{.units = 1}};
  CHECK(error_of([&] { unbuilt.load_weights(golden("plain.h5")); }).is(ErrorCode::bad_state));
}

TEST_CASE("A file of linnet's own is no file of weights", "[io]") {
  const test::TempFolder folder;
  Sequential model = plain();
  model.save(folder.path("m.linnet"));
  CHECK(error_of([&] {
          model.load_weights(folder.path("m.linnet"));
        }).is(ErrorCode::unsupported, "m.linnet: not a weight file of Keras"));
}

TEST_CASE("Damaged data of a weight file change nothing", "[io]") {
  const test::TempFolder folder;
  const std::string whole = test::file_text(golden("plain.h5"));
  Sequential model = plain();
  const auto before = model.get_weights();
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); at += 61) {
    std::string text = whole;
    text[at] = static_cast<char>(text[at] ^ 0x55);
    test::put_text(folder.path("damaged.h5"), text);
    const auto caught = error_of([&] { model.load_weights(folder.path("damaged.h5")); });
    if (!caught.code) {
      model.set_weights(before);
      continue;
    }
    ++refused;
    CHECK(caught.message.find("damaged.h5") != std::string::npos);
    if (!(model.get_weights() == before)) FAIL("changed by byte " << at);
  }
  CHECK(refused > 20);
}

TEST_CASE("Weights of one name in several cells are taken by their order", "[io]") {
  Sequential model{RNN{
      .cell = StackedRNNCells{.cells = {SimpleRNNCell{.units = 2}, SimpleRNNCell{.units = 2}}}}};
  model.build({any, 3, 2});
  CHECK(model.load_weights(golden("cells.h5")).empty());
  const auto weights = model.get_weights();
  REQUIRE(weights.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) CHECK(weights[i].data<float>()[0] == static_cast<float>(i));
}

TEST_CASE("Layers of a newer weight file that the model has not are left out with a warning",
          "[io]") {
  Sequential model{Dense{.units = 4, .activation = "tanh"},
                   Dense{.units = 4, .activation = "tanh"}};
  model.build({any, 3});
  Sequential whole = plain();
  whole.load_weights(golden("plain.weights.h5"));
  test::Heard heard;
  CHECK(model.load_weights(golden("plain.weights.h5")).empty());
  const std::string message = heard.take();
  INFO(message);
  CHECK(message.ends_with(
      "plain.weights.h5: it has more layers than the model: '/layers/dense_2/vars' is left out"));
  for (std::size_t i = 0; i < 4; ++i) CHECK(model.get_weights()[i] == whole.get_weights()[i]);
  for (const char* file : {"plain.weights.h5", "plain.h5"}) whole.load_weights(golden(file));
  CHECK(heard.count() == 0);
}

TEST_CASE("How a weight file numbers shared layers is told by what it has, not by what fits first",
          "[io]") {
  const Value x = input({2});
  const Shared shared{Dense{.units = 2, .use_bias = false, .name = "shared"}};
  const Value y = input({2});
  const Model inner(y, y | shared | Dense{.units = 2, .use_bias = false, .name = "own"}, "inner");
  Model model(x, x | shared | inner);
  const auto own_after = [&](const std::vector<std::string>& groups) {
    std::vector<NamedTensor> datasets;
    for (const std::string& group : groups) {
      const auto value = static_cast<float>(datasets.size());
      datasets.push_back({group + "/vars/0", Tensor::full<float>({2, 2}, value)});
    }
    const test::TempFolder folder;
    test::put_text(folder.path("w.weights.h5"), test::text_of(detail::hdf5_bytes(datasets)));
    model.load_weights(folder.path("w.weights.h5"));
    return model.layer("inner")
        .instance()
        ->sublayers()
        .back()
        ->parameters[0]
        ->value.data<float>()[0];
  };
  test::Heard heard;
  const std::string inside = "layers/functional/layers/dense";
  // Keras 3 counts the shared layer once more, tf.keras does not.
  CHECK(own_after({"layers/dense", inside + "_1"}) == 1);
  CHECK(own_after({"layers/dense", inside}) == 1);
  CHECK(heard.count() == 0);
  CHECK(own_after({"layers/dense", inside, inside + "_1"}) == 1);
  CHECK(heard.take().find("'/" + inside + "_1/vars' is left out") != std::string::npos);
  CHECK(own_after({"layers/dense", inside + "_1", inside + "_2"}) == 1);
  CHECK(heard.take().find("'/" + inside + "_2/vars' is left out") != std::string::npos);
}
