// Sums of products by oneDNN, as matrix products of parts whose rows or columns have no gaps.
#include "kernels/contraction.hpp"
#include "kernels/onednn/call.hpp"
#include "kernels/onednn/onednn.hpp"

namespace linnet::inline v0 {

namespace {

using namespace onednn;

/// A matrix of `rows` times `columns` with these steps; a step over one position is never taken,
/// so it may be what oneDNN likes.
MemoryDesc part_of(Index rows, Index columns, Index row_step, Index column_step) {
  if (columns == 1) column_step = 1;
  if (rows == 1) row_step = column_step == 1 ? columns : 1;
  return float_desc({rows, columns}, {row_step, column_step});
}

bool without_gaps(const ContractionLoop& rows, Index row_step, const ContractionLoop& columns,
                  Index column_step) {
  return columns.size == 1 || column_step == 1 || rows.size == 1 || row_step == 1;
}

class EinsumKernel final : public Kernel {
 public:
  EinsumKernel(const KernelRequest& request, Contraction contraction)
      : c_(std::move(contraction)), threads_(request.threads) {
    const Index rows = c_.rows_of_piece();
    with_threads(1, [&] {
      whole_ = product(rows);
      if (c_.m.size % rows != 0) rest_ = product(c_.m.size % rows);
    });
    lane_scratch_ = (lane_scratch_ + 63) / 64 * 64;
  }

  std::size_t scratch_bytes() const override {
    return lane_scratch_ * static_cast<std::size_t>(c_.lanes(threads_));
  }

  void run(const Run& run) const override {
    const Index whole_rows = c_.rows_of_piece();
    c_.for_pieces(threads_, [&](Index lane, Index position, Index first, Index rows) {
      const auto begin = Contraction::at(c_.outer, position);
      const onednn::Call& call = rows == whole_rows ? *whole_ : *rest_;
      with_threads(1, [&] {
        call.run({run.x<float>(c_.swapped ? 1 : 0) + begin.a + first * c_.m.a,
                  run.x<float>(c_.swapped ? 0 : 1) + begin.b,
                  run.y<float>() + begin.y + first * c_.m.y,
                  run.scratch + lane_scratch_ * static_cast<std::size_t>(lane)});
      });
    });
  }

 private:
  std::unique_ptr<onednn::Call> product(Index rows) {
    const auto a = part_of(rows, c_.k.size, c_.m.a, c_.k.a);
    const auto b = part_of(c_.k.size, c_.n.size, c_.k.b, c_.n.b);
    const auto y = part_of(rows, c_.n.size, c_.m.y, c_.n.y);
    const auto desc = matmul_desc(a, b, nullptr, y);
    lane_scratch_ = std::max(lane_scratch_, desc.scratchpad_desc().get_size());
    return std::make_unique<onednn::Call>(
        dnnl::matmul(desc),
        std::vector<std::pair<int, MemoryDesc>>{{DNNL_ARG_SRC, a},
                                                {DNNL_ARG_WEIGHTS, b},
                                                {DNNL_ARG_DST, y},
                                                {DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc()}});
  }

  Contraction c_;
  int threads_;
  std::size_t lane_scratch_ = 0;
  std::unique_ptr<onednn::Call> whole_, rest_;
};

}  // namespace

std::unique_ptr<Kernel> onednn_einsum(const KernelRequest& request) {
  if (request.outputs[0].dtype != DType::float32) return nullptr;
  if (request.y().elements() == 0 || request.x(0).elements() == 0) return nullptr;
  Contraction c(request);
  if (!c.sums.empty() || (c.n.size > 1 && c.n.y != 1) || !without_gaps(c.m, c.m.a, c.k, c.k.a) ||
      !without_gaps(c.k, c.k.b, c.n, c.n.b)) {
    return nullptr;
  }
  return std::make_unique<EinsumKernel>(request, std::move(c));
}

}  // namespace linnet::inline v0
