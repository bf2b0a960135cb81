// Rows of a table by id: gather, mean, index of the used rows. Nothing depends on the threads.
#include <algorithm>
#include <bit>
#include <cstring>
#include <linnet/ops/gather.hpp>

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

/// A batch row's ids without a tail of equal ones: `length` ids, of which the last counts
/// `1 + repeats` times. Padding makes such tails.
struct Trimmed {
  Index length, repeats;
};
Trimmed trim(const Id* ids, Index length) {
  Index end = length;
  while (end > 1 && ids[end - 2] == ids[length - 1]) --end;
  return {end, length - end};
}

/// y[0 .. W) = sum over t of table[ids[t]][0 .. W), the last one `1 + repeats` times; returns how
/// many counted.
template <int W>
[[gnu::always_inline]] inline void sum_block(const float* table, const Id* ids, Trimmed row,
                                             bool skip_zero, Index width, float* y) {
  float sum[W] = {};
  for (Index t = 0; t < row.length; ++t) {
    if (skip_zero && ids[t] == 0) continue;
    const float weight = t + 1 == row.length ? static_cast<float>(1 + row.repeats) : 1.0f;
    const float* x = table + ids[t] * width;
    if (t + 4 < row.length) __builtin_prefetch(table + ids[t + 4] * width);
    for (int j = 0; j < W; ++j) sum[j] += weight * x[j];
  }
  for (int j = 0; j < W; ++j) y[j] = sum[j];
}

LINNET_CLONES void sum_rows(const float* table, const Id* ids, Trimmed row, bool skip_zero,
                            Index width, float* y) {
  Index j = 0;
  for (; j + 64 <= width; j += 64) sum_block<64>(table + j, ids, row, skip_zero, width, y + j);
  for (; j + 16 <= width; j += 16) sum_block<16>(table + j, ids, row, skip_zero, width, y + j);
  for (; j < width; ++j) sum_block<1>(table + j, ids, row, skip_zero, width, y + j);
}

LINNET_CLONES void scale(float* y, Index width, float factor) {
  for (Index j = 0; j < width; ++j) y[j] *= factor;
}

Index counted(const Id* ids, Index length, bool skip_zero) {
  return skip_zero ? length - std::count(ids, ids + length, 0) : length;
}

/// The number of ids of batch row `b` that are there at all.
Index length_of(const Id* lengths, Index b, Index time) {
  return lengths == nullptr ? time : std::clamp<Index>(lengths[b], 0, time);
}

}  // namespace

std::unique_ptr<Kernel> native_gather(const KernelRequest& request) {
  const Index rows = request.x(0)[0], width = request.x(0)[1];
  const Index count = request.x(1).elements();
  const Index time = request.x(1).rank() > 1 ? request.x(1)[-1] : 1;
  return make_kernel([=, threads = request.threads](const Run& run) {
    const float* table = run.x<float>(0);
    const Id* ids = run.x<Id>(1);
    float* y = run.y<float>();
    for (Index i = 0; i < count; i += time) check_row(ids + i, time, rows, i / time);
    parallel_for(threads, count, 1 + 16384 / (width + 1), [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        std::memcpy(y + i * width, table + ids[i] * width,
                    static_cast<std::size_t>(width) * sizeof(float));
      }
    });
  });
}

