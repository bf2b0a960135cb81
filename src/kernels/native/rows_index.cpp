// The index of the table rows that a batch uses.
#include <algorithm>
#include <bit>
#include <linnet/ops/gather.hpp>

#include "kernels/native/ids.hpp"
#include "kernels/native/native.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

using Id = std::int32_t;

/// From id to its number among the used rows of a part: a table by id, or open addressing when
/// the ids are few beside the table's rows.
class Numbering {
 public:
  static Index slots(Index ids, Index keys) {
    const auto hashed = static_cast<Index>(std::bit_ceil(static_cast<std::uint64_t>(2 * ids + 2)));
    return std::min(hashed, std::max<Index>(keys, 1));
  }
  Numbering(Id* memory, Index ids, Index keys)
      : count_(slots(ids, keys)), direct_(count_ >= keys), number_(memory), key_(memory + count_) {
    std::fill_n(number_, count_, -1);
  }
  /// The number of `key`; a new key gets `next`.
  Id operator()(Id key, Id next) {
    auto at = static_cast<std::size_t>(static_cast<std::uint32_t>(key));
    if (!direct_) {
      const std::size_t mask = static_cast<std::size_t>(count_) - 1;
      at = ((at * 0x9E3779B1u) >> 7) & mask;
      while (number_[at] >= 0 && key_[at] != key) at = (at + 1) & mask;
      key_[at] = key;
    }
    if (number_[at] < 0) number_[at] = next;
    return number_[at];
  }

 private:
  Index count_;
  bool direct_;
  Id* number_;
  Id* key_;
};

struct IdBatch {
  const Id* ids;
  const Id* lengths;
  const float* weights;
  Index rows, time;
  bool skip_zero;

  Trimmed row(Index b) const { return trim(ids + b * time, length_of(lengths, b, time)); }
  float weight(Id id, Index t, Trimmed row) const {
    const float times = t + 1 == row.length ? static_cast<float>(1 + row.repeats) : 1.0f;
    return weights == nullptr ? times : times * weights[id];
  }
};

/// Builds the data of one part: of the ids with id % parts == part.
class PartBuilder {
 public:
  PartBuilder(const IdBatch& batch, Id part, Id parts, Id n, Index keys, Id* scratch, Id* data)
      : batch_(batch),
        part_(part),
        parts_(parts),
        number_at_(scratch),
        mark_(scratch + n),
        numbering_(scratch + 2 * n, n, keys),
        data_(data),
        rows_(data + 1),
        starts_(rows_ + n),
        entries_(starts_ + n + 1),
        weights_(reinterpret_cast<float*>(entries_ + n)) {}

  void run() {
    number();
    Id total = 0;
    for (Id i = 0; i < used_; ++i) {
      const Id count = starts_[i];
      mark_[i] = starts_[i] = total;  // mark: the next free entry of the row
      total += count;
    }
    starts_[used_] = total;
    data_[0] = used_;
    fill();
  }

 private:
  /// Calls f(batch row, id, weight) for the part's ids in order.
  template <class F>
  void each(F&& f) const {
    for (Index b = 0; b < batch_.rows; ++b) {
      const Id* ids = batch_.ids + b * batch_.time;
      const Trimmed row = batch_.row(b);
      for (Index t = 0; t < row.length; ++t) {
        const Id id = ids[t];
        if (static_cast<Id>(static_cast<std::uint32_t>(id) % static_cast<std::uint32_t>(parts_)) !=
                part_ ||
            (batch_.skip_zero && id == 0)) {
          continue;
        }
        f(static_cast<Id>(b), id, t, row);
      }
    }
  }

  /// Numbers the used rows in the order of their first use and counts the entries of each. What
  /// occurs several times in one batch row is one entry. mark: the batch row of the last entry.
  void number() {
    Id* number = number_at_;
    each([&](Id b, Id id, Index, Trimmed) {
      const Id n = *number++ = numbering_(id / parts_, used_);
      if (n == used_) {
        rows_[used_] = id;
        starts_[used_] = 0;
        mark_[used_++] = -1;
      }
      starts_[n] += mark_[n] != b;
      mark_[n] = b;
    });
  }

