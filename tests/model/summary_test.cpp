#include <linnet/linnet.hpp>
#include <linnet/model/summary.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace ln = linnet;
using ln::test::error_of;

namespace {

/// 3 numbers -> 4 -> 2: 16 and 10 parameters.
ln::Model make_encoder() {
  const auto x = ln::input({3}, {.name = "x"});
  const auto h = x | ln::Dense{.units = 4, .name = "hidden"};
  return ln::Model(x, h | ln::Dense{.units = 2, .name = "code"}, "encoder");
}

std::vector<std::string> paths_of(const ln::ModelSummary& summary) {
  std::vector<std::string> paths;
  for (const ln::LayerSummary& layer : summary.layers) paths.push_back(layer.path);
  return paths;
}

}  // namespace

TEST_CASE("A summary lists the layers of inner models behind these, if they are wanted",
          "[model]") {
  const auto input = ln::input({3}, {.name = "input"});
  const ln::Model model(input, input | make_encoder() | ln::Dense{.units = 1, .name = "last"},
                        "outer");
  const ln::ModelSummary summary = ln::summarize(model, {.expand_nested = true});
  CHECK(summary.name == "outer");
  CHECK(paths_of(summary) == std::vector<std::string>{"input", "encoder", "encoder/x",
                                                      "encoder/hidden", "encoder/code", "last"});
  const ln::LayerSummary& encoder = summary.layers[1];
  CHECK(encoder.class_name == "Functional");
  CHECK(encoder.parameters == 26);
  CHECK(encoder.depth == 0);
  CHECK(encoder.inputs == std::vector<std::string>{"input"});
  const ln::LayerSummary& hidden = summary.layers[3];
  CHECK(hidden.class_name == "Dense");
  CHECK(hidden.output_shapes == std::vector<ln::Shape>{{ln::any, 4}});
  CHECK(hidden.parameters == 16);
  CHECK(hidden.depth == 1);
  CHECK(hidden.inputs == std::vector<std::string>{"x"});
  CHECK(summary.parameters() == 29);
  const ln::ModelSummary rows = ln::summarize(model);
  CHECK(paths_of(rows) == std::vector<std::string>{"input", "encoder", "last"});
  CHECK(rows.layers[1].parameters == 26);
  CHECK(rows.layers[2].inputs == std::vector<std::string>{"encoder"});
  CHECK(rows.parameters() == 29);
}

TEST_CASE("A layer that is used twice has one line", "[model]") {
  const auto a = ln::input({3}, {.name = "a"}), b = ln::input({3}, {.name = "b"});
  const ln::Model encoder = make_encoder();
  const ln::Model model({a, b}, {ln::concatenate({a | encoder, b | encoder})});
  const ln::ModelSummary summary = ln::summarize(model);
  ln::Index sum = 0;
  int encoders = 0;
  for (const ln::LayerSummary& layer : summary.layers) {
    if (layer.depth == 0) sum += layer.parameters;
    if (layer.name != "encoder") continue;
    ++encoders;
    CHECK(layer.inputs == std::vector<std::string>{"a", "b"});
    CHECK(layer.output_shapes.size() == 1);
  }
  CHECK(encoders == 1);
  CHECK(sum == 26);
  CHECK(summary.parameters() == 26);
}

TEST_CASE("A frozen model freezes its layers in a summary", "[model]") {
  ln::Model encoder = make_encoder();
  encoder.trainable = false;
  ln::Sequential model{encoder, ln::Dense{.units = 1, .name = "last"}};
  model.build({ln::any, 3});
  const ln::ModelSummary summary = ln::summarize(model, {.expand_nested = true});
  CHECK(paths_of(summary) ==
        std::vector<std::string>{"encoder", "encoder/x", "encoder/hidden", "encoder/code", "last"});
  CHECK_FALSE(summary.layers[2].trainable);
  CHECK(summary.layers[4].trainable);
  for (const bool expand : {false, true}) {
    const ln::ModelSummary counts = ln::summarize(model, {.expand_nested = expand});
    CHECK(counts.trainable_parameters == 3);
    CHECK(counts.non_trainable_parameters == 26);
  }
  const std::string rows = model.summary();
  CHECK(rows.find("\nencoder (Functional) frozen") != std::string::npos);
  CHECK(rows.find("hidden") == std::string::npos);
  CHECK(rows.find("\nTrainable params: 3 ") != std::string::npos);
  CHECK(rows.find("\nNon-trainable params: 26 ") != std::string::npos);
  const std::string all = model.summary({.expand_nested = true});
  CHECK(all.find("\n  hidden (Dense) frozen") != std::string::npos);
  CHECK(all.find("\nlast (Dense)  ") != std::string::npos);
}

TEST_CASE("The summary of a Sequential without shapes lists its layers as unbuilt", "[model]") {
  ln::Sequential model{ln::Dense{.units = 4}, ln::Dense{.units = 2, .name = "out"},
                       ln::Dense{.units = 1}};
  const std::string text = model.summary();
  CHECK(text.starts_with("Model: \"sequential\"\n"));
  CHECK(text.find("\ndense (Dense)    ?             0 (unbuilt)\n") != std::string::npos);
  CHECK(text.find("\nout (Dense)      ?             0 (unbuilt)\n") != std::string::npos);
  CHECK(text.find("\ndense_1 (Dense)  ?             0 (unbuilt)\n") != std::string::npos);
  CHECK(text.find("\nTotal params: 0 (0.00 B)\n") != std::string::npos);
  CHECK_FALSE(ln::summarize(model).built);
  CHECK(model.summary() == text);  // a summary names and builds nothing
  model.build({ln::any, 3});
  const ln::ModelSummary built = ln::summarize(model);
  CHECK(built.built);
  CHECK(paths_of(built) == std::vector<std::string>{"dense", "out", "dense_1"});
  CHECK(built.parameters() == 16 + 10 + 3);
}

TEST_CASE("Models inside a Sequential without shapes keep their counts", "[model]") {
  ln::Model encoder = make_encoder();
  encoder.trainable = false;
  const ln::Sequential model{encoder, ln::Sequential{ln::Dense{.units = 4}, ln::Flatten{}},
                             ln::Dense{.units = 1}};
  const ln::ModelSummary rows = ln::summarize(model);
  CHECK(paths_of(rows) == std::vector<std::string>{"encoder", "sequential", "dense"});
  CHECK(rows.layers[0].built);
  CHECK(rows.layers[0].parameters == 26);
  CHECK_FALSE(rows.layers[1].built);
  CHECK(rows.non_trainable_parameters == 26);
  CHECK(rows.trainable_parameters == 0);
  CHECK(paths_of(ln::summarize(model, {.expand_nested = true})) ==
        std::vector<std::string>{"encoder", "encoder/x", "encoder/hidden", "encoder/code",
                                 "sequential", "sequential/dense", "sequential/flatten", "dense"});
}
