// check_layer: what every layer promises, checked of one layer on inputs of given shapes.
#pragma once

#include <linnet/linnet.hpp>
#include <numeric>
#include <thread>

#include "contract/allocations.hpp"
#include "contract/steady_step.hpp"
#include "core/error_of.hpp"
#include "core/rounds.hpp"
#include "io/temp_folder.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

/// One input of a layer. Sizes that are `any` are checked as unknown, and run as kBatch and kTime.
struct LayerInput {
  Shape shape;
  Index ids = 0;  ///< int32 ids below this number; 0: floats
};

/// A layer in one configuration.
struct LayerCase {
  std::function<Layer()> make;  ///< the same layer anew
  std::vector<LayerInput> inputs;
  bool random = false;             ///< training and prediction differ
  bool changes_first = false;      ///< training changes parameters before it uses them
  bool makes_mask = false;         ///< the output has a mask though no input has
  std::optional<bool> masks = {};  ///< what becomes of a mask on (batch, time, ...) inputs
};

constexpr Index kBatch = 6, kTime = 4;

inline Shape sized(const Shape& shape, Index batch = kBatch) {
  Shape result = shape;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] == any) result = result.with(axis, axis == 0 ? batch : kTime);
  }
  return result;
}

/// Floats in (-3, 3) that keep away from 0 and from each other: no corner is near.
inline Tensor distinct_floats(const Shape& shape, std::uint64_t seed) {
  Tensor t(DType::float32, shape);
  const auto x = t.data<float>();
  std::iota(x.begin(), x.end(), 0.5f);
  const RandomStream random(seed, "distinct");
  for (std::size_t i = x.size(); i > 1; --i) std::swap(x[i - 1], x[random.below(i, i)]);
  for (float& value : x) value = value / static_cast<float>(x.size()) * 6 - 3;
  return t;
}

inline Tensors inputs_of(const LayerCase& c, Index batch = kBatch) {
  Tensors inputs;
  for (const LayerInput& in : c.inputs) {
    const Shape shape = sized(in.shape, batch);
    inputs.push_back(in.ids > 0 ? random_ints(shape, 7 + inputs.size(), in.ids)
                                : distinct_floats(shape, 7 + inputs.size()));
  }
  return inputs;
}

inline Model model_of(const LayerCase& c) {
  Values inputs;
  for (const LayerInput& in : c.inputs) {
    inputs.push_back(input(in.shape.slice(1, in.shape.rank()),
                           {.dtype = in.ids > 0 ? DType::int32 : DType::float32}));
  }
  return Model(inputs, {call(c.make(), inputs)});
}

/// layer -> config -> layer gives the same config; a key that nobody knows is named.
inline void check_config(const Layer& layer) {
  const Config config = layer.config();
  const Layer again = layer_from_config(layer.class_name(), config);
  CHECK(again.config() == config);
  CHECK(again.class_name() == layer.class_name());
  Config wrong = config;
  wrong["no_such_key"] = Config(1);
  CHECK(error_of([&] {
          layer_from_config(layer.class_name(), wrong);
        }).is(ErrorCode::not_found, "no_such_key"));
  for (const char* key : {"name", "trainable"}) CHECK(config.find(key) != nullptr);
}

/// Shapes with unknown sizes are those with numbers, where they are known.
inline void check_shapes(const LayerCase& c) {
  Values unknown, known;
  for (const LayerInput& in : c.inputs) {
    const DType dtype = in.ids > 0 ? DType::int32 : DType::float32;
    unknown.push_back(ops::input("x", {dtype, in.shape}));
    known.push_back(ops::input("x", {dtype, sized(in.shape)}));
  }
  const Layer layer = c.make();
  const Shape open = call(layer, unknown).shape(), closed = call(layer, known).shape();
  CHECK(open.fits(closed));
  CHECK(open[0] == any);
  CHECK(closed.known());
  CHECK(LayerRun(layer, inputs_of(c)).output().shape() == closed);
}

/// The gradient by element i of `x`, a tensor that the run reads: four points.
inline double numeric_gradient(const LayerRun& run, Tensor& x, std::size_t i, const Tensor& dy) {
  const float kept = x.data<float>()[i];
  auto at = [&](double distance) {
    x.data<float>()[i] = static_cast<float>(static_cast<double>(kept) + distance);
    const Tensor y = run.output();
    double sum = 0;
    for (std::size_t k = 0; k < y.data<float>().size(); ++k) {
      sum += static_cast<double>(y.data<float>()[k]) * static_cast<double>(dy.data<float>()[k]);
    }
    return sum;
  };
  const double step = 0.01;
  const double slope = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
  x.data<float>()[i] = kept;
  return slope;
}

inline void check_layer_gradients(const LayerCase& c, bool training) {
  INFO((training ? "training" : "predicting"));
  Tensors inputs = inputs_of(c);
  const Layer layer = c.make();
  const LayerRun run(layer, inputs, {}, training);
  const Tensor dy = random_floats(run.output().shape(), 5);
  auto compare = [&](Tensor& x, const Tensor& gradient) {
    const auto count = static_cast<std::size_t>(x.size());
    const auto elements = static_cast<std::size_t>(rounds(25));
    for (std::size_t i = 0; i < count; i += 1 + count / elements) {
      const double want = numeric_gradient(run, x, i, dy);
      const double got = static_cast<double>(gradient.data<float>()[i]);
      INFO("element " << i << ": got " << got << ", numeric " << want);
      CHECK(std::abs(got - want) <= 2e-3 * (1 + std::abs(want)));
    }
  };
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    INFO("input " << k);
    if (c.inputs[k].ids == 0) compare(inputs[k], run.input_gradient(k, dy));
  }
  for (const auto& parameter : run.parameters()) {
    INFO(parameter->name);
    if (parameter->trainable) compare(parameter->value, run.gradient(*parameter, dy));
  }
}

