// Plans: where values live, and that running them gives what the ops give one by one.
#include <linnet/ops/gather.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/shape.hpp>
#include <set>
#include <thread>

#include "core/error_of.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"
#include "plan/plan.hpp"

namespace linnet::test {

namespace {

constexpr Index kRows = 4, kColumns = 4;

/// A random graph of values (4, 4): arithmetic in place and not, views, products, reductions.
Graph random_graph(std::uint64_t seed) {
  const RandomStream random(seed, "graph");
  std::uint64_t draws = 0;
  auto below = [&](std::uint64_t n) { return random.below(n, draws++); };
  Values values{ops::input("a", {DType::float32, {kRows, kColumns}}),
                ops::input("b", {DType::float32, {kRows, kColumns}})};
  auto one = [&] {
    return values[values.size() - 1 - below(std::min<std::size_t>(values.size(), 6))];
  };
  const std::size_t count = 5 + below(25);
  while (values.size() < count) {
    const Value x = one(), y = one();
    switch (below(8)) {
      case 0:
        values.push_back(ops::add(x, y));
        break;
      case 1:
        values.push_back(ops::maximum(x, y));
        break;
      case 2:
        values.push_back(ops::unary(ops::UnaryKind::sin, x));
        break;
      case 3:
        values.push_back(ops::affine(x, 0.5f, 0.25f));
        break;
      case 4:
        values.push_back(ops::reshape(ops::affine(ops::reshape(x, {16}), -1), {4, 4}));
        break;
      case 5:
        values.push_back(ops::transpose(x, {1, 0}));
        break;
      case 6:
        values.push_back(ops::unary(ops::UnaryKind::sin, ops::matmul(x, y)));
        break;
      default:
        values.push_back(ops::subtract(ops::reduce_sum(x, {1}, true), y));
    }
  }
  Graph graph;
  for (std::size_t i = 0, n = 1 + below(4); i < n; ++i) graph.outputs.push_back(one());
  graph.outputs.push_back(ops::reshape(one(), {2, 8}));
  return graph;
}

std::vector<std::shared_ptr<const Node>> running_order(const Graph& graph) {
  std::vector<std::shared_ptr<const Node>> order;
  for (const auto& node : topological_order(graph.roots())) {
    if (node->op.as<ops::Input>() == nullptr) order.push_back(node);
  }
  return order;
}

/// A value's memory and the steps at which it is needed.
struct Stretch {
  const Node* node;
  std::size_t begin, end;   ///< bytes of the arena
  std::size_t first, last;  ///< steps
};

/// Whether b may lie where a does although both are needed at step b.first: b is a view of a, or
/// written in place over an a that nobody reads later.
bool may_share(const Stretch& a, const Stretch& b) {
  for (const Node* at = b.node; !at->inputs.empty();) {
    const bool view = at->op.name() == "reshape";
    const int through = view ? 0 : at->op.in_place();
    if (through < 0) return false;
    const Value& input = at->inputs[static_cast<std::size_t>(through)];
    if (!view && input.type() != at->types[0]) return false;
    at = &input.node();
    if (at == a.node) return view || a.last <= b.first;
  }
  return false;
}

void check_no_overlap(const Graph& graph) {
  const auto order = running_order(graph);
  const std::vector<std::size_t> scratch(order.size(), 96);
  const Placement placement = place(graph, order, scratch);
  std::map<const Node*, std::size_t> step;
  for (std::size_t i = 0; i < order.size(); ++i) step[order[i].get()] = i;
  std::vector<Stretch> all;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t at = placement.outputs[i][0].at;
    const auto bytes = static_cast<std::size_t>(order[i]->types[0].shape.elements()) * 4;
    CHECK(at % 64 == 0);
    all.push_back({order[i].get(), at, at + bytes, i, i});
    all.push_back({nullptr, placement.scratch[i], placement.scratch[i] + 96, i, i});
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const Value& x : order[i]->inputs) {
      if (step.contains(&x.node())) all[step[&x.node()] * 2].last = i;
    }
  }
  for (const Value& y : graph.outputs) {
    if (step.contains(&y.node())) all[step[&y.node()] * 2].last = order.size();
  }
  // What a view looks at is needed as long as the view.
  for (std::size_t i = order.size(); i-- > 0;) {
    if (order[i]->op.name() != "reshape" || !step.contains(&order[i]->inputs[0].node())) continue;
    auto& viewed = all[step[&order[i]->inputs[0].node()] * 2].last;
    viewed = std::max(viewed, all[i * 2].last);
  }
  for (const Stretch& a : all) {
    CHECK(a.end <= placement.arena_bytes);
    for (const Stretch& b : all) {
      if (&a == &b || b.first < a.first || a.last < b.first) continue;
      if (a.begin >= b.end || b.begin >= a.end) continue;
      if (a.node != nullptr && b.node != nullptr && (may_share(a, b) || may_share(b, a))) continue;
      FAIL_CHECK("two values that are needed at once overlap:\n" << print(graph));
    }
  }
}

