// Matrix products by oneDNN.
#include <algorithm>
#include <linnet/ops/matmul.hpp>

#include "kernels/onednn/call.hpp"
#include "kernels/onednn/onednn.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

using namespace onednn;

/// A part of y = a b (+ bias), `rows` times `columns` of it, by one primitive.
class Product {
 public:
  Product(const ops::MatMul& op, Index rows, Index columns, Index m, Index n, Index k, bool bias) {
    const auto a = float_desc({rows, k}, op.transpose_a ? Dims{1, m} : Dims{k, 1});
    const auto b = float_desc({k, columns}, op.transpose_b ? Dims{1, k} : Dims{n, 1});
    const auto y = float_desc({rows, columns}, {n, 1});
    const auto bias_row = float_desc({1, columns}, {columns, 1});
    const auto desc = matmul_desc(a, b, bias ? &bias_row : nullptr, y);
    scratch_bytes_ = desc.scratchpad_desc().get_size();
    std::vector<std::pair<int, MemoryDesc>> arguments{
        {DNNL_ARG_SRC, a},
        {DNNL_ARG_WEIGHTS, b},
        {DNNL_ARG_DST, y},
        {DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc()}};
    if (bias) arguments.emplace_back(DNNL_ARG_BIAS, bias_row);
    call_ = std::make_unique<onednn::Call>(dnnl::matmul(desc), std::move(arguments));
  }

  std::size_t scratch_bytes() const { return scratch_bytes_; }

  void run(const float* a, const float* b, const float* bias, float* y, std::byte* scratch) const {
    if (bias == nullptr) return call_->run({a, b, y, scratch});
    call_->run({a, b, y, scratch, bias});
  }

 private:
  std::unique_ptr<onednn::Call> call_;
  std::size_t scratch_bytes_ = 0;
};

/// Below this many multiplications a second thread costs more than it saves.
constexpr Index kThreadedWork = 1 << 20;
/// How many slices there are where the result must not depend on the threads.
constexpr Index kFixedSlices = 8;

/// y in slices of rows, or of columns where there are few rows. Each is the work of one thread:
/// threads of oneDNN's own would wait for each other, which is slow where cores are shared.
class MatMulKernel final : public Kernel {
 public:
  MatMulKernel(const KernelRequest& request, Index m, Index n, Index k)
      : op_(*request.op.as<ops::MatMul>()),
        n_(n),
        k_(k),
        threads_(m * n * k < kThreadedWork ? 1 : request.threads) {
    const Index slices = request.deterministic ? kFixedSlices : threads_;
    by_columns_ = m < 4 * slices && n >= 16 * slices;
    const Index length = by_columns_ ? n : m;
    step_ = (length + slices - 1) / slices;
    if (by_columns_) step_ = std::min((step_ + 15) / 16 * 16, n);
    slices_ = (length + step_ - 1) / step_;
    const bool bias = request.inputs.size() > 2;
    auto product = [&](Index size) {
      return std::make_unique<Product>(op_, by_columns_ ? m : size, by_columns_ ? size : n, m, n, k,
                                       bias);
    };
    with_threads(1, [&] {
      product_ = product(step_);
      if (length % step_ != 0) rest_ = product(length % step_);
    });
    slice_scratch_ = std::max(product_->scratch_bytes(), rest_ ? rest_->scratch_bytes() : 0);
    slice_scratch_ = (slice_scratch_ + 63) / 64 * 64;
  }

  std::size_t scratch_bytes() const override {
    return slice_scratch_ * static_cast<std::size_t>(slices_);
  }

  void run(const Run& run) const override {
    parallel_for(threads_, slices_, 1, [&](Index begin, Index end) {
      with_threads(1, [&] {
        for (Index s = begin; s < end; ++s) slice(run, s);
      });
    });
  }

 private:
  void slice(const Run& run, Index s) const {
    const Index row = by_columns_ ? 0 : s * step_, column = by_columns_ ? s * step_ : 0;
    const Product& product = rest_ && s == slices_ - 1 ? *rest_ : *product_;
    product.run(run.x<float>(0) + (op_.transpose_a ? row : row * k_),
                run.x<float>(1) + (op_.transpose_b ? column * k_ : column),
                run.input_count > 2 ? run.x<float>(2) + column : nullptr,
                run.y<float>() + row * n_ + column,
                run.scratch + slice_scratch_ * static_cast<std::size_t>(s));
  }

  ops::MatMul op_;
  Index n_, k_, step_ = 0, slices_ = 0;
  bool by_columns_ = false;
  int threads_;
  std::unique_ptr<Product> product_, rest_;
  std::size_t slice_scratch_ = 0;
};

}  // namespace

std::unique_ptr<Kernel> onednn_matmul(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::MatMul>();
  const Index n = request.y()[-1], m = n == 0 ? 0 : request.y().elements() / n;
  const Index k = request.x(0)[op.transpose_a ? 0 : -1];
  if (m == 0 || n == 0 || k == 0 || request.outputs[0].dtype != DType::float32) return nullptr;
  return std::make_unique<MatMulKernel>(request, m, n, k);
}

std::unique_ptr<Kernel> onednn_product(const KernelRequest& request, const ops::MatMul& op,
                                       const Shape& a, const Shape& b, const Shape& y) {
  const Op product(op);
  const Types inputs{{DType::float32, a}, {DType::float32, b}}, outputs{{DType::float32, y}};
  return onednn_matmul({.op = product,
                        .inputs = inputs,
                        .outputs = outputs,
                        .threads = request.threads,
                        .deterministic = request.deterministic});
}

}  // namespace linnet::inline v0
