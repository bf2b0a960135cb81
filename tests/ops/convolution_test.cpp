#include <linnet/ops/convolution.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// oneDNN's sums may depend on how the work is cut.
const CheckOptions kLoose{.tolerance = 1e-5, .thread_exact = false};

struct Case {
  Shape x, kernel;
  ops::Window window;
  Index groups = 1;
};

const Case kCases[] = {
    {{2, 7, 3}, {3, 3, 4}, {{1}, {1}, {1}, {1}}},
    {{1, 9, 4}, {2, 2, 6}, {{2}, {3}, {3}, {0}}, 2},
    {{2, 5, 6, 3}, {3, 3, 3, 5}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
    {{1, 8, 7, 4}, {3, 2, 4, 8}, {{2, 1}, {1, 2}, {0, 1}, {1, 2}}},
    {{1, 6, 6, 4}, {1, 1, 4, 3}, {{2, 2}, {1, 1}, {0, 0}, {0, 0}}},
    {{2, 5, 5, 3}, {3, 3, 1, 6}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}, 3},
    {{1, 4, 5, 4, 2}, {2, 3, 2, 2, 3}, {{1, 2, 1}, {1, 1, 2}, {0, 1, 1}, {1, 1, 1}}},
    {{1, 6, 5, 2}, {3, 3, 2, 2}, {{1, 1}, {1, 1}, {-1, 0}, {0, -1}}},
    {{3, 4, 5, 8}, {1, 1, 8, 6}, {{1, 1}, {1, 1}, {0, 0}, {0, 0}}},
};

}  // namespace

TEST_CASE("convolution and its gradients") {
  for (const Case& c : kCases) {
    const ops::Convolution op{c.window, c.groups};
    const Tensor x = random_floats(c.x, 1), kernel = random_floats(c.kernel, 2);
    INFO("x " << c.x.str() << ", kernel " << c.kernel.str());
    check_op(op, {x, kernel}, kLoose);
    check_op(op, {x, kernel, random_floats({c.kernel[-1]}, 3)}, kLoose);
  }
}

TEST_CASE("strides may be longer than the input") {
  constexpr Index kLong = Index{1} << 31;
  for (const Shape& kernel : {Shape{3, 3, 8, 8}, Shape{1, 1, 8, 8}, Shape{3, 2, 1, 8}}) {
    const ops::Convolution op{{{kLong, kLong - 1}, {1, 1}, {1, 0}, {1, 0}}, 8 / kernel[-2]};
    INFO("kernel " << kernel.str());
    check_op(op, {random_floats({2, 5, 6, 8}, 1), random_floats(kernel, 2)}, kLoose);
  }
}

TEST_CASE("the gradients of a convolution have gradients") {
  for (const Case& c : kCases) {
    const Tensor x = random_floats(c.x, 1), kernel = random_floats(c.kernel, 2);
    const Types in{{DType::float32, c.x}, {DType::float32, c.kernel}};
    const Shape y = ops::Convolution{c.window, c.groups}.infer(in)[0].shape;
    std::vector<Index> sizes(c.x.begin() + 1, c.x.end() - 1);
    std::vector<Index> kernel_sizes(c.kernel.begin(), c.kernel.end() - 2);
    const Tensor dy = random_floats(y, 4);
    INFO("x " << c.x.str() << ", kernel " << c.kernel.str());
    check_op(ops::ConvolutionInput{c.window, c.groups, sizes}, {dy, kernel}, kLoose);
    check_op(ops::ConvolutionKernel{c.window, c.groups, kernel_sizes}, {x, dy}, kLoose);
  }
}

