// Convolutions and their gradients for x, as correlations.
#include <linnet/ops/convolution.hpp>

#include "kernels/native/activate_block.hpp"
#include "kernels/native/correlation.hpp"
#include "kernels/native/native.hpp"
#include "kernels/processor.hpp"

namespace linnet::inline v0 {

namespace {

/// Calls f(k) for the places of a window, counted over its axes.
template <class F>
void for_window(const WindowSizes& s, F&& f) {
  for (Index a = 0; a < s.kernel[0]; ++a) {
    for (Index b = 0; b < s.kernel[1]; ++b) {
      for (Index c = 0; c < s.kernel[2]; ++c) f(WindowSizes::Three{a, b, c});
    }
  }
}

Index matrix_of(const WindowSizes& s, const WindowSizes::Three& k) {
  return ((k[0] * s.kernel[1] + k[1]) * s.kernel[2] + k[2]) * s.group_channels() * s.filters;
}

bool pointwise(const WindowSizes& s) {
  const WindowSizes::Three ones{1, 1, 1}, zeros{0, 0, 0};
  return s.kernel == ones && s.stride == ones && s.before == zeros && s.in == s.out;
}

/// y from x.
Correlation forward_of(const WindowSizes& s) {
  Correlation c{.batch = s.batch,
                .groups = s.groups,
                .channels = s.group_channels(),
                .filters = s.group_filters(),
                .in = s.in,
                .out = s.out,
                .count = s.out,
                .in_step = s.stride,
                .channel_step = s.filters,
                .filter_step = 1,
                .group_step = s.group_filters()};
  for_window(s, [&](const WindowSizes::Three& k) {
    Correlation::Tap tap{{}, matrix_of(s, k)};
    for (std::size_t i = 0; i < 3; ++i) tap.offset[i] = k[i] * s.dilation[i] - s.before[i];
    c.taps.push_back(tap);
  });
  return c;
}

/// dx from dy: the elements of x by their position modulo the stride. Those of `phase` are seen by
/// the elements k of the window for which phase + before - k dilation is a multiple of the stride.
Correlation input_of(const WindowSizes& s, const WindowSizes::Three& phase) {
  Correlation c{.batch = s.batch,
                .groups = s.groups,
                .channels = s.group_filters(),
                .filters = s.group_channels(),
                .in = s.out,
                .out = s.in,
                .out_step = s.stride,
                .origin = phase,
                .channel_step = 1,
                .filter_step = s.filters,
                .group_step = s.group_filters()};
  for (std::size_t i = 0; i < 3; ++i) {
    c.count[i] = std::max<Index>(0, (s.in[i] - phase[i] + s.stride[i] - 1) / s.stride[i]);
  }
  for_window(s, [&](const WindowSizes::Three& k) {
    Correlation::Tap tap{{}, matrix_of(s, k)};
    for (std::size_t i = 0; i < 3; ++i) {
      const Index way = phase[i] + s.before[i] - k[i] * s.dilation[i];
      if (way % s.stride[i] != 0) return;
      tap.offset[i] = way / s.stride[i];
    }
    c.taps.push_back(tap);
  });
  return c;
}

/// A product of matrices has one long row of positions.
Correlation joined(Correlation c) {
  c.in = c.out = c.count = {1, c.batch * WindowSizes::volume(c.count), 1};
  c.batch = 1;
  return c;
}

class CorrelationKernel final : public Kernel {
 public:
  CorrelationKernel(const KernelRequest& request, const std::vector<Correlation>& parts,
                    const SumEnding& ending)
      : ending_(ending), outputs_(request.y().elements()), prepares_(request.constant(1)) {
    Index covered = 0;
    for (const Correlation& c : parts) {
      covered += c.batch * WindowSizes::volume(c.count) * c.filters * c.groups;
      parts_.push_back({Correlator(c, request.threads), packed_});
      packed_ += (parts_.back().of.packed_count() + 15) / 16 * 16;
      worker_ = std::max(worker_, parts_.back().of.scratch_bytes());
    }
    fills_ = covered != outputs_;
  }

