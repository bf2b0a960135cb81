// Rows of a table by id, copied or combined. Nothing depends on the threads.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <linnet/ops/gather.hpp>

#include "kernels/native/ids.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

using Id = std::int32_t;

[[noreturn]] void outside(Id id, Index row, Index position, Index rows) {
  detail::fail(ErrorCode::out_of_range,
               detail::cat("id ", id, " in row ", row, " at position ", position,
                           " is outside the table of ", rows, " rows"));
}

/// True if all ids are in [0, rows).
LINNET_CLONES bool all_inside(const Id* ids, Index count, Index rows) {
  const auto limit = static_cast<std::uint32_t>(rows);
  std::uint32_t largest = 0;  // a negative id is a large unsigned one
  for (Index i = 0; i < count; ++i) largest = std::max(largest, static_cast<std::uint32_t>(ids[i]));
  return count == 0 || largest < limit;
}

void check_row(const Id* ids, Index count, Index rows, Index row) {
  if (all_inside(ids, count, rows)) return;
  for (Index t = 0; t < count; ++t) {
    if (ids[t] < 0 || ids[t] >= rows) outside(ids[t], row, t, rows);
  }
}

/// What a bag reads; `weights` by table row, or null.
struct Bag {
  const float* table;
  const float* weights;
  Index width;
  bool skip_zero;

  float weight(const Id* ids, Index t, Trimmed row) const {
    if (skip_zero && ids[t] == 0) return 0;
    const float times = t + 1 == row.length ? static_cast<float>(1 + row.repeats) : 1.0f;
    return weights == nullptr ? times : times * weights[ids[t]];
  }
};

/// y[0 .. W) = sum over t of the weight of ids[t] times its row.
template <int W>
[[gnu::always_inline]] inline void sum_block(const Bag& bag, const Id* ids, Trimmed row, Index j,
                                             float* y) {
  float sum[W] = {};
  for (Index t = 0; t < row.length; ++t) {
    const float weight = bag.weight(ids, t, row);
    if (weight == 0) continue;
    const float* x = bag.table + ids[t] * bag.width + j;
    if (t + 4 < row.length) {
      for (int line = 0; line < W; line += 16) {
        __builtin_prefetch(bag.table + ids[t + 4] * bag.width + j + line);
      }
    }
    for (int i = 0; i < W; ++i) sum[i] += weight * x[i];
  }
  for (int i = 0; i < W; ++i) y[j + i] = sum[i];
}

LINNET_CLONES void sum_rows(const Bag& bag, const Id* ids, Trimmed row, float* y) {
  Index j = 0;
  for (; j + 64 <= bag.width; j += 64) sum_block<64>(bag, ids, row, j, y);
  for (; j + 32 <= bag.width; j += 32) sum_block<32>(bag, ids, row, j, y);
  for (; j + 8 <= bag.width; j += 8) sum_block<8>(bag, ids, row, j, y);
  for (; j < bag.width; ++j) sum_block<1>(bag, ids, row, j, y);
}

LINNET_CLONES void scale(float* y, Index width, float factor) {
  for (Index j = 0; j < width; ++j) y[j] *= factor;
}

/// What the weighted sum of a row is multiplied by.
float factor_of(const Bag& bag, ops::Combiner combiner, const Id* ids, Trimmed row) {
  double total = 0;
  for (Index t = 0; t < row.length; ++t) {
    const auto w = static_cast<double>(bag.weight(ids, t, row));
    const auto times = static_cast<double>(t + 1 == row.length ? 1 + row.repeats : 1);
    total += combiner == ops::Combiner::mean ? w : w * w / times;
  }
  if (total == 0) return 0;
  if (combiner == ops::Combiner::sum) return 1;
  return static_cast<float>(1 / (combiner == ops::Combiner::sqrtn ? std::sqrt(total) : total));
}

}  // namespace

std::unique_ptr<Kernel> native_gather(const KernelRequest& request) {
  const Index rows = request.x(0)[0], width = request.x(0)[1];
  const Index count = request.x(1).elements();
  const Index time = request.x(1).rank() > 1 ? request.x(1)[-1] : 1;
  const std::size_t bytes = static_cast<std::size_t>(width) * size_of(request.outputs[0].dtype);
  return make_kernel([=, threads = request.threads](const Run& run) {
    const auto* table = run.x<std::byte>(0);
    const Id* ids = run.x<Id>(1);
    auto* y = run.y<std::byte>();
    for (Index i = 0; i < count; i += time) check_row(ids + i, time, rows, i / time);
    parallel_for(threads, count, 1 + 16384 / (width + 1), [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        std::memcpy(y + static_cast<std::size_t>(i) * bytes,
                    table + static_cast<std::size_t>(ids[i]) * bytes, bytes);
      }
    });
  });
}

std::unique_ptr<Kernel> native_embedding_bag(const KernelRequest& request) {
  const auto op = *request.op.as<ops::EmbeddingBag>();
  const Index rows = request.x(0)[0], width = request.x(0)[1];
  const Index batch = request.x(1)[0], time = request.x(1)[1];
  return make_kernel([=, threads = request.threads](const Run& run) {
    const Id* lengths = op.has_lengths ? run.x<Id>(2) : nullptr;
    const Bag bag{run.x<float>(0), op.has_weights ? run.x<float>(run.input_count - 1) : nullptr,
                  width, op.skip_zero};
    const Index grain = 1 + 16384 / (width * time + 1);
    parallel_for(threads, batch, grain, [&](Index begin, Index end) {
      for (Index b = begin; b < end; ++b) {
        const Id* ids = run.x<Id>(1) + b * time;
        const Index length = length_of(lengths, b, time);
        check_row(ids, length, rows, b);
        const Trimmed row = trim(ids, length);
        const float factor = factor_of(bag, op.combiner, ids, row);
        float* y = run.y<float>(0) + b * width;
        sum_rows(bag, ids, row, y);
        scale(y, width, factor);
        run.y<float>(1)[b] = factor;
      }
    });
  });
}

std::unique_ptr<Kernel> native_check_ids(const KernelRequest& request) {
  const Shape& ids = request.x(0);
  const Index rows = request.op.as<ops::CheckIds>()->rows;
  const Index time = ids.rank() > 1 ? ids[-1] : 1;
  const Index batch = time == 0 ? 0 : ids.elements() / time;
  return make_kernel([=](const Run& run) {
    const Id* lengths = run.input_count > 1 ? run.x<Id>(1) : nullptr;
    for (Index b = 0; b < batch; ++b) {
      check_row(run.x<Id>(0) + b * time, length_of(lengths, b, time), rows, b);
    }
  });
}

}  // namespace linnet::inline v0