/// Training changes the output of random layers only, and predicting is the same every time.
inline void check_training_flag(const LayerCase& c) {
  const Layer layer = c.make();
  const Tensors inputs = inputs_of(c);
  const LayerRun predicting(layer, inputs, {}, false), training(layer, inputs, {}, true);
  CHECK(training.output().shape() == predicting.output().shape());
  CHECK(same_bits(predicting.output(), predicting.output()));
  CHECK(same_bits(training.output(), predicting.output()) != c.random);
}

/// A mask over time passes, is dropped, or is made, as the case says.
inline void check_masks(const LayerCase& c) {
  const Tensors inputs = inputs_of(c);
  CHECK(LayerRun(c.make(), inputs).mask().has_value() == c.makes_mask);
  if (!c.masks) return;
  Tensor mask(DType::boolean, {kBatch, kTime});
  for (std::size_t i = 0; i < mask.data<bool>().size(); ++i) mask.data<bool>()[i] = i % 3 != 0;
  const LayerRun run(c.make(), inputs, Tensors(inputs.size(), mask));
  CHECK(run.mask().has_value() == *c.masks);
  if (run.mask()) CHECK(*run.mask() == mask);
}

/// The same numbers at any number of threads, the same bits in deterministic mode.
inline void check_threads(const LayerCase& c) {
  Model model = model_of(c);
  const Inputs x(inputs_of(c, 300));
  model.configure({.threads = 1});
  const Tensor one = model.predict(x);
  model.configure({.threads = 1, .deterministic = true});
  const Tensor exact = model.predict(x);
  CHECK(close(exact, one, 1e-5));
  for (const int threads : {2, 8}) {
    model.configure({.threads = threads});
    CHECK(close(model.predict(x), one, 1e-5));
    model.configure({.threads = threads, .deterministic = true});
    CHECK(same_bits(model.predict(x), exact));
  }
}

inline void check_concurrent_predict(const LayerCase& c) {
  Model model = model_of(c);
  const Inputs x(inputs_of(c, 20));
  const Tensor wanted = model.predict(x);
  Tensors got(4);
  std::vector<std::thread> threads;
  for (Tensor& y : got) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) y = model.predict(x, {.batch_size = 3 + i % 2 * 17});
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Tensor& y : got) CHECK(close(y, wanted, 1e-6));
}

/// A batch of one row is that row of a larger batch; a batch of none has no rows.
inline void check_batches(const LayerCase& c) {
  const Model model = model_of(c);
  const Tensors inputs = inputs_of(c);
  const Tensor all = model.predict(Inputs(inputs));
  Tensors first, none;
  for (const Tensor& x : inputs) {
    first.push_back(x.rows(0, 1).clone());
    none.push_back(x.rows(0, 0).clone());
  }
  CHECK(close(model.predict(Inputs(first)), all.rows(0, 1), 1e-6));
  CHECK(model.predict(Inputs(none)).shape() == all.shape().with(0, 0));
}

/// A model made again from its config with the same weights, or from a file, gives the same
/// numbers.
inline void check_model_config(const LayerCase& c) {
  const Model model = model_of(c);
  Model again(detail::model_from_config(model.state()->config()));
  again.set_weights(model.get_weights());
  CHECK(again.state()->config() == model.state()->config());
  const Inputs x(inputs_of(c));
  const Tensor wanted = model.predict(x);
  CHECK(same_bits(again.predict(x), wanted));
  const TempFolder folder;
  model.save(folder.path("m"));
  CHECK(same_bits(Model::load(folder.path("m")).predict(x), wanted));
}

/// Predicting into given memory asks for none once it has run; neither does a training step.
inline void check_allocations(const LayerCase& c) {
  for (const int threads : {1, 2}) {
    INFO(threads << " threads");
    Model model = model_of(c);
    model.configure({.threads = threads});
    const Tensors inputs = inputs_of(c);
    Tensor y = model.predict(Inputs(inputs));
    if (inputs.size() == 1) {
      model.predict_into(inputs[0], y);
      CHECK(allocations_of([&] { model.predict_into(inputs[0], y); }) == 0);
    }
    model.compile({.optimizer = "adam", .loss = "mse"});
    check_steady_step(model, Inputs(inputs), y);
  }
}

/// Deterministic training steps give the same bits at any number of threads.
inline void check_training_threads(const LayerCase& c) {
  const Inputs x(inputs_of(c, 70));
  std::optional<Tensor> y;
  std::vector<TrainedBits> results;
  for (const int threads : {1, 2, 8}) {
    set_random_seed(4);
    Model model = model_of(c);
    model.configure({.threads = threads, .deterministic = true});
    if (!y) y = distinct_floats(model.predict(x).shape(), 3);
    model.compile({.optimizer = "adam", .loss = "mse"});
    results.emplace_back(model, x, *y, 2);
    CHECK(results.back() == results.front());
  }
}

/// What threads may do with a layer.
inline void check_layer_in_threads(const LayerCase& c) {
  check_threads(c);
  check_concurrent_predict(c);
  if (!sanitized()) check_training_threads(c);  // one thread after the other: nothing to find
}

/// Everything above that takes one thread.
inline void check_layer(const LayerCase& c) {
  const Layer layer = c.make();
  INFO("layer " << std::string(layer.class_name()));
  check_config(layer);
  check_shapes(c);
  check_layer_gradients(c, false);
  if (!c.changes_first) check_layer_gradients(c, true);
  check_training_flag(c);
  check_masks(c);
  check_batches(c);
  check_model_config(c);
  check_allocations(c);
}

}  // namespace linnet::test
