#include <cmath>
#include <cstring>
#include <linnet/ops/gather.hpp>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

std::int32_t checked(std::int32_t id, Index rows, Index row, Index position) {
  if (id < 0 || id >= rows) {
    detail::fail(ErrorCode::out_of_range,
                 detail::cat("id ", id, " in row ", row, " at position ", position,
                             " is outside the table of ", rows, " rows"));
  }
  return id;
}

}  // namespace

std::unique_ptr<Kernel> reference_gather(const KernelRequest& request) {
  const Index rows = request.x(0)[0], width = request.x(0)[1];
  const Index count = request.x(1).elements();
  const Index time = request.x(1).rank() > 1 ? request.x(1)[-1] : 1;
  const auto bytes = static_cast<Index>(size_of(request.outputs[0].dtype)) * width;
  return make_kernel([=](const Run& run) {
    for (Index i = 0; i < count; ++i) {
      const Index id = checked(run.x<std::int32_t>(1)[i], rows, i / time, i % time);
      if (bytes == 0) continue;
      std::memcpy(run.y<std::byte>() + i * bytes, run.x<std::byte>(0) + id * bytes,
                  static_cast<std::size_t>(bytes));
    }
  });
}

std::unique_ptr<Kernel> reference_embedding_bag(const KernelRequest& request) {
  const Index rows = request.x(0)[0], width = request.x(0)[1];
  const Index batch = request.x(1)[0], time = request.x(1)[1];
  const auto op = *request.op.as<ops::EmbeddingBag>();
  return make_kernel([=](const Run& run) {
    for (Index b = 0; b < batch; ++b) {
      const std::int32_t* ids = run.x<std::int32_t>(1) + b * time;
      const Index length = op.has_lengths ? run.x<std::int32_t>(2)[b] : time;
      auto weight = [&](Index t) {
        const Index id = checked(ids[t], rows, b, t);
        if (op.skip_zero && id == 0) return 0.0;
        return op.has_weights ? static_cast<double>(run.x<float>(run.input_count - 1)[id]) : 1.0;
      };
      double total = 0;
      for (Index t = 0; t < length; ++t) {
        total += op.combiner == ops::Combiner::mean ? weight(t) : weight(t) * weight(t);
      }
      if (op.combiner == ops::Combiner::sqrtn) total = std::sqrt(total);
      const double factor = total == 0 ? 0 : op.combiner == ops::Combiner::sum ? 1 : 1 / total;
      for (Index j = 0; j < width; ++j) {
        double sum = 0;
        for (Index t = 0; t < length; ++t) {
          sum += weight(t) * static_cast<double>(run.x<float>(0)[ids[t] * width + j]);
        }
        run.y<float>(0)[b * width + j] = static_cast<float>(sum * factor);
      }
      run.y<float>(1)[b] = static_cast<float>(factor);
    }
  });
}

}  // namespace linnet::inline v0
