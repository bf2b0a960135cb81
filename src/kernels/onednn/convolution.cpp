// Convolutions and their gradients for x by oneDNN, one primitive a slice.
#include "kernels/onednn/convolution.hpp"

#include <cstring>
#include <linnet/ops/matmul.hpp>
#include <optional>

#include "kernels/onednn/onednn.hpp"

namespace linnet::inline v0 {

namespace {

using namespace onednn;
using ops::Activate;
using ops::ActivationKind;

/// Appends f(x); false if oneDNN does not know it.
bool append_activation(dnnl::post_ops& to, const Activate& f) {
  using dnnl::algorithm;
  auto append = [&](algorithm kind, float a = 0, float b = 0) {
    append_eltwise(to, kind, a, b);
    return true;
  };
  constexpr float kNone = std::numeric_limits<float>::infinity();
  switch (f.kind) {
    case ActivationKind::relu:
      if (f.gamma != 0) return false;
      if (f.beta == kNone) return append(algorithm::eltwise_relu, f.alpha);
      return f.alpha == 0 && append(algorithm::eltwise_clip, 0, f.beta);
    case ActivationKind::elu:
      return append(algorithm::eltwise_elu, f.alpha);
    case ActivationKind::hard_tanh:
      return append(algorithm::eltwise_clip, -1, 1);
    case ActivationKind::tanh:
      return append(algorithm::eltwise_tanh);
    case ActivationKind::sigmoid:
      return append(algorithm::eltwise_logistic);
    case ActivationKind::silu:
      return append(algorithm::eltwise_swish, 1);
    case ActivationKind::hard_silu:
      return append(algorithm::eltwise_hardswish, 1.0f / 6, 0.5f);
    case ActivationKind::gelu:
      return append(algorithm::eltwise_gelu_erf);
    default:
      return false;
  }
}

/// What follows the sum of products.
struct Ending {
  bool bias = false, residual = false;
  std::optional<Activate> activation = {};
};

/// Forward: operands x, kernel (bias, residual), y. Else: dy, kernel, dx.
class SlicedConvolution final : public Kernel {
 public:
  SlicedConvolution(const KernelRequest& request, const Convolution& of, bool forward,
                    Ending ending)
      : of_(of), forward_(forward), ending_(std::move(ending)) {
    threads_ = of.work() < kThreadedWork ? 1 : request.threads;
    slices_ = Slicer(of.s, !forward).cut(request.deterministic ? kFixedSlices : threads_);
    MemoryDesc kernel = of.any_kernel();
    with_threads(1, [&] {
      for (std::size_t i = 0; i < slices_.size(); ++i) {
        const std::size_t same = find_same(i);
        calls_.push_back(same < i ? calls_[same] : make(slices_[i], kernel));
      }
    });
    kernel_bytes_ = lines(kernel.get_size());
    packing_ = std::make_unique<Packing>(of, kernel, Packing::Way::pack, threads_);
    prepares_ = packing_->needed() && request.constant(1);
  }

  bool packs(int input) const override { return input == 1 && prepares_; }
  std::size_t prepared_bytes() const override { return prepares_ ? kernel_bytes_ : 0; }
  void prepare(const Run& run, std::byte* prepared) const override {
    packing_->pack(run.x<float>(1), prepared);
  }
  std::size_t scratch_bytes() const override {
    const bool packed = packing_->needed() && !prepares_;
    return (packed ? kernel_bytes_ : 0) + slice_scratch_ * slices_.size();
  }

  void run(const Run& run) const override {
    std::byte* scratch = run.scratch;
    const void* kernel = run.x<float>(1);
    if (prepares_) {
      kernel = run.prepared;
    } else if (packing_->needed()) {
      packing_->pack(run.x<float>(1), scratch);
      kernel = scratch;
      scratch += kernel_bytes_;
    }
    parallel_for(threads_, static_cast<Index>(slices_.size()), 1, [&](Index begin, Index end) {
      with_threads(1, [&] {
        for (Index i = begin; i < end; ++i) {
          const auto at = static_cast<std::size_t>(i);
          slice(run, kernel, at, scratch + slice_scratch_ * at);
        }
      });
    });
  }

 private:
  using SharedCall = std::shared_ptr<const onednn::Call>;

  /// The first slice with the shape of slice `i`.
  std::size_t find_same(std::size_t i) const {
    const Slice& a = slices_[i];
    return static_cast<std::size_t>(std::find_if(slices_.begin(), slices_.end(),
                                                 [&](const Slice& b) {
                                                   return a.images == b.images && a.ins == b.ins &&
                                                          a.outs == b.outs &&
                                                          a.before == b.before &&
                                                          a.after == b.after;
                                                 }) -
                                    slices_.begin());
  }

