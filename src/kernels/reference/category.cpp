#include <algorithm>
#include <linnet/ops/category.hpp>

#include "core/count_ids.hpp"
#include "core/fingerprint.hpp"
#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

std::unique_ptr<Kernel> reference_discretize(const KernelRequest& request) {
  const auto bounds = request.op.as<ops::Discretize>()->boundaries;
  const Index n = request.x().elements();
  return make_kernel([bounds, n](const Run& run) {
    for (Index i = 0; i < n; ++i) {
      const float x = run.x<float>()[i];
      const auto above = x == x ? std::ranges::upper_bound(bounds, x) : bounds.end();
      run.y<std::int32_t>()[i] = static_cast<std::int32_t>(above - bounds.begin());
    }
  });
}

std::unique_ptr<Kernel> reference_hash_bucket(const KernelRequest& request) {
  const auto op = *request.op.as<ops::HashBucket>();
  const Index n = request.x().elements(), first = op.mask ? 1 : 0;
  return make_kernel([op, n, first](const Run& run) {
    for (Index i = 0; i < n; ++i) {
      const std::int64_t x = run.x<std::int64_t>()[i];
      run.y<std::int64_t>()[i] =
          x == op.mask ? 0 : first + detail::hash_bucket(x, op.buckets - first, op.salt);
    }
  });
}

std::unique_ptr<Kernel> reference_cross_hash(const KernelRequest& request) {
  const auto buckets = static_cast<std::uint64_t>(request.op.as<ops::CrossHash>()->buckets);
  const Index n = request.x().elements();
  return make_kernel([buckets, n](const Run& run) {
    for (Index i = 0; i < n; ++i) {
      std::uint64_t hash = detail::kCrossKey;
      for (int k = 0; k < run.input_count; ++k) {
        const auto x = static_cast<std::uint64_t>(run.x<std::int64_t>(k)[i]);
        hash = detail::joined_fingerprints(hash, x);
      }
      run.y<std::int64_t>()[i] = static_cast<std::int64_t>(hash % buckets);
    }
  });
}

std::unique_ptr<Kernel> reference_lookup(const KernelRequest& request) {
  const auto op = *request.op.as<ops::Lookup>();
  const Index n = request.x().elements(), size = request.x(1).elements();
  const Index row = request.x().rank() > 0 && n > 0 ? n / request.x()[0] : 1;
  return make_kernel([=](const Run& run) {
    const std::int64_t *keys = run.x<std::int64_t>(1), *values = run.x<std::int64_t>(2);
    for (Index i = 0; i < n; ++i) {
      const std::int64_t x = run.x<std::int64_t>(0)[i];
      std::int64_t& y = run.y<std::int64_t>()[i];
      const std::int64_t* at = std::lower_bound(keys, keys + size, x);
      if (at != keys + size && *at == x) {
        y = values[at - keys];
      } else if (op.oov_count == 0) {
        detail::fail(ErrorCode::out_of_range, detail::cat("row ", i / row, ": ", x,
                                                          " is not in the vocabulary, and "
                                                          "num_oov_indices is 0"));
      } else if (op.hashed) {
        y = op.oov_start + detail::hash_bucket(x, op.oov_count, op.salt);
      } else {
        y = op.oov_start + (x % op.oov_count + op.oov_count) % op.oov_count;
      }
    }
  });
}

std::unique_ptr<Kernel> reference_count_ids(const KernelRequest& request) {
  const auto op = *request.op.as<ops::CountIds>();
  const Index width = request.x()[-1];
  const Index rows = request.y().elements() / std::max<Index>(op.depth, 1);
  return make_kernel([=](const Run& run) {
    const float* weights = op.weighted ? run.x<float>(1) : nullptr;
    detail::count_ids(run.x<std::int32_t>(), weights, rows, width, op.depth, op.binary,
                      run.y<float>());
  });
}

std::unique_ptr<Kernel> reference_count_ids_grad(const KernelRequest& request) {
  const Index n = request.x().elements(), width = request.x()[-1], depth = request.x(1)[-1];
  return make_kernel([=](const Run& run) {
    for (Index i = 0; i < n; ++i) {
      const std::int32_t id = run.x<std::int32_t>(0)[i];
      const bool counts = id >= 0 && id < depth;
      run.y<float>()[i] = counts ? run.x<float>(1)[i / width * depth + id] : 0;
    }
  });
}

}  // namespace linnet::inline v0
