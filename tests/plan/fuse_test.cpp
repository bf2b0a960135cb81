#include <algorithm>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/convolution.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/normalization.hpp>
#include <linnet/ops/shape.hpp>

#include "ops/check_op.hpp"
#include "plan/graph.hpp"

namespace linnet::test {

namespace {

Value parameter(const Shape& shape, std::uint64_t seed) {
  auto p = std::make_shared<Parameter>();
  p->type = {DType::float32, shape};
  p->value = random_floats(shape, seed, 0.5f, 2);
  return ops::parameter(p);
}

const ops::Window kWindow{{1, 1}, {1, 1}, {1, 1}, {1, 1}};
const Value kX = ops::input("x", {DType::float32, {2, 5, 4, 3}});

Value convolved(const Value& x, bool bias, std::uint64_t seed = 1) {
  const Index channels = x.shape()[-1];
  Values inputs{x, parameter({3, 3, channels, 3}, seed)};
  if (bias) inputs.push_back(parameter({3}, seed + 1));
  return linnet::apply(ops::Convolution{kWindow, 1}, inputs);
}

Value normalized(const Value& x) {
  return ops::scale_offset(x, parameter({x.shape()[-1]}, 5), parameter({x.shape()[-1]}, 6));
}

/// The op names of a graph, sorted; sources are left out.
std::vector<std::string> names_of(const Values& roots) {
  std::vector<std::string> names;
  for (const auto& node : topological_order(roots)) {
    if (!node->inputs.empty()) names.emplace_back(node->op.name());
  }
  std::ranges::sort(names);
  return names;
}

/// Fuses a graph that reads x, checks that its numbers stay, and returns it.
Values fused(const Values& outputs) {
  Graph graph;
  graph.outputs = outputs;
  const Values after = fuse(graph).outputs;
  const Tensor x = random_floats({2, 5, 4, 3}, 9);
  const Tensors want = run_graph(std::span<const Value>(outputs), {{"x", x}});
  const Tensors got = run_graph(std::span<const Value>(after), {{"x", x}});
  for (std::size_t i = 0; i < want.size(); ++i) CHECK(close(got[i], want[i], 1e-5));
  return after;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("A scale after a convolution or a product goes into its weights") {
  CHECK(names_of(fused({normalized(convolved(kX, false))})) == Names{"binary", "convolution"});
  CHECK(names_of(fused({normalized(convolved(kX, true))})) ==
        Names{"binary", "binary", "binary", "convolution"});
  const Value rows = ops::flatten(kX);
  const Value product = ops::matmul(rows, parameter({60, 4}, 2));
  CHECK(names_of(fused({normalized(product)})) == Names{"binary", "matmul", "reshape"});
}

TEST_CASE("Activation and residual go into the convolution before them") {
  const Value y = ops::relu(ops::add(kX, normalized(convolved(kX, true))));
  CHECK(names_of(fused({y})) == Names{"binary", "binary", "binary", "fused_convolution"});
  const Value two = ops::relu(ops::add(convolved(kX, false), convolved(kX, true, 3)));
  const auto names = names_of(fused({two}));
  CHECK(std::ranges::count(names, "binary") == 0);
  CHECK(std::ranges::count(names, "activate") == 0);
}

TEST_CASE("What somebody else reads too is not folded away") {
  const Value sum = convolved(kX, true);
  CHECK(names_of(fused({ops::relu(sum), sum})) == Names{"activate", "convolution"});
  CHECK(names_of(fused({normalized(sum), sum})) == Names{"convolution", "scale_offset"});
}

TEST_CASE("A scale that depends on the data stays where it is") {
  const Value scale = ops::squeeze(ops::slice(ops::reshape(kX, {40, 3}), 0, 0, 1), 0);
  const Value y = ops::scale_offset(convolved(kX, true), scale, parameter({3}, 4));
  CHECK(std::ranges::count(names_of(fused({y})), "scale_offset") == 1);
}

TEST_CASE("Padding before a convolution becomes the convolution's own") {
  const Value padded = ops::pad(ops::pad(kX, 1, 2, 1), 2, 0, 3);
  const Value y = convolved(padded, true);
  const Values after = combine({y});
  CHECK(names_of(after) == Names{"convolution"});
  CHECK(after[0].shape() == y.shape());
  const Tensor x = random_floats({2, 5, 4, 3}, 9);
  CHECK(close(run_graph(after[0], {{"x", x}}), run_graph(y, {{"x", x}}), 1e-6));
}

}  // namespace linnet::test