std::unique_ptr<Kernel> native_embedding_bag(const KernelRequest& request) {
  const Index rows = request.x(0)[0], width = request.x(0)[1];
  const Index batch = request.x(1)[0], time = request.x(1)[1];
  const bool skip_zero = request.op.as<ops::EmbeddingBag>()->skip_zero;
  return make_kernel([=, threads = request.threads](const Run& run) {
    const Id* lengths = run.input_count > 2 ? run.x<Id>(2) : nullptr;
    const float* table = run.x<float>(0);
    const Index grain = 1 + 16384 / (width * time + 1);
    parallel_for(threads, batch, grain, [&](Index begin, Index end) {
      for (Index b = begin; b < end; ++b) {
        const Id* ids = run.x<Id>(1) + b * time;
        const Index length = length_of(lengths, b, time);
        check_row(ids, length, rows, b);
        const Index count = counted(ids, length, skip_zero);
        const float inverse = count == 0 ? 0.0f : 1.0f / static_cast<float>(count);
        float* y = run.y<float>(0) + b * width;
        sum_rows(table, ids, trim(ids, length), skip_zero, width, y);
        scale(y, width, inverse);
        run.y<float>(1)[b] = inverse;
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

// The index of used rows
// ---------------------------------------------------------------------------

namespace {

/// From id to its number among the used rows: a table by id, or open addressing when the ids are
/// few beside the table's rows. Lives in scratch memory.
class Numbering {
 public:
  static std::size_t bytes(Index ids, Index table_rows) {
    return static_cast<std::size_t>(slots(ids, table_rows)) * sizeof(Id) * 2;
  }
  Numbering(std::byte* scratch, Index ids, Index table_rows)
      : count_(slots(ids, table_rows)), direct_(count_ >= table_rows) {
    number_ = reinterpret_cast<Id*>(scratch);
    key_ = number_ + count_;
    std::fill_n(number_, count_, -1);
  }
  /// The number of `id`; a new id gets `next`.
  Id operator()(Id id, Id next) {
    std::size_t at = static_cast<std::uint32_t>(id);
    if (!direct_) {
      const std::size_t mask = static_cast<std::size_t>(count_) - 1;
      at = (at * 0x9E3779B1u) >> 7 & mask;
      while (number_[at] >= 0 && key_[at] != id) at = (at + 1) & mask;
      key_[at] = id;
    }
    if (number_[at] < 0) number_[at] = next;
    return number_[at];
  }

 private:
  static Index slots(Index ids, Index table_rows) {
    const auto hashed = static_cast<Index>(std::bit_ceil(static_cast<std::uint64_t>(2 * ids + 2)));
    return std::min(hashed, std::max<Index>(table_rows, 1));
  }
  Index count_;
  bool direct_;
  Id* number_;
  Id* key_;
};

/// Builds the tensor of ops::RowsIndex in two passes over a batch's ids.
class IndexBuilder {
 public:
  using Id = std::int32_t;
  struct Batch {
    const Id* ids;
    const Id* lengths;
    Index rows, time;
    bool skip_zero;
  };

  static std::size_t scratch_bytes(Index n, Index table_rows) {
    return Numbering::bytes(n, table_rows) + static_cast<std::size_t>(2 * n + 2) * sizeof(Id);
  }
  IndexBuilder(std::byte* scratch, Id* index, Index n, Index table_rows)
      : numbering_(scratch, n, table_rows),
        number_at_(reinterpret_cast<Id*>(scratch + Numbering::bytes(n, table_rows))),
        mark_(number_at_ + n),
        index_(index),
        rows_(index + 2),
        starts_(rows_ + n),
        entries_(starts_ + n + 1),
        counts_(entries_ + n) {}

  void run(const Batch& batch) {
    number(batch);
    Id total = 0;
    for (Id i = 0; i < used_; ++i) {
      const Id count = starts_[i];
      mark_[i] = starts_[i] = total;  // mark: the next free entry of the row
      total += count;
    }
    starts_[used_] = total;
    index_[0] = used_;
    index_[1] = total;
    fill(batch);
  }

 private:
  /// Numbers the used rows in the order of their first use and counts the entries of each. What
  /// occurs several times in one batch row is one entry. mark: the batch row of the last entry.
  void number(const Batch& batch) {
    Id* number = number_at_;
    for (Index b = 0; b < batch.rows; ++b) {
      const Id* ids = batch.ids + b * batch.time;
      const Trimmed row = trim(ids, length_of(batch.lengths, b, batch.time));
      for (Index t = 0; t < row.length; ++t, ++number) {
        *number = batch.skip_zero && ids[t] == 0 ? -1 : numbering_(ids[t], used_);
        if (*number < 0) continue;
        if (*number == used_) {
          rows_[used_] = ids[t];
          starts_[used_] = 0;
          mark_[used_++] = -1;
        }
        starts_[*number] += mark_[*number] != static_cast<Id>(b);
        mark_[*number] = static_cast<Id>(b);
      }
    }
  }

  void fill(const Batch& batch) {
    const Id* number = number_at_;
    for (Index b = 0; b < batch.rows; ++b) {
      const Id* ids = batch.ids + b * batch.time;
      const Trimmed row = trim(ids, length_of(batch.lengths, b, batch.time));
      for (Index t = 0; t < row.length; ++t, ++number) {
        if (*number < 0) continue;
        const Id times = t + 1 == row.length ? static_cast<Id>(1 + row.repeats) : 1;
        Id& next = mark_[*number];
        if (next > starts_[*number] && entries_[next - 1] == static_cast<Id>(b)) {
          counts_[next - 1] += times;
        } else {
          entries_[next] = static_cast<Id>(b);
          counts_[next++] = times;
        }
      }
    }
  }

  Numbering numbering_;
  Id* number_at_;  // by position: the number of its row, or -1
  Id* mark_;       // by number
  Id* index_;
  Id* rows_;
  Id* starts_;
  Id* entries_;
  Id* counts_;
  Id used_ = 0;
};

}  // namespace

std::unique_ptr<Kernel> native_rows_index(const KernelRequest& request) {
  const auto op = *request.op.as<ops::RowsIndex>();
  const Index batch = request.x(0)[0], time = request.x(0)[1], n = batch * time;
  return make_kernel(
      [=](const Run& run) {
        const Id* lengths = run.input_count > 1 ? run.x<Id>(1) : nullptr;
        IndexBuilder(run.scratch, run.y<Id>(), n, op.table_rows)
            .run({run.x<Id>(0), lengths, batch, time, op.skip_zero});
      },
      IndexBuilder::scratch_bytes(n, op.table_rows));
}

}  // namespace linnet::inline v0
