// The gradient of a convolution for its kernel by oneDNN: a sum of slices' gradients.
#include "kernels/onednn/convolution.hpp"
#include "kernels/onednn/onednn.hpp"

namespace linnet::inline v0 {

namespace {

using namespace onednn;

/// Operands x, dy, dkernel. Each slice gives a gradient of its own; they are added in order.
class SlicedKernelGradient final : public Kernel {
 public:
  SlicedKernelGradient(const KernelRequest& request, const Convolution& of) : of_(of) {
    threads_ = of.work() < kThreadedWork ? 1 : request.threads;
    slices_ = Slicer(of.s, false).cut(request.deterministic ? kFixedSlices / 2 : threads_);
    MemoryDesc kernel = of.any_kernel();
    with_threads(1, [&] {
      for (const Slice& slice : slices_) {
        const ConvolutionDescs descs = of_.descs(slice, kernel);
        const auto desc = convolution_kernel_desc(descs);
        refuse_reference(desc.impl_info_str());
        kernel = desc.diff_weights_desc();
        scratch_ = std::max(scratch_, lines(desc.scratchpad_desc().get_size()));
        std::vector<std::pair<int, MemoryDesc>> arguments{
            {DNNL_ARG_SRC, descs.x},
            {DNNL_ARG_DIFF_DST, descs.y},
            {DNNL_ARG_DIFF_WEIGHTS, kernel},
            {DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc()}};
        calls_.push_back(std::make_unique<onednn::Call>(dnnl::convolution_backward_weights(desc),
                                                        std::move(arguments)));
      }
    });
    kernel_bytes_ = lines(kernel.get_size());
    packing_ = std::make_unique<Packing>(of, kernel, Packing::Way::unpack, threads_);
  }

  std::size_t scratch_bytes() const override { return (kernel_bytes_ + scratch_) * slices_.size(); }

  void run(const Run& run) const override {
    const bool plain = !packing_->needed();
    auto gradient = [&](std::size_t i) {
      return plain && i == 0 ? run.y<std::byte>() : run.scratch + kernel_bytes_ * i;
    };
    std::byte* scratch = run.scratch + kernel_bytes_ * slices_.size();
    parallel_for(threads_, static_cast<Index>(slices_.size()), 1, [&](Index begin, Index end) {
      with_threads(1, [&] {
        for (Index slice = begin; slice < end; ++slice) {
          const auto i = static_cast<std::size_t>(slice);
          calls_[i]->run({run.x<float>(0) + of_.x_offset(slices_[i]),
                          run.x<float>(1) + of_.y_offset(slices_[i]), gradient(i),
                          scratch + scratch_ * i});
        }
      });
    });
    for (std::size_t i = plain ? 1 : 0; i < slices_.size(); ++i) {
      packing_->unpack(gradient(i), run.y<float>(), i > 0);
    }
  }

 private:
  Convolution of_;
  int threads_ = 1;
  std::vector<Slice> slices_;
  std::vector<std::unique_ptr<onednn::Call>> calls_;
  std::unique_ptr<Packing> packing_;
  std::size_t kernel_bytes_ = 0, scratch_ = 0;
};

}  // namespace

std::unique_ptr<Kernel> onednn_convolution_kernel(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::ConvolutionKernel>();
  const auto s = convolution_sizes(request.x(0), request.y(), request.x(1), op.window, op.groups);
  if (pointwise(s)) {  // dkernel (channels, filters) = x^T (channels, rows) dy (rows, filters)
    const Index rows = s.batch * WindowSizes::volume(s.in);
    return onednn_product(request, {true, false}, {rows, s.channels}, {rows, s.filters},
                          {s.channels, s.filters});
  }
  const Convolution of(s);
  // A strided kernel of one position: oneDNN 2.6 reads outside its memory (jit_1x1, backward).
  if (!of.served() || WindowSizes::volume(s.kernel) == 1) return nullptr;
  return created([&] { return std::make_unique<SlicedKernelGradient>(request, of); });
}

}  // namespace linnet::inline v0
