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
};

/// Builds the data of one part: of the ids whose lowest bits are `part`.
class PartBuilder {
 public:
  /// Scratch elements for n ids of `keys` possible ones; one more id may be written than counts.
  static Index scratch_size(Index n, Index keys) {
    return 5 * (n + 1) + 2 * Numbering::slots(n, keys) + 16;
  }

  PartBuilder(const IdBatch& batch, Id part, int part_bits, Id n, Index keys, Id* scratch, Id* data)
      : batch_(batch),
        part_(part),
        bits_(part_bits),
        n_(n),
        ids_(scratch),
        batch_row_(ids_ + n + 1),
        weight_(reinterpret_cast<float*>(batch_row_ + n + 1)),
        number_at_(batch_row_ + 2 * (n + 1)),
        mark_(number_at_ + n + 1),
        numbering_(mark_ + n + 1, n, keys),
        data_(data),
        rows_(data + 1),
        starts_(rows_ + n),
        entries_(starts_ + n + 1),
        weights_(reinterpret_cast<float*>(entries_ + n)) {}

  void run() {
    gather();
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
  /// Lists the part's ids with their batch rows and weights. Without branches: which part an id
  /// belongs to cannot be foreseen.
  void gather() {
    const Id mask = (Id{1} << bits_) - 1;
    Id at = 0;
    for (Index b = 0; b < batch_.rows; ++b) {
      const Id* ids = batch_.ids + b * batch_.time;
      const Trimmed row = batch_.row(b);
      for (Index t = 0; t < row.length; ++t) {
        ids_[at] = ids[t];
        batch_row_[at] = static_cast<Id>(b);
        weight_[at] = 1.0f;
        at += (ids[t] & mask) == part_;
      }
      if (row.repeats > 0 && (ids[row.length - 1] & mask) == part_) {
        weight_[at - 1] = static_cast<float>(1 + row.repeats);
      }
    }
    if (batch_.skip_zero && part_ == 0) at = without_zeros(at);
    n_ = at;
    if (batch_.weights == nullptr) return;
    for (Id i = 0; i < n_; ++i) weight_[i] *= batch_.weights[ids_[i]];
  }

  Id without_zeros(Id count) {
    Id at = 0;
    for (Id i = 0; i < count; ++i) {
      ids_[at] = ids_[i];
      batch_row_[at] = batch_row_[i];
      weight_[at] = weight_[i];
      at += ids_[i] != 0;
    }
    return at;
  }

  /// Numbers the used rows in the order of their first use and counts the entries of each. What
  /// occurs several times in one batch row is one entry. mark: the batch row of the last entry.
  void number() {
    for (Id i = 0; i < n_; ++i) {
      const Id n = number_at_[i] = numbering_(ids_[i] >> bits_, used_);
      if (n == used_) {
        rows_[used_] = ids_[i];
        starts_[used_] = 0;
        mark_[used_++] = -1;
      }
      starts_[n] += mark_[n] != batch_row_[i];
      mark_[n] = batch_row_[i];
    }
  }

  void fill() {
    for (Id i = 0; i < n_; ++i) {
      const Id n = number_at_[i];
      Id& next = mark_[n];
      if (next > starts_[n] && entries_[next - 1] == batch_row_[i]) {
        weights_[next - 1] += weight_[i];
      } else {
        entries_[next] = batch_row_[i];
        weights_[next++] = weight_[i];
      }
    }
  }

  const IdBatch& batch_;
  Id part_;
  int bits_;
  Id n_;
  Id* ids_;        // of the part, in order
  Id* batch_row_;  // of each
  float* weight_;  // of each
  Id* number_at_;  // of each: the number of its table row
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
    const int threads = std::min(threads_, static_cast<int>(ops::RowsIndex::kMostParts));
    while (batch_ * time_ >= kFewIds && (2 << bits_) <= threads) ++bits_;
    keys_ = (op_.table_rows >> bits_) + 1;
    part_scratch_ = PartBuilder::scratch_size(batch_ * time_, keys_);
  }

  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(part_scratch_ << bits_) * sizeof(Id);
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
    parallel_for(threads_, index[0], 1, [&](Index begin, Index end) {
      for (Index p = begin; p < end; ++p) {
        Id* scratch = reinterpret_cast<Id*>(run.scratch) + p * part_scratch_;
        PartBuilder(batch, static_cast<Id>(p), bits_, index[2 + 2 * p], keys_, scratch,
                    index + index[1 + 2 * p])
            .run();
      }
    });
  }

 private:
  /// Counts the ids of each part and gives it a place.
  void lay_out(const IdBatch& batch, Id* index) const {
    Id counts[ops::RowsIndex::kMostParts] = {};
    const Id mask = (Id{1} << bits_) - 1;
    for (Index b = 0; b < batch.rows; ++b) {
      const Id* ids = batch.ids + b * batch.time;
      const Trimmed row = batch.row(b);
      if (bits_ == 0) {
        counts[0] += static_cast<Id>(row.length);
      } else if (bits_ == 1) {
        Id odd = 0;
        for (Index t = 0; t < row.length; ++t) odd += ids[t] & 1;
        counts[1] += odd;
        counts[0] += static_cast<Id>(row.length) - odd;
      } else {
        for (Index t = 0; t < row.length; ++t) ++counts[ids[t] & mask];
      }
    }
    index[0] = mask + 1;
    Id at = 1 + 2 * static_cast<Id>(ops::RowsIndex::kMostParts);
    for (Id p = 0; p <= mask; ++p) {
      index[1 + 2 * p] = at;
      index[2 + 2 * p] = counts[p];
      at += 2 + 4 * counts[p];
    }
  }

  ops::RowsIndex op_;
  Index batch_, time_;
  int threads_;
  int bits_ = 0;  ///< of an id that choose its part
  Index keys_ = 0, part_scratch_ = 0;
};

}  // namespace

std::unique_ptr<Kernel> native_rows_index(const KernelRequest& request) {
  return std::make_unique<RowsIndexKernel>(request);
}

}  // namespace linnet::inline v0
