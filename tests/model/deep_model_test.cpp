// Models of many layers, models deep inside one another, and those that several threads build.
#include <linnet/ops/elementwise.hpp>
#include <thread>

#include "io/temp_folder.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

/// `depth` models inside one another around one layer.
Layer nested(int depth) {
  Layer inner = Dense{.units = 2};
  for (int i = 0; i < depth; ++i) {
    Sequential model;
    model.add(inner);
    inner = Layer(model);
  }
  return inner;
}

Sequential holding(const Layer& layer) {
  Sequential model;
  model.add(layer);
  return model;
}

}  // namespace

TEST_CASE("A model of thousands of layers is named, run, saved and loaded", "[model][large]") {
  constexpr Index kLayers = 3000;
  const Value x = input({2});
  Value y = x;
  for (Index i = 0; i < kLayers; ++i) {
    y = y | Dense{.units = 2, .kernel_initializer = "identity"};
  }
  const Model model(x, y);
  CHECK(model.layers().front().name() == "dense");
  CHECK(model.layers().back().name() == "dense_2999");
  CHECK(model.count_params() == 6 * kLayers);
  const Tensor rows = Tensor::of<float>({1, 2}, {3, -4});
  CHECK(model.predict(rows) == rows);
  CHECK(model.summary().find("dense_2999") != std::string::npos);
  const TempFolder folder;
  model.save(folder.path("deep.linnet"));
  CHECK(Model::load(folder.path("deep.linnet")).predict(rows) == rows);
}

TEST_CASE("Names that were given are left out of the numbers", "[model]") {
  Sequential model{Dense{.units = 2, .name = "dense_1"}, Dense{.units = 2}, Dense{.units = 2},
                   Dense{.units = 2}};
  model.build({any, 2});
  std::string names;
  for (const Layer& layer : model.layers()) names += layer.name() + " ";
  CHECK(names == "dense_1 dense dense_2 dense_3 ");
}

TEST_CASE("Models are at most 50 deep inside one another, and such a model is saved", "[model]") {
  const Tensor rows = Tensor::of<float>({1, 2}, {1, 2});
  Sequential deepest = holding(nested(50));
  const Tensor wanted = deepest.predict(rows);
  const TempFolder folder;
  deepest.save(folder.path("m.linnet"));
  CHECK(Model::load(folder.path("m.linnet")).predict(rows) == wanted);
  CHECK(error_of([] { holding(nested(51)); }).is(ErrorCode::unsupported, "50 deep"));
  CHECK(error_of([&] {
          const Value x = input({2});
          Model(x, x | deepest);
        }).is(ErrorCode::unsupported, "50 deep"));
}

TEST_CASE("Models that are put into one another from outside in are refused when built",
          "[model]") {
  std::vector<Sequential> models(3000);
  for (std::size_t i = 0; i + 1 < models.size(); ++i) models[i].add(models[i + 1]);
  CHECK(error_of([&] { models[0].build({any, 2}); }).is(ErrorCode::unsupported, "50 deep"));
  Sequential outermost = models[0];
  models.clear();  // and end without recursion
}

TEST_CASE("Models cannot contain each other", "[model]") {
  Sequential a{Dense{.units = 1}}, b{Dense{.units = 1}}, c{Dense{.units = 1}};
  a.add(b);
  b.add(c);
  CHECK(error_of([&] { c.add(a); }).is(ErrorCode::invalid_argument, "inside it"));
  CHECK(error_of([&] { b.add(a); }).is(ErrorCode::invalid_argument, "inside it"));
  a.build({any, 1});
  CHECK(a.count_params() == 6);
}

TEST_CASE("Threads may build models around one that is not built", "[model][threads]") {
  for (int round = 0; round < 20; ++round) {
    Sequential inner{Dense{.units = 3}, Dense{.units = 2}};
    std::vector<Sequential> outer(4);
    for (Sequential& model : outer) model.add(inner);
    std::vector<Tensor> results(outer.size() + 1);
    const Tensor rows = Tensor::of<float>({2, 2}, {1, 2, 3, 4});
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < outer.size(); ++t) {
      threads.emplace_back([&, t] { results[t] = outer[t].predict(rows); });
    }
    threads.emplace_back([&] { results[4] = inner.predict(rows); });
    for (std::thread& thread : threads) thread.join();
    for (const Tensor& result : results) CHECK(same_bits(result, results[4]));
    CHECK(inner.count_params() == 17);
  }
}

}  // namespace linnet::test
