#include <algorithm>
#include <linnet/ops/convolution.hpp>
#include <span>

#include "kernels/reference/reference.hpp"
#include "kernels/window.hpp"

namespace linnet::inline v0 {

namespace {

/// Calls f(x, k, y): the offsets of the three numbers of every product of a convolution.
template <class F>
void for_products(const WindowSizes& s, F&& f) {
  const Index in = WindowSizes::volume(s.in), out = WindowSizes::volume(s.out);
  const Index channels = s.group_channels(), filters = s.group_filters();
  for (Index n = 0; n < s.batch; ++n) {
    s.for_outputs([&](const WindowSizes::Three& o, Index at) {
      s.for_inside(o, [&](Index k, Index i) {
        for (Index g = 0; g < s.groups; ++g) {
          const Index x = (n * in + i) * s.channels + g * channels;
          const Index y = (n * out + at) * s.filters + g * filters;
          for (Index c = 0; c < channels; ++c) {
            const Index row = (k * channels + c) * s.filters + g * filters;
            for (Index j = 0; j < filters; ++j) f(x + c, row + j, y + j);
          }
        }
      });
    });
  }
}

/// Sums in double precision, in the kernel's scratch memory.
class Sums {
 public:
  Sums(const Run& run, Index count)
      : sums_(reinterpret_cast<double*>(run.scratch), static_cast<std::size_t>(count)) {
    std::fill(sums_.begin(), sums_.end(), 0.0);
  }
  static std::size_t bytes(Index count) { return static_cast<std::size_t>(count) * sizeof(double); }

  void add(Index at, float a, float b) {
    sums_[static_cast<std::size_t>(at)] += static_cast<double>(a) * static_cast<double>(b);
  }
  void store(float* y) const {
    for (std::size_t i = 0; i < sums_.size(); ++i) y[i] = static_cast<float>(sums_[i]);
  }

 private:
  std::span<double> sums_;
};

}  // namespace

std::unique_ptr<Kernel> reference_convolution(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::Convolution>();
  const auto sizes =
      convolution_sizes(request.x(0), request.x(1), request.y(), op.window, op.groups);
  const Index count = request.y().elements();
  auto sum = [=](const Run& run) {
    Sums y(run, count);
    if (run.input_count > 2) {
      for (Index i = 0; i < count; ++i) y.add(i, run.x<float>(2)[i % sizes.filters], 1);
    }
    for_products(sizes, [&](Index i, Index k, Index o) {
      y.add(o, run.x<float>(0)[i], run.x<float>(1)[k]);
    });
    y.store(run.y<float>());
  };
  return make_kernel(sum, Sums::bytes(count));
}

std::unique_ptr<Kernel> reference_fused_convolution(const KernelRequest& request) {
  const auto& fused = *request.op.as<ops::FusedConvolution>();
  const Op convolution(fused.convolution);
  const Index count = request.y().elements();
  auto first = reference_convolution(
      {.op = convolution, .inputs = request.inputs.first(3), .outputs = request.outputs});
  std::unique_ptr<Kernel> last;
  if (fused.activation) {
    const Op activation(*fused.activation);
    last = reference_activate(
        {.op = activation, .inputs = request.outputs, .outputs = request.outputs});
  }
  const std::size_t scratch = first->scratch_bytes();
  auto both = [=, first = std::move(first), last = std::move(last)](const Run& run) {
    void* y = run.y<void>();
    void* const operands[] = {run.operands[0], run.operands[1], run.operands[2], y, y};
    first->run({.operands = operands, .input_count = 3, .scratch = run.scratch});
    for (Index i = 0; run.input_count > 3 && i < count; ++i) {
      run.y<float>()[i] += run.x<float>(3)[i];
    }
    if (last) last->run({.operands = operands + 3, .input_count = 1, .scratch = nullptr});
  };
  return make_kernel(std::move(both), scratch);
}

std::unique_ptr<Kernel> reference_convolution_input(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::ConvolutionInput>();
  const auto sizes =
      convolution_sizes(request.y(), request.x(1), request.x(0), op.window, op.groups);
  const Index count = request.y().elements();
  auto sum = [=](const Run& run) {
    Sums dx(run, count);
    for_products(sizes, [&](Index i, Index k, Index o) {
      dx.add(i, run.x<float>(0)[o], run.x<float>(1)[k]);
    });
    dx.store(run.y<float>());
  };
  return make_kernel(sum, Sums::bytes(count));
}

std::unique_ptr<Kernel> reference_convolution_kernel(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::ConvolutionKernel>();
  const auto sizes =
      convolution_sizes(request.x(0), request.y(), request.x(1), op.window, op.groups);
  const Index count = request.y().elements();
  auto sum = [=](const Run& run) {
    Sums dk(run, count);
    for_products(sizes, [&](Index i, Index k, Index o) {
      dk.add(k, run.x<float>(0)[i], run.x<float>(1)[o]);
    });
    dk.store(run.y<float>());
  };
  return make_kernel(sum, Sums::bytes(count));
}

}  // namespace linnet::inline v0