  /// The first call chooses the layout of the kernel for all.
  SharedCall make(const Slice& slice, MemoryDesc& kernel) {
    const ConvolutionDescs descs = of_.descs(slice, kernel);
    if (!forward_) {
      const auto desc = convolution_input_desc(descs);
      refuse_reference(desc.impl_info_str());
      kernel = desc.weights_desc();
      return call(dnnl::convolution_backward_data(desc), desc.scratchpad_desc(),
                  {{DNNL_ARG_DIFF_DST, descs.y},
                   {DNNL_ARG_WEIGHTS, kernel},
                   {DNNL_ARG_DIFF_SRC, descs.x},
                   {DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc()}});
    }
    dnnl::primitive_attr attr = attributes();
    dnnl::post_ops after;
    if (ending_.residual) after.append_sum(1.0f);
    if (ending_.activation) append_activation(after, *ending_.activation);
    attr.set_post_ops(after);
    const MemoryDesc bias = float_desc({of_.s.filters}, {1});
    const auto desc = convolution_desc(descs, ending_.bias ? &bias : nullptr, attr);
    refuse_reference(desc.impl_info_str());
    kernel = desc.weights_desc();
    std::vector<std::pair<int, MemoryDesc>> arguments{
        {DNNL_ARG_SRC, descs.x},
        {DNNL_ARG_WEIGHTS, kernel},
        {DNNL_ARG_DST, descs.y},
        {DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc()}};
    if (ending_.bias) arguments.emplace_back(DNNL_ARG_BIAS, bias);
    return call(dnnl::convolution_forward(desc), desc.scratchpad_desc(), std::move(arguments));
  }

  SharedCall call(dnnl::primitive primitive, const MemoryDesc& scratch,
                  std::vector<std::pair<int, MemoryDesc>> arguments) {
    slice_scratch_ = std::max(slice_scratch_, lines(scratch.get_size()));
    return std::make_shared<const onednn::Call>(std::move(primitive), std::move(arguments));
  }

  void slice(const Run& run, const void* kernel, std::size_t i, std::byte* scratch) const {
    const Slice& part = slices_[i];
    if (!forward_) {
      const float* dy = run.x<float>(0) + of_.y_offset(part);
      return calls_[i]->run({dy, kernel, run.y<float>() + of_.x_offset(part), scratch});
    }
    const float* x = run.x<float>(0) + of_.x_offset(part);
    float* y = run.y<float>() + of_.y_offset(part);
    if (ending_.residual) {
      std::memcpy(y, run.x<float>(3) + of_.y_offset(part),
                  static_cast<std::size_t>(of_.y_count(part)) * sizeof(float));
    }
    if (!ending_.bias) return calls_[i]->run({x, kernel, y, scratch});
    calls_[i]->run({x, kernel, y, scratch, run.x<float>(2)});
  }

  Convolution of_;
  bool forward_;
  Ending ending_;
  int threads_ = 1;
  std::vector<Slice> slices_;
  std::vector<SharedCall> calls_;
  std::unique_ptr<Packing> packing_;
  std::size_t kernel_bytes_ = 0, slice_scratch_ = 0;
  bool prepares_ = false;
};

std::unique_ptr<Kernel> sliced(const KernelRequest& request, const WindowSizes& sizes, bool forward,
                               const Ending& ending) {
  const Convolution of(sizes);
  if (!of.served()) return nullptr;
  return created([&] { return std::make_unique<SlicedConvolution>(request, of, forward, ending); });
}

}  // namespace

std::unique_ptr<Kernel> onednn_convolution(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::Convolution>();
  return sliced(request,
                convolution_sizes(request.x(0), request.x(1), request.y(), op.window, op.groups),
                true, {.bias = request.inputs.size() > 2});
}

std::unique_ptr<Kernel> onednn_fused_convolution(const KernelRequest& request) {
  const auto& fused = *request.op.as<ops::FusedConvolution>();
  const auto& op = fused.convolution;
  dnnl::post_ops tried;
  if (fused.activation && !append_activation(tried, *fused.activation)) return nullptr;
  return sliced(
      request, convolution_sizes(request.x(0), request.x(1), request.y(), op.window, op.groups),
      true, {.bias = true, .residual = request.inputs.size() > 3, .activation = fused.activation});
}

std::unique_ptr<Kernel> onednn_convolution_input(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::ConvolutionInput>();
  const auto s = convolution_sizes(request.y(), request.x(1), request.x(0), op.window, op.groups);
  if (pointwise(s)) {  // dx (rows, channels) = dy (rows, filters) kernel^T
    const Index rows = s.batch * WindowSizes::volume(s.in);
    return onednn_product(request, {false, true}, {rows, s.filters}, {s.channels, s.filters},
                          {rows, s.channels});
  }
  return sliced(request, s, false, {});
}

}  // namespace linnet::inline v0