  bool packs(int input) const override { return input == 1 && prepares_; }
  std::size_t prepared_bytes() const override { return prepares_ ? packed_bytes() : 0; }
  void prepare(const Run& run, std::byte* prepared) const override {
    for (const Part& part : parts_) {
      part.of.pack(run.x<float>(1), reinterpret_cast<float*>(prepared) + part.packed);
    }
  }
  std::size_t scratch_bytes() const override { return (prepares_ ? 0 : packed_bytes()) + worker_; }

  void run(const Run& run) const override {
    SumEnding ending = ending_;
    if (run.input_count > 2) ending.bias = run.x<float>(2);
    if (run.input_count > 3) ending.residual = run.x<float>(3);
    if (!prepares_) prepare(run, run.scratch);
    const auto* packed = reinterpret_cast<const float*>(prepares_ ? run.prepared : run.scratch);
    std::byte* scratch = run.scratch + (prepares_ ? 0 : packed_bytes());
    if (fills_) std::fill_n(run.y<float>(), outputs_, 0.0f);
    for (const Part& part : parts_) {
      part.of.run(run.x<float>(0), packed + part.packed, ending, run.y<float>(), scratch);
    }
  }

 private:
  struct Part {
    Correlator of;
    Index packed;  ///< where its kernel lies
  };
  std::size_t packed_bytes() const { return static_cast<std::size_t>(packed_) * sizeof(float); }

  std::vector<Part> parts_;
  SumEnding ending_;
  Index outputs_, packed_ = 0;
  bool prepares_;
  std::size_t worker_ = 0;
  bool fills_ = false;  ///< some outputs have no part of any sum
};

std::unique_ptr<Kernel> forward(const KernelRequest& request, const ops::Convolution& op,
                                const SumEnding& ending) {
  const auto s = convolution_sizes(request.x(0), request.x(1), request.y(), op.window, op.groups);
  if (request.y().elements() == 0 || request.x(0).elements() == 0 || request.x(1).elements() == 0)
    return nullptr;
  const Correlation c = forward_of(s);
  return std::make_unique<CorrelationKernel>(request, std::vector{pointwise(s) ? joined(c) : c},
                                             ending);
}

}  // namespace

bool native_convolution_leads(const KernelRequest& request) {
  const bool of_kernel = request.op.as<ops::ConvolutionKernel>() != nullptr;
  const bool of_input = request.op.as<ops::ConvolutionInput>() != nullptr;
  const Shape& kernel = of_kernel ? request.y() : request.x(1);
  const Index channels = (of_input ? request.y() : request.x(0))[-1];
  const bool windowed = kernel.elements(0, kernel.rank() - 2) > 1;
  const bool grouped = kernel[-2] != channels;
  return !has_avx512() && windowed && !grouped && kernel[of_input ? -2 : -1] >= 8;
}

std::unique_ptr<Kernel> native_convolution(const KernelRequest& request) {
  return forward(request, *request.op.as<ops::Convolution>(), {});
}

std::unique_ptr<Kernel> native_fused_convolution(const KernelRequest& request) {
  const auto& fused = *request.op.as<ops::FusedConvolution>();
  SumEnding ending;
  if (fused.activation) {
    ending.f = *fused.activation;
    ending.activation = activate_block(ending.f);
    if (ending.activation == nullptr) return nullptr;
  }
  return forward(request, fused.convolution, ending);
}

std::unique_ptr<Kernel> native_convolution_input(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::ConvolutionInput>();
  const auto s = convolution_sizes(request.y(), request.x(1), request.x(0), op.window, op.groups);
  if (request.y().elements() == 0 || request.x(0).elements() == 0 || request.x(1).elements() == 0)
    return nullptr;
  std::vector<Correlation> parts;
  WindowSizes::Three phase{};
  WindowSizes::Three phases;  // strides may be longer than x
  for (std::size_t i = 0; i < 3; ++i) phases[i] = std::min(s.stride[i], s.in[i]);
  for (phase[0] = 0; phase[0] < phases[0]; ++phase[0]) {
    for (phase[1] = 0; phase[1] < phases[1]; ++phase[1]) {
      for (phase[2] = 0; phase[2] < phases[2]; ++phase[2]) {
        Correlation part = input_of(s, phase);
        if (!part.taps.empty()) parts.push_back(std::move(part));
      }
    }
  }
  if (pointwise(s)) parts = {joined(parts[0])};
  return std::make_unique<CorrelationKernel>(request, parts, SumEnding{});
}

}  // namespace linnet::inline v0
