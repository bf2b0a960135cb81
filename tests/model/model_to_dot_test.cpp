#include <linnet/layers.hpp>
#include <linnet/model/model_to_dot.hpp>
#include <linnet/model/sequential.hpp>

#include "catch.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;

namespace {

/// "a -> b" for each edge, by the first line of the boxes' labels.
std::vector<std::string> edges_of(const std::string& dot) {
  const auto name_of = [&](const std::string& id) {
    const std::size_t at = dot.find(id + " [label=\"") + id.size() + 9;
    return dot.substr(at, dot.find_first_of("\\\"", at) - at);
  };
  std::vector<std::string> edges;
  for (std::size_t at = dot.find(" -> "); at != std::string::npos; at = dot.find(" -> ", at + 1)) {
    const std::size_t begin = dot.rfind(' ', at - 1) + 1;
    const std::size_t end = dot.find(';', at);
    edges.push_back(name_of(dot.substr(begin, at - begin)) + " -> " +
                    name_of(dot.substr(at + 4, end - at - 4)));
  }
  return edges;
}

using Edges = std::vector<std::string>;

}  // namespace

TEST_CASE("A model's graph has a box for each layer and an edge for each input", "[model]") {
  const Value x = input({3}, {.name = "x"});
  const Value a = x | Dense{.units = 4, .name = "a"};
  const Value b = x | Dense{.units = 4, .name = "b", .trainable = false};
  const Value sum = call(Add{.name = "sum"}, {a, b});
  const Model model(x, sum, "two \"paths\"");
  const std::string dot = model_to_dot(model);
  CHECK_THAT(dot, ContainsSubstring("digraph \"two \\\"paths\\\"\" {\n  rankdir=TB;"));
  CHECK_THAT(dot, ContainsSubstring("[label=\"a\\nDense\\n(None, 4)\\n16 parameters\"]"));
  CHECK_THAT(dot, ContainsSubstring("16 parameters\", style=\"rounded,dashed\"]"));
  CHECK(edges_of(dot) == Edges{"x -> a", "x -> b", "a -> sum", "b -> sum"});
  const std::string plain =
      model_to_dot(model, {.show_shapes = false, .show_trainable = false, .rankdir = "LR"});
  CHECK_THAT(plain, ContainsSubstring("rankdir=LR"));
  CHECK_THAT(plain, ContainsSubstring("[label=\"b\\nDense\"];"));
}

TEST_CASE("The layers of an inner model stand in a frame, where its inputs and outputs lead",
          "[model]") {
  const Value x = input({3}, {.name = "x"});
  const Value h = x | Dense{.units = 4, .name = "hidden"};
  const Model encoder(x, h | Dense{.units = 2, .name = "code"}, "encoder");
  const Value in = input({3}, {.name = "in"});
  const Model model(in, in | encoder | Dense{.units = 1, .name = "last"});
  CHECK(edges_of(model_to_dot(model)) == Edges{"in -> encoder", "encoder -> last"});
  const std::string dot = model_to_dot(model, {.expand_nested = true});
  CHECK_THAT(dot, ContainsSubstring("subgraph cluster_1 {"));
  CHECK(edges_of(dot) ==
        Edges{"in -> encoder", "encoder -> x", "x -> hidden", "hidden -> code", "code -> last"});

  const Sequential inner{Dense{.units = 4, .name = "one"}, Dense{.units = 4, .name = "two"}};
  Sequential outer{Input{{3}}, inner, Dense{.units = 1, .name = "last"}};
  outer.build({any, 3});
  const std::string nested = model_to_dot(outer, {.expand_nested = true});
  CHECK(edges_of(nested) == Edges{"sequential -> one", "one -> two", "two -> last"});
}