TEST_CASE("convolutions large enough for several threads, and their gradients") {
  const Case cases[] = {
      {{1, 30, 29, 16}, {3, 3, 16, 40}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
      {{3, 21, 23, 80}, {3, 3, 80, 100}, {{1, 1}, {1, 1}, {1, 0}, {0, 2}}},
      {{3, 15, 14, 33}, {3, 3, 33, 35}, {{2, 2}, {1, 1}, {0, 0}, {1, 1}}},
      {{1, 40, 38, 3}, {7, 7, 3, 64}, {{2, 2}, {1, 1}, {3, 3}, {2, 2}}},
      {{8, 14, 14, 64}, {1, 1, 64, 128}, {{1, 1}, {1, 1}, {0, 0}, {0, 0}}},
      {{1, 29, 28, 64}, {1, 1, 64, 96}, {{2, 2}, {1, 1}, {0, 0}, {0, 0}}},
      {{1, 30, 28, 64}, {1, 1, 64, 96}, {{2, 2}, {1, 1}, {0, 0}, {0, 0}}},
      {{1, 15, 14, 64}, {1, 1, 64, 128}, {{3, 3}, {1, 1}, {0, 0}, {0, 0}}},
      {{2, 18, 17, 24}, {3, 5, 6, 40}, {{1, 2}, {2, 1}, {2, 2}, {2, 1}}, 4},
      {{2, 9, 10, 8, 12}, {3, 3, 3, 12, 20}, {{1, 1, 2}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}}},
      {{4, 300, 20}, {5, 20, 32}, {{1}, {2}, {8}, {0}}},
      {{2, 23, 25, 48}, {3, 3, 1, 48}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}, 48},
      {{3, 23, 25, 40}, {5, 5, 1, 40}, {{2, 2}, {1, 1}, {1, 2}, {2, 2}}, 40},
  };
  // The results are of the order of 10, being sums of up to some thousand products.
  const CheckOptions options{.tolerance = 1e-4, .gradients = false, .thread_exact = false};
  for (const Case& c : cases) {
    const Tensor x = random_floats(c.x, 1), kernel = random_floats(c.kernel, 2);
    const ops::Convolution op{c.window, c.groups};
    const Shape y = op.infer(types_of({x, kernel}))[0].shape;
    const std::vector<Index> sizes(c.x.begin() + 1, c.x.end() - 1);
    const std::vector<Index> kernel_sizes(c.kernel.begin(), c.kernel.end() - 2);
    const Tensor dy = random_floats(y, 4);
    INFO("x " << c.x.str() << ", kernel " << c.kernel.str());
    check_op(op, {x, kernel, random_floats({c.kernel[-1]}, 3)}, options);
    check_op(ops::ConvolutionInput{c.window, c.groups, sizes}, {dy, kernel}, options);
    check_op(ops::ConvolutionKernel{c.window, c.groups, kernel_sizes}, {x, dy}, options);
  }
}

