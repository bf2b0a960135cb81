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
  return make_kernel([=](const Run& run) {
    for (Index i = 0; i < count; ++i) {
      const Index id = checked(run.x<std::int32_t>(1)[i], rows, i / time, i % time);
      for (Index j = 0; j < width; ++j) {
        run.y<float>()[i * width + j] = run.x<float>(0)[id * width + j];
      }
    }
  });
}

std::unique_ptr<Kernel> reference_embedding_bag(const KernelRequest& request) {
  const Index rows = request.x(0)[0], width = request.x(0)[1];
  const Index batch = request.x(1)[0], time = request.x(1)[1];
  const bool skip_zero = request.op.as<ops::EmbeddingBag>()->skip_zero;
  return make_kernel([=](const Run& run) {
    for (Index b = 0; b < batch; ++b) {
      const std::int32_t* ids = run.x<std::int32_t>(1) + b * time;
      const Index length = run.input_count > 2 ? run.x<std::int32_t>(2)[b] : time;
      Index count = 0;
      for (Index t = 0; t < length; ++t) {
        count += !(skip_zero && checked(ids[t], rows, b, t) == 0);
      }
      for (Index j = 0; j < width; ++j) {
        double sum = 0;
        for (Index t = 0; t < length; ++t) {
          const Index id = checked(ids[t], rows, b, t);
          if (!(skip_zero && id == 0)) {
            sum += static_cast<double>(run.x<float>(0)[id * width + j]);
          }
        }
        run.y<float>(0)[b * width + j] =
            count == 0 ? 0.0f : static_cast<float>(sum / static_cast<double>(count));
      }
      run.y<float>(1)[b] = count == 0 ? 0.0f : 1.0f / static_cast<float>(count);
    }
  });
}

}  // namespace linnet::inline v0