  void fill() {
    const Id* number = number_at_;
    each([&](Id b, Id id, Index t, Trimmed row) {
      const Id n = *number++;
      Id& next = mark_[n];
      if (next > starts_[n] && entries_[next - 1] == b) {
        weights_[next - 1] += batch_.weight(id, t, row);
      } else {
        entries_[next] = b;
        weights_[next++] = batch_.weight(id, t, row);
      }
    });
  }

  const IdBatch& batch_;
  Id part_, parts_;
  Id* number_at_;  // by position: the number of its row
  Id* mark_;       // by number
  Numbering numbering_;
  Id* data_;
  Id* rows_;
  Id* starts_;
  Id* entries_;
  float* weights_;
  Id used_ = 0;
};

class RowsIndexKernel final : public Kernel {
 public:
  explicit RowsIndexKernel(const KernelRequest& request)
      : op_(*request.op.as<ops::RowsIndex>()),
        batch_(request.x(0)[0]),
        time_(request.x(0)[1]),
        threads_(request.threads) {
    constexpr Index kFewIds = 1024;  // one part is quicker
    const auto most = static_cast<Id>(ops::RowsIndex::kMostParts);
    parts_ = request.deterministic ? most : std::min(static_cast<Id>(threads_), most);
    if (batch_ * time_ < kFewIds) parts_ = 1;
    keys_ = op_.table_rows / parts_ + 1;
    part_scratch_ = 2 * batch_ * time_ + 2 * Numbering::slots(batch_ * time_, keys_) + 16;
  }

  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(part_scratch_ * parts_) * sizeof(Id);
  }

  void run(const Run& run) const override {
    const IdBatch batch{run.x<Id>(0),
                        op_.has_lengths ? run.x<Id>(1) : nullptr,
                        op_.has_weights ? run.x<float>(run.input_count - 1) : nullptr,
                        batch_,
                        time_,
                        op_.skip_zero};
    Id* index = run.y<Id>();
    lay_out(batch, index);
    parallel_for(threads_, parts_, 1, [&](Index begin, Index end) {
      for (Index p = begin; p < end; ++p) {
        Id* scratch = reinterpret_cast<Id*>(run.scratch) + p * part_scratch_;
        PartBuilder(batch, static_cast<Id>(p), parts_, index[2 + 2 * p], keys_, scratch,
                    index + index[1 + 2 * p])
            .run();
      }
    });
  }

 private:
  /// Counts the ids of each part and gives it a place.
  void lay_out(const IdBatch& batch, Id* index) const {
    Id counts[ops::RowsIndex::kMostParts] = {};
    for (Index b = 0; b < batch.rows; ++b) {
      const Id* ids = batch.ids + b * batch.time;
      const Trimmed row = batch.row(b);
      if (parts_ == 1) {
        counts[0] += static_cast<Id>(row.length);
      } else if (parts_ == 2) {
        Id odd = 0;
        for (Index t = 0; t < row.length; ++t) odd += ids[t] & 1;
        counts[1] += odd;
        counts[0] += static_cast<Id>(row.length) - odd;
      } else {
        for (Index t = 0; t < row.length; ++t) {
          ++counts[static_cast<std::uint32_t>(ids[t]) % static_cast<std::uint32_t>(parts_)];
        }
      }
    }
    index[0] = parts_;
    Id at = 1 + 2 * static_cast<Id>(ops::RowsIndex::kMostParts);
    for (Id p = 0; p < parts_; ++p) {
      index[1 + 2 * p] = at;
      index[2 + 2 * p] = counts[p];
      at += 2 + 4 * counts[p];
    }
  }

  ops::RowsIndex op_;
  Index batch_, time_;
  int threads_;
  Id parts_ = 1;
  Index keys_ = 0, part_scratch_ = 0;
};

}  // namespace

std::unique_ptr<Kernel> native_rows_index(const KernelRequest& request) {
  return std::make_unique<RowsIndexKernel>(request);
}

}  // namespace linnet::inline v0
