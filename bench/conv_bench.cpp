// Convolutions of the shapes of ResNet-50, forward and both gradients, by each kernel that serves
// them; and the kernels around them: depthwise, pooling, normalization. GFLOP/s or GB/s.
#include <benchmark/benchmark.h>

#include <linnet/core/random.hpp>
#include <linnet/core/tensor.hpp>
#include <linnet/ops/normalization.hpp>
#include <linnet/ops/pooling.hpp>
#include <linnet/ops/reduce.hpp>

#include "kernels/table.hpp"

namespace {

namespace ln = linnet;
using ln::Index;

/// A convolution of `channels` x `side` x `side` images to `filters` channels.
struct Layer {
  Index channels, filters, side, kernel, stride, groups = 1;

  ln::ops::Window window() const {
    const Index pad = kernel / 2;
    return {{stride, stride}, {1, 1}, {pad, pad}, {pad, pad}};
  }
  std::string name() const {
    std::string text = std::to_string(channels) + ">" + std::to_string(filters) + "@" +
                       std::to_string(side) + "_k" + std::to_string(kernel);
    return stride == 1 ? text : text + "_s" + std::to_string(stride);
  }
};

constexpr Layer kLayers[] = {
    {3, 64, 224, 7, 2},    {64, 64, 56, 1, 1},    {64, 64, 56, 3, 1},     {64, 256, 56, 1, 1},
    {256, 64, 56, 1, 1},   {256, 128, 56, 1, 2},  {256, 512, 56, 1, 2},   {128, 128, 28, 3, 1},
    {128, 512, 28, 1, 1},  {512, 128, 28, 1, 1},  {512, 1024, 28, 1, 2},  {256, 256, 14, 3, 1},
    {256, 1024, 14, 1, 1}, {1024, 256, 14, 1, 1}, {1024, 2048, 14, 1, 2}, {512, 512, 7, 3, 1},
    {512, 2048, 7, 1, 1},  {2048, 512, 7, 1, 1},
};
constexpr Layer kDepthwise[] = {
    {32, 32, 112, 3, 1, 32}, {96, 96, 112, 3, 2, 96}, {384, 384, 14, 3, 1, 384}};

/// Runs a kernel on random numbers again and again.
void run(benchmark::State& state, const ln::Op& op, const ln::Types& inputs,
         ln::KernelFactory factory, int threads, double work, const char* unit) {
  const ln::Types outputs = op.infer(inputs);
  const auto kernel = factory({.op = op, .inputs = inputs, .outputs = outputs, .threads = threads});
  if (!kernel) return state.SkipWithError("not served");
  std::vector<ln::Tensor> tensors;
  std::vector<void*> operands;
  const ln::RandomStream random(1, "bench");
  std::uint64_t at = 0;
  for (const ln::Types* types : {&inputs, &outputs}) {
    for (const ln::TensorType& type : *types) {
      tensors.emplace_back(type.dtype, type.shape);
      for (float& x : tensors.back().data<float>()) x = random.uniform(at++) - 0.5f;
      operands.push_back(tensors.back().raw());
    }
  }
  ln::Tensor scratch(ln::DType::uint8, {static_cast<Index>(kernel->scratch_bytes()) + 64});
  const ln::Run once{.operands = operands.data(),
                     .input_count = static_cast<int>(inputs.size()),
                     .scratch = static_cast<std::byte*>(scratch.raw())};
  for (auto _ : state) kernel->run(once);
  state.counters[unit] = benchmark::Counter(work * 1e-9 * static_cast<double>(state.iterations()),
                                            benchmark::Counter::kIsRate);
}

/// One benchmark for each kernel of the op.
void add(const std::string& name, const ln::Op& op, const ln::Types& inputs, double work,
         const char* unit) {
  int rank = 0;
  for (const ln::Candidate& candidate : ln::candidates(op.name())) {
    if (std::string_view(candidate.backend) == "reference") continue;
    const std::string kernel = std::string(candidate.backend) + "#" + std::to_string(rank++);
    for (const int threads : {1, 2}) {
      const std::string full = name + "/" + kernel + "/threads:" + std::to_string(threads);
      benchmark::RegisterBenchmark(full.c_str(),
                                   [=](benchmark::State& state) {
                                     run(state, op, inputs, candidate.factory, threads, work, unit);
                                   })
          ->UseRealTime()
          ->Unit(benchmark::kMicrosecond)
          ->MinTime(0.2);
    }
  }
}

ln::TensorType floats(const ln::Shape& shape) { return {ln::DType::float32, shape}; }

void add_convolutions(const Layer& layer, Index batch) {
  const auto x = floats({batch, layer.side, layer.side, layer.channels});
  const auto kernel =
      floats({layer.kernel, layer.kernel, layer.channels / layer.groups, layer.filters});
  const ln::ops::Convolution op{layer.window(), layer.groups};
  const ln::TensorType y = op.infer(ln::Types{x, kernel})[0];
  const double work =
      2.0 * static_cast<double>(y.shape.elements() * kernel.shape.elements() / layer.filters);
  const std::string name = layer.name() + "/batch:" + std::to_string(batch);
  add("forward/" + name, op, {x, kernel, floats({layer.filters})}, work, "GFLOP/s");
  add("input/" + name, ln::ops::ConvolutionInput{op.window, op.groups, {layer.side, layer.side}},
      {y, kernel}, work, "GFLOP/s");
  add("kernel/" + name,
      ln::ops::ConvolutionKernel{op.window, op.groups, {layer.kernel, layer.kernel}}, {x, y}, work,
      "GFLOP/s");
}

void add_others(Index batch) {
  const auto x = floats({batch, 112, 112, 64}), channels = floats({64});
  const double bytes = 4.0 * static_cast<double>(x.shape.elements());
  const ln::ops::Window window{{2, 2}, {}, {1, 1}, {1, 1}};
  const std::string name = "64@112/batch:" + std::to_string(batch);
  for (const auto kind : {ln::ops::PoolKind::max, ln::ops::PoolKind::average}) {
    const std::string which = kind == ln::ops::PoolKind::max ? "max_pool" : "average_pool";
    const ln::ops::Pool op{kind, {3, 3}, window};
    const ln::TensorType y = op.infer(ln::Types{x})[0];
    add(which + "/" + name, op, {x}, 1.25 * bytes, "GB/s");
    add(which + "_grad/" + name, ln::ops::PoolGrad{kind, {3, 3}, window}, {x, y}, 2.25 * bytes,
        "GB/s");
  }
  add("global_average/2048@7/batch:" + std::to_string(batch),
      ln::ops::Reduce{ln::ops::ReduceKind::mean, {1, 2}}, {floats({batch, 7, 7, 2048})},
      4.0 * 49 * 2048 * static_cast<double>(batch), "GB/s");
  add("batch_normalize/" + name, ln::ops::BatchNormalize{}, {x, channels, channels}, 3 * bytes,
      "GB/s");
  add("batch_normalize_grad/" + name, ln::ops::BatchNormalizeGrad{},
      {x, channels, channels, channels, x}, 5 * bytes, "GB/s");
  add("scale_offset/" + name, ln::ops::ScaleOffset{}, {x, channels, channels}, 2 * bytes, "GB/s");
}

const bool kRegistered = [] {
  for (const Index batch : {1, 16}) {
    for (const Layer& layer : kLayers) add_convolutions(layer, batch);
    for (const Layer& layer : kDepthwise) add_convolutions(layer, batch);
    add_others(batch);
  }
  return true;
}();

}  // namespace
