// Matrix products by oneDNN.
#include <algorithm>
#include <linnet/ops/matmul.hpp>

#include "kernels/onednn/call.hpp"
#include "kernels/onednn/onednn.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

using namespace onednn;

/// `rows` rows of y = a b (+ bias), by one primitive.
class Product {
 public:
  Product(const ops::MatMul& op, Index rows, Index k, Index n, Index all_rows, bool bias) {
    const auto a = float_desc({rows, k}, op.transpose_a ? Dims{1, all_rows} : Dims{k, 1});
    const auto b = float_desc({k, n}, op.transpose_b ? Dims{1, k} : Dims{n, 1});
    const auto y = float_desc({rows, n}, {n, 1});
    const auto bias_row = float_desc({1, n}, {n, 1});
    const auto desc = matmul_desc(a, b, bias ? &bias_row : nullptr, y);
    scratch_bytes_ = desc.scratchpad_desc().get_size();
    std::vector<std::pair<int, MemoryDesc>> arguments{
        {DNNL_ARG_SRC, a},
        {DNNL_ARG_WEIGHTS, b},
        {DNNL_ARG_DST, y},
        {DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc()}};
    if (bias) arguments.emplace_back(DNNL_ARG_BIAS, bias_row);
    call_ = std::make_unique<Call>(dnnl::matmul(desc), std::move(arguments));
  }

  std::size_t scratch_bytes() const { return scratch_bytes_; }

  void run(const float* a, const float* b, const float* bias, float* y, std::byte* scratch) const {
    if (bias == nullptr) return call_->run({a, b, y, scratch});
    call_->run({a, b, y, scratch, bias});
  }

 private:
  std::unique_ptr<Call> call_;
  std::size_t scratch_bytes_ = 0;
};

/// Below this many multiplications a second thread costs more than it saves.
constexpr Index kThreadedWork = 1 << 20;

/// The whole product at once, or, where the result must not depend on the threads, a fixed
/// number of stretches of rows, each on one thread.
class MatMulKernel final : public Kernel {
 public:
  MatMulKernel(const KernelRequest& request, Index m, Index n, Index k)
      : op_(*request.op.as<ops::MatMul>()),
        m_(m),
        n_(n),
        k_(k),
        threads_(m * n * k < kThreadedWork ? 1 : request.threads) {
    constexpr Index kSlices = 8;
    rows_ = request.deterministic ? std::max<Index>(1, (m + kSlices - 1) / kSlices) : m;
    const bool bias = request.inputs.size() > 2;
    const int inner = request.deterministic ? 1 : threads_;
    with_threads(inner, [&] {
      product_ = std::make_unique<Product>(op_, rows_, k, n, m, bias);
      if (m % rows_ != 0) rest_ = std::make_unique<Product>(op_, m % rows_, k, n, m, bias);
    });
    slices_ = (m + rows_ - 1) / rows_;
    slice_scratch_ = std::max(product_->scratch_bytes(), rest_ ? rest_->scratch_bytes() : 0);
    slice_scratch_ = (slice_scratch_ + 63) / 64 * 64;
  }

  std::size_t scratch_bytes() const override {
    return slice_scratch_ * static_cast<std::size_t>(slices_);
  }

  bool library_threads() const override { return threads_ > 1 && slices_ == 1; }

  void run(const Run& run) const override {
    if (slices_ == 1) return with_threads(threads_, [&] { slice(run, 0); });
    parallel_for(threads_, slices_, 1, [&](Index begin, Index end) {
      with_threads(1, [&] {
        for (Index s = begin; s < end; ++s) slice(run, s);
      });
    });
  }

 private:
  void slice(const Run& run, Index s) const {
    const Index first = s * rows_;
    const Product& product = first + rows_ <= m_ ? *product_ : *rest_;
    product.run(run.x<float>(0) + (op_.transpose_a ? first : first * k_), run.x<float>(1),
                run.input_count > 2 ? run.x<float>(2) : nullptr, run.y<float>() + first * n_,
                run.scratch + slice_scratch_ * static_cast<std::size_t>(s));
  }

  ops::MatMul op_;
  Index m_, n_, k_, rows_ = 0, slices_ = 0;
  int threads_;
  std::unique_ptr<Product> product_, rest_;
  std::size_t slice_scratch_ = 0;
};

}  // namespace

std::unique_ptr<Kernel> onednn_matmul(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::MatMul>();
  const Index n = request.y()[-1], m = n == 0 ? 0 : request.y().elements() / n;
  const Index k = request.x(0)[op.transpose_a ? 0 : -1];
  if (m == 0 || n == 0 || k == 0) return nullptr;
  return std::make_unique<MatMulKernel>(request, m, n, k);
}

}  // namespace linnet::inline v0
