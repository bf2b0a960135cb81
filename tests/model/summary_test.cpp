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

TEST_CASE("A summary lists the layers of inner models behind these", "[model]") {
  const auto input = ln::input({3}, {.name = "input"});
  const ln::Model model(input, input | make_encoder() | ln::Dense{.units = 1, .name = "last"},
                        "outer");
  const ln::ModelSummary summary = ln::summarize(model);
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
  const ln::ModelSummary summary = ln::summarize(model);
  CHECK(paths_of(summary) ==
        std::vector<std::string>{"encoder", "encoder/x", "encoder/hidden", "encoder/code", "last"});
  CHECK_FALSE(summary.layers[2].trainable);
  CHECK(summary.layers[4].trainable);
  CHECK(summary.trainable_parameters == 3);
  CHECK(summary.non_trainable_parameters == 26);
  const std::string text = model.summary();
  CHECK(text.find("\nencoder (Functional) frozen") != std::string::npos);
  CHECK(text.find("\n  hidden (Dense) frozen") != std::string::npos);
  CHECK(text.find("\nlast (Dense)  ") != std::string::npos);
}

TEST_CASE("A model that is not built has no summary", "[model]") {
  const ln::Sequential model{ln::Dense{.units = 1}};
  CHECK(error_of([&] { ln::summarize(model); }).is(ln::ErrorCode::bad_state, "built"));
}
