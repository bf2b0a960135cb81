#include "plan/preparation.hpp"

#include <linnet/ops/elementwise.hpp>
#include <thread>

#include "ops/check_op.hpp"
#include "plan/plan.hpp"

namespace linnet::test {

namespace {

struct Doubled {
  std::shared_ptr<Parameter> weight = std::make_shared<Parameter>();
  std::unique_ptr<Plan> plan;

  /// y = x + 2 w
  explicit Doubled(bool reads_only) {
    weight->type = {DType::float32, {3}};
    weight->value = Tensor::of<float>({3}, {1, 2, 3});
    Graph graph;
    const Value x = ops::input("x", {DType::float32, {3}});
    graph.outputs = {ops::add(x, ops::affine(ops::parameter(weight), 2))};
    plan = std::make_unique<Plan>(graph, PlanOptions{.reads_only = reads_only});
  }
  Tensor run(const Tensor& x) const {
    Plan::Session session(*plan);
    session.bind(plan->input_index("x"), x.raw());
    session.run();
    return Tensor::borrow(static_cast<const float*>(session.output(0)), {3}).clone();
  }
};

}  // namespace

TEST_CASE("What comes from parameters alone is computed once, and again when they change",
          "[threads]") {
  const Doubled sum(true);
  const Tensor x = Tensor::of<float>({3}, {10, 20, 30});
  CHECK(sum.run(x) == Tensor::of<float>({3}, {12, 24, 36}));
  sum.weight->value.data<float>()[0] = 5;
  CHECK(sum.run(x) == Tensor::of<float>({3}, {12, 24, 36}));  // nobody said that it changed
  ++sum.weight->version;
  CHECK(sum.run(x) == Tensor::of<float>({3}, {20, 24, 36}));
  CHECK(sum.plan->resident_bytes() >= 12);
  std::vector<std::thread> threads;
  std::vector<Tensor> results(4);
  ++sum.weight->version;
  for (Tensor& y : results) threads.emplace_back([&] { y = sum.run(x); });
  for (std::thread& thread : threads) thread.join();
  for (const Tensor& y : results) CHECK(y == Tensor::of<float>({3}, {20, 24, 36}));
}

TEST_CASE("A plan that may change its parameters prepares nothing and says that it ran") {
  const Doubled sum(false);
  const Tensor x = Tensor::of<float>({3}, {10, 20, 30});
  sum.run(x);
  sum.weight->value.data<float>()[0] = 5;
  const std::uint64_t before = sum.weight->version;
  CHECK(sum.run(x) == Tensor::of<float>({3}, {20, 24, 36}));
  CHECK(sum.weight->version > before);
}

}  // namespace linnet::test
