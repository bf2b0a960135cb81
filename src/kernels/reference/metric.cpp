#include <algorithm>
#include <linnet/ops/metric.hpp>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

Index argmax(const float* x, Index count) { return std::max_element(x, x + count) - x; }

/// Each row's label, whatever its type.
struct Labels {
  DType dtype;
  Index rows, classes;

  explicit Labels(const KernelRequest& request)
      : dtype(request.inputs[0].dtype), rows(request.y().elements()), classes(request.x(1)[-1]) {}

  Index of(const Run& run, Index row) const {
    if (dtype == DType::float32) return argmax(run.x<float>() + row * classes, classes);
    return dtype == DType::int32 ? Index{run.x<std::int32_t>()[row]}
                                 : Index{run.x<std::int64_t>()[row]};
  }
};

}  // namespace

std::unique_ptr<Kernel> reference_argmax_match(const KernelRequest& request) {
  return make_kernel([labels = Labels(request)](const Run& run) {
    const float* x = run.x<float>(1);
    for (Index r = 0; r < labels.rows; ++r, x += labels.classes) {
      run.y<float>()[r] = labels.of(run, r) == argmax(x, labels.classes) ? 1.0f : 0.0f;
    }
  });
}

std::unique_ptr<Kernel> reference_in_top_k(const KernelRequest& request) {
  const Index k = request.op.as<ops::InTopK>()->k;
  return make_kernel([k, labels = Labels(request)](const Run& run) {
    const float* x = run.x<float>(1);
    for (Index r = 0; r < labels.rows; ++r, x += labels.classes) {
      const Index label = labels.of(run, r);
      const bool known = 0 <= label && label < labels.classes;
      const auto larger = [&](float other) { return other > x[label]; };
      const bool in = known && std::count_if(x, x + labels.classes, larger) < k;
      run.y<float>()[r] = in ? 1.0f : 0.0f;
    }
  });
}

std::unique_ptr<Kernel> reference_threshold_match(const KernelRequest& request) {
  const float threshold = request.op.as<ops::ThresholdMatch>()->threshold;
  const Index rows = request.y().elements(), columns = request.x(1)[-1];
  return make_kernel([threshold, rows, columns](const Run& run) {
    const float* t = run.x<float>(0);
    const float* x = run.x<float>(1);
    for (Index r = 0; r < rows; ++r) {
      Index right = 0;
      for (Index c = 0; c < columns; ++c) right += *t++ == (*x++ > threshold ? 1.0f : 0.0f);
      run.y<float>()[r] = static_cast<float>(right) / static_cast<float>(columns);
    }
  });
}

}  // namespace linnet::inline v0