TEST_CASE("a fused convolution adds a residual and applies any activation") {
  using ops::ActivationKind;
  const float none = std::numeric_limits<float>::infinity();
  const std::optional<ops::Activate> activations[] = {
      {},
      ops::Activate{ActivationKind::relu, 0, none, 0},
      ops::Activate{ActivationKind::relu, 0.1f, none, 0},
      ops::Activate{ActivationKind::relu, 0, 6, 0},
      ops::Activate{ActivationKind::relu, 0.2f, 1, 0.1f},
      ops::Activate{ActivationKind::silu},
      ops::Activate{ActivationKind::hard_silu},
      ops::Activate{ActivationKind::hard_sigmoid, 0.2f},
      ops::Activate{ActivationKind::elu, 1.5f},
      ops::Activate{ActivationKind::tanh},
      ops::Activate{ActivationKind::sigmoid},
      ops::Activate{ActivationKind::gelu},
      ops::Activate{ActivationKind::hard_tanh},
      ops::Activate{ActivationKind::mish},
  };
  const Case cases[] = {
      {{2, 9, 11, 16}, {3, 3, 16, 24}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
      {{2, 19, 22, 20}, {3, 3, 20, 70}, {{1, 1}, {1, 1}, {2, 0}, {1, 1}}},
      {{1, 28, 28, 32}, {1, 1, 32, 70}, {{1, 1}, {1, 1}, {0, 0}, {0, 0}}},
      {{1, 17, 15, 16}, {3, 3, 1, 16}, {{2, 2}, {1, 1}, {1, 1}, {1, 1}}, 16},
      {{1, 6, 5, 2}, {3, 3, 2, 2}, {{1, 1}, {1, 1}, {-1, 0}, {0, -1}}},
  };
  for (const Case& c : cases) {
    const Tensor x = random_floats(c.x, 1), kernel = random_floats(c.kernel, 2, -0.3f, 0.3f);
    const Tensor bias = random_floats({c.kernel[-1]}, 3);
    const Shape y = ops::Convolution{c.window, c.groups}.infer(types_of({x, kernel}))[0].shape;
    for (const auto& activation : activations) {
      const ops::FusedConvolution op{{c.window, c.groups}, activation};
      INFO("x " << c.x.str() << ", activation "
                << (activation ? static_cast<int>(activation->kind) : -1));
      check_op(op, {x, kernel, bias}, kLoose);
      check_op(op, {x, kernel, bias, random_floats(y, 5)}, kLoose);
    }
  }
}

TEST_CASE("in deterministic mode a convolution does not depend on the threads") {
  const ops::Window window{{1, 1}, {1, 1}, {1, 1}, {1, 1}};
  const Tensor x = random_floats({3, 20, 18, 16}, 1), kernel = random_floats({3, 3, 16, 24}, 2);
  const Tensor dy = random_floats({3, 20, 18, 24}, 3);
  auto check = [](const Op& op, Tensors inputs) {
    const Types in = types_of(inputs), out = op.infer(in);
    for (const Candidate& candidate : candidates(op.name())) {
      INFO(std::string(op.name()) << " by " << candidate.backend);
      std::vector<Tensors> results;
      for (const int threads : {1, 2, 3}) {
        const auto made = candidate.factory(
            {.op = op, .inputs = in, .outputs = out, .threads = threads, .deterministic = true});
        if (!made) continue;
        results.push_back({Tensor(DType::float32, out[0].shape)});
        run_kernel(*made, inputs, results.back());
        CHECK(same_bits(results.front()[0], results.back()[0]));
      }
    }
  };
  check(ops::Convolution{window}, {x, kernel});
  check(ops::ConvolutionInput{window, 1, {20, 18}}, {dy, kernel});
  check(ops::ConvolutionKernel{window, 1, {3, 3}}, {x, dy});
}

TEST_CASE("a kernel that is constant is prepared once, and then not read") {
  const Case cases[] = {
      {{1, 14, 13, 32}, {3, 3, 32, 40}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
      {{1, 11, 10, 24}, {3, 3, 24, 20}, {{2, 2}, {1, 1}, {1, 0}, {1, 1}}},
      {{2, 9, 8, 16}, {1, 1, 16, 24}, {{1, 1}, {1, 1}, {0, 0}, {0, 0}}},
  };
  auto check = [](const Op& op, const Tensors& inputs) {
    const Types in = types_of(inputs), out = op.infer(in);
    const auto expected = run_op(op, inputs, 1, candidates(op.name()).back().factory);
    const bool constants[] = {false, true, false, false};
    for (const Candidate& candidate : candidates(op.name())) {
      INFO(std::string(op.name()) << " by " << candidate.backend);
      const auto kernel = candidate.factory(
          {.op = op, .inputs = in, .outputs = out, .threads = 2, .constants = constants});
      if (!kernel || !kernel->packs(1)) continue;
      Tensor prepared(DType::uint8, {static_cast<Index>(kernel->prepared_bytes())});
      Tensor scratch(DType::uint8, {static_cast<Index>(kernel->scratch_bytes())});
      Tensor y(DType::float32, out[0].shape);
      std::vector<void*> weights(inputs.size() + 1), operands;
      weights[1] = Tensor(inputs[1]).raw();
      kernel->prepare({weights.data(), static_cast<int>(inputs.size()), nullptr},
                      static_cast<std::byte*>(prepared.raw()));
      for (Tensor x : inputs) operands.push_back(x.raw());
      operands.push_back(y.raw());
      operands[1] = nullptr;
      for (int run = 0; run < 2; ++run) {
        kernel->run({operands.data(), static_cast<int>(inputs.size()),
                     static_cast<std::byte*>(scratch.raw()),
                     static_cast<const std::byte*>(prepared.raw())});
        CHECK(close(y, (*expected)[0], 1e-4));
      }
    }
  };
  for (const Case& c : cases) {
    const Tensor x = random_floats(c.x, 1), kernel = random_floats(c.kernel, 2);
    const Tensor bias = random_floats({c.kernel[-1]}, 3);
    const ops::Convolution op{c.window, c.groups};
    const Shape y = op.infer(types_of({x, kernel}))[0].shape;
    const ops::Activate relu{ops::ActivationKind::relu, 0, std::numeric_limits<float>::infinity()};
    INFO("x " << c.x.str());
    check(op, {x, kernel});
    check(ops::FusedConvolution{op, relu}, {x, kernel, bias, random_floats(y, 4)});
    check(ops::ConvolutionInput{c.window, c.groups, {c.x[1], c.x[2]}},
          {random_floats(y, 5), kernel});
  }
}

TEST_CASE("a convolution refuses what does not fit") {
  auto shape_of = [](const Shape& x, const Shape& kernel, const ops::Window& window, Index groups) {
    const Types in{{DType::float32, x}, {DType::float32, kernel}};
    return ops::Convolution{window, groups}.infer(in)[0].shape;
  };
  const ops::Window plain{{1, 1}, {1, 1}, {0, 0}, {0, 0}};
  CHECK(shape_of({any, any, 9, 3}, {3, 3, 3, 8}, plain, 1) == Shape{any, any, 7, 8});
  CHECK(error_of([&] {
          shape_of({1, 2, 2, 3}, {3, 3, 3, 8}, plain, 1);
        }).is(ErrorCode::shape_mismatch, "does not fit into 2"));
  CHECK(error_of([&] {
          shape_of({1, 5, 5, 4}, {3, 3, 3, 8}, plain, 1);
        }).is(ErrorCode::shape_mismatch, "kernel"));
  CHECK(error_of([&] {
          shape_of({1, 5, 5, 4}, {3, 3, 2, 7}, plain, 2);
        }).is(ErrorCode::shape_mismatch, "kernel"));
  CHECK(error_of([&] {
          shape_of({1, 5, 4}, {3, 3, 2, 7}, plain, 2);
        }).is(ErrorCode::shape_mismatch, "kernel"));
}

TEST_CASE("A transposed convolution that leaves nothing is refused", "[ops]") {
  const Conv1DTranspose layer{
      .filters = 1, .kernel_size = 2, .padding = "same", .output_padding = Sizes<1>{0}};
  CHECK(error_of([&] {
          input({1, 1}) | layer;
        }).is(ErrorCode::shape_mismatch, "nothing is left of"));
}

}  // namespace linnet::test