Tensor output_of(const Plan::Session& session, const Plan& plan, std::size_t i) {
  return Tensor::borrow(static_cast<const float*>(session.output(i)), plan.output_type(i).shape)
      .clone();
}

}  // namespace

TEST_CASE("No two values that are needed at once share memory", "[plan]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    check_no_overlap(random_graph(seed));
  }
}

TEST_CASE("A plan computes what its ops compute one by one", "[plan]") {
  std::map<std::string, Tensor> given{{"a", random_floats({kRows, kColumns}, 1)},
                                      {"b", random_floats({kRows, kColumns}, 2)}};
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    const Graph graph = random_graph(seed);
    const Tensor a = given["a"].clone(), b = given["b"].clone();
    const Plan plan(simplify(graph), {});
    Plan::Session session(plan);
    for (int run = 0; run < 2; ++run) {
      session.bind(plan.input_index("a"), given["a"].raw());
      session.bind(plan.input_index("b"), given["b"].raw());
      session.run();
      for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
        CHECK(close(output_of(session, plan, i), run_graph(graph.outputs[i], given), 1e-5));
      }
    }
    CHECK(same_bits(a, given["a"]));
    CHECK(same_bits(b, given["b"]));
  }
}

TEST_CASE("A plan reuses memory that is free again", "[plan]") {
  Value x = ops::input("a", {DType::float32, {1000}});
  for (int i = 0; i < 50; ++i) x = ops::unary(ops::UnaryKind::sin, x);
  const Plan plan({.outputs = {x}}, {});
  CHECK(plan.arena_bytes() <= 3 * 4096);
}

TEST_CASE("A session needs its inputs, and names the layer of an error", "[plan]") {
  const Value ids = ops::input("ids", {DType::int32, {2, 2}});
  const Value rows = ops::gather(ops::constant(random_floats({3, 2}, 1)), ids);
  rows.node().path = "words";
  const Plan plan({.outputs = {rows}}, {});
  CHECK(plan.input_index("ids") == 0);
  CHECK(plan.input_index("other") == -1);
  Plan::Session session(plan);
  CHECK(error_of([&] { session.run(); }).is(ErrorCode::bad_state, "ids"));
  const std::int32_t bad[] = {0, 1, 2, 3};
  session.bind(0, bad);
  CHECK(error_of([&] { session.run(); }).is(ErrorCode::out_of_range, "words: id 3"));
  const std::int32_t good[] = {0, 1, 2, 2};
  session.bind(0, good);
  session.run();
  CHECK(output_of(session, plan, 0).shape() == Shape{2, 2, 2});
}

TEST_CASE("Sessions of one plan run at once, and their memory is used again", "[plan][threads]") {
  Value y = ops::input("a", {DType::float32, {64, 64}});
  for (int i = 0; i < 4; ++i) y = ops::unary(ops::UnaryKind::sin, ops::matmul(y, y));
  const Plan plan({.outputs = {y}}, {});
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const Tensor x = random_floats({64, 64}, t);
      const Tensor wanted = run_graph(y, {{"a", x}});
      for (int i = 0; i < 20; ++i) {
        Plan::Session session(plan);
        session.bind(0, x.raw());
        session.run();
        wrong[t] += close(output_of(session, plan, 0), wanted, 1e-5) ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : wrong) CHECK(count == 0);
  CHECK(plan.resident_bytes() <= 4 * (plan.arena_bytes() + 4096));
}

}  // namespace linnet::test
