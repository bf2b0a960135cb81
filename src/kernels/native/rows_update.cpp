// Steps of tables by rows: see linnet/ops/rows_update.hpp for the formula.
#include <array>
#include <cmath>
#include <cstring>
#include <linnet/ops/rows_update.hpp>
#include <vector>

#include "kernels/native/native.hpp"
#include "kernels/native/rows.hpp"
#include "kernels/step_math.hpp"
#include "kernels/target.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

using Id = std::int32_t;
constexpr Index kRing = ops::RowsStep::kRing;
constexpr double kNothing = 1e-12;  // powers of a ratio below it add nothing to a sum

constexpr Index kRowGrain = 64;
constexpr Index kAhead = 8;  // rows
constexpr Index kLine = 16;  // floats

/// How far the slots of a row have to decay, and the pointers to the row's numbers.
template <int kSlots>
struct TableRow {
  float* p;
  std::array<float*, kSlots> slots;
};
template <int kSlots>
using Decay = std::array<float, kSlots>;

/// y may be the row's p.
template <class Math, int... K>
[[gnu::always_inline]] inline void idle_each(const Math& math, const TableRow<Math::kSlots>& row,
                                             Index width, Missed by, float* y,
                                             std::integer_sequence<int, K...>) {
  const Math m = math;
  LINNET_INDEPENDENT
  for (Index j = 0; j < width; ++j) {
    if constexpr (Math::kMoves) {
      y[j] = m.idle(row.p[j], row.slots[K][j]..., by);
    } else {
      y[j] = by.shrink * row.p[j];
    }
  }
}

template <class Math>
LINNET_CLONES void idle_row(const Math& math, const TableRow<Math::kSlots>& row, Index width,
                            Missed by, float* y) {
  idle_each(math, row, width, by, y, std::make_integer_sequence<int, Math::kSlots>());
}

LINNET_CLONES void decay_row(float* slot, Index width, float by) {
  for (Index j = 0; j < width; ++j) slot[j] *= by;
}

/// The entries of a used row: its gradient is the sum of these values, times weights.
struct Entries {
  const float* values;
  Index width;
  const Id* entries;
  const float* weights;
  Id count;
};

template <int kWidth, class Math, int... K>
[[gnu::always_inline]] inline void update_block(const Math& math, const TableRow<Math::kSlots>& row,
                                                Index at, const Entries& from,
                                                const Decay<Math::kSlots>& by, float shrink,
                                                std::integer_sequence<int, K...>) {
  float g[kWidth];
  const float* first = from.values + from.entries[0] * from.width + at;
  for (int j = 0; j < kWidth; ++j) g[j] = from.weights[0] * first[j];
  for (Id e = 1; e < from.count; ++e) {
    const float* x = from.values + from.entries[e] * from.width + at;
    for (int j = 0; j < kWidth; ++j) g[j] += from.weights[e] * x[j];
  }
  float* p = row.p + at;
  [[maybe_unused]] const std::array<float*, Math::kSlots> slots{(row.slots[K] + at)...};
  [[maybe_unused]] const Decay<Math::kSlots> keep = by;  // a copy that no store can change
  LINNET_INDEPENDENT
  for (int j = 0; j < kWidth; ++j) {
    [[maybe_unused]] Decay<Math::kSlots> slot{(keep[K] * slots[K][j])...};
    float x = shrink * p[j];
    math.step(x, slot[K]..., g[j]);
    ((slots[K][j] = slot[K]), ...);
    p[j] = x;
  }
}

template <class Math>
LINNET_CLONES void update_row(const Math& math, const TableRow<Math::kSlots>& row,
                              const Entries& from, const Decay<Math::kSlots>& by, float shrink) {
  constexpr std::make_integer_sequence<int, Math::kSlots> kAll;
  const Math m = math;
  Index j = 0;
  for (; j + 64 <= from.width; j += 64) update_block<64>(m, row, j, from, by, shrink, kAll);
  for (; j + 32 <= from.width; j += 32) update_block<32>(m, row, j, from, by, shrink, kAll);
  for (; j + 8 <= from.width; j += 8) update_block<8>(m, row, j, from, by, shrink, kAll);
  for (; j < from.width; ++j) update_block<1>(m, row, j, from, by, shrink, kAll);
}

/// What the three kernels share: the rule, and what it does to rows by their age.
template <class Math>
class TableRule {
 public:
  static constexpr int kSlots = Math::kSlots;

  TableRule(const ops::RowsStep& step, const typename Math::Rule& rule, const Shape& table)
      : rows(table[0]),
        width(table[1]),
        weight_decay(step.weight_decay),
        waits(step.waits()),
        last_rate(ops::idle_steps(rule).last_rate),
        rule_(rule),
        idle_(rule, 1, 0) {
    if constexpr (requires { rule.epsilon; }) epsilon_ = static_cast<float>(rule.epsilon);
    const auto slots = ops::slots_of(rule);
    for (std::size_t k = 0; waits && k < slots.size(); ++k) {
      for (Index age = 0; age <= kRing; ++age) {
        decays_[k].push_back(static_cast<float>(std::pow(slots[k].keep, static_cast<double>(age))));
      }
    }
  }

  Math at(float lr, std::int64_t iteration) const { return Math(rule_, lr, iteration); }

  /// What a row of step `origin` has missed.
  Missed missed(const float* sums, Id origin) const {
    const auto at = static_cast<std::size_t>(origin % kRing);
    const float s = sums[at], s1 = sums[kRing + at];
    const float epsilon = s != 0 ? epsilon_ * s1 / s : epsilon_;
    const float shrink = weight_decay == 0 ? 1.0f : sums[2 * kRing + at];
    return {s, epsilon, shrink};
  }

  Decay<kSlots> decay(Id origin, Id now) const {
    Decay<kSlots> by;
    const auto age = static_cast<std::size_t>(now - origin);
    for (std::size_t k = 0; k < kSlots; ++k) by[k] = waits ? decays_[k][age] : 1.0f;
    return by;
  }

  /// True if a row that dates from `origin` stands where it stood.
  bool rests(Id origin) const {
    if (weight_decay != 0 || last_rate) return false;
    return origin == 0 || !Math::kMoves;  // no step has used it: its slots are 0
  }

  void idle(const TableRow<kSlots>& row, const Missed& by, float* y) const {
    idle_row(idle_, row, width, by, y);
  }

  Index rows, width;
  double weight_decay;
  bool waits, last_rate;

 private:
  typename Math::Rule rule_;
  Math idle_;
  float epsilon_ = 0;
  std::array<std::vector<float>, kSlots> decays_;
};

/// The state of a table: the first inputs.
template <class Math>
struct TableState {
  static constexpr int kSlots = Math::kSlots;

  TableState(const TableRule<Math>& table, const Run& run) : rule(table), p(run.state<float>(0)) {
    for (int k = 0; k < kSlots; ++k) slots[static_cast<std::size_t>(k)] = run.state<float>(k + 1);
    if (!rule.waits) return;
    last = run.state<Id>(kSlots + 1);
    sums = run.state<float>(kSlots + 2);
  }
  /// Where the inputs after the state begin.
  static int end(const TableRule<Math>& table) { return kSlots + (table.waits ? 3 : 1); }

  TableRow<kSlots> row(Index index) const {
    const Index at = index * rule.width;
    TableRow<kSlots> row{p + at, slots};
    for (float*& slot : row.slots) slot += at;
    return row;
  }
  /// Moves a row to where it stands at step `now`; its slots and `last` stay as they are.
  void catch_up(Index index, Id now) const {
    const Id origin = last[index];
    if (origin == now || rule.rests(origin)) return;
    const TableRow<kSlots> at = row(index);
    rule.idle(at, rule.missed(sums, origin), at.p);
  }
  void settle(Index index, Id now) const {
    catch_up(index, now);
    const TableRow<kSlots> at = row(index);
    const Decay<kSlots> by = rule.decay(last[index], now);
    for (std::size_t k = 0; k < kSlots; ++k) {
      if (by[k] != 1) decay_row(at.slots[k], rule.width, by[k]);
    }
    last[index] = now;
  }
  /// Where no step was made yet, rows wait from `now` on.
  void begin(Id now) const {
    float& opened = sums[2 * kRing + now % kRing];
    if (opened != 0) return;
    std::fill_n(last, rule.rows, now);
    opened = 1;
  }
  /// Fetches the row that comes kAhead rows after the i-th.
  void prefetch(const UsedRows& used, Index i) const {
    if (i + kAhead >= used.used) return;
    const Index at = used.rows[i + kAhead] * rule.width;
    for (Index j = 0; j < rule.width; j += kLine) {
      __builtin_prefetch(p + at + j, 1);
      for (float* slot : slots) __builtin_prefetch(slot + at + j, 1);
    }
  }

  const TableRule<Math>& rule;
  float* p;
  std::array<float*, kSlots> slots;
  Id* last = nullptr;
  float* sums = nullptr;
};

}  // namespace

std::unique_ptr<Kernel> native_rows_catch_up(const KernelRequest& request) {
  const ops::RowsStep step = request.op.as<ops::RowsCatchUp>()->step;
  const auto of = [&]<class Math>(const typename Math::Rule& each) {
    const TableRule<Math> rule(step, each, request.x(0));
    const int end = TableState<Math>::end(rule);
    const bool all = static_cast<int>(request.inputs.size()) == end + 1;
    return make_kernel([=, threads = request.threads](const Run& run) {
      const TableState<Math> state(rule, run);
      const Id now = static_cast<Id>(*run.x<std::int64_t>(end));
      state.begin(now);
      if (all || now % kRing == 0) {  // the ring comes round: no older origin may be left
        parallel_for(threads, rule.rows, kRowGrain, [&](Index begin, Index end_row) {
          for (Index row = begin; row < end_row; ++row) state.settle(row, now);
        });
        return;
      }
      for_used_rows(threads, run.x<Id>(end + 1), [&](const UsedRows& used, Index i) {
        state.prefetch(used, i);
        state.catch_up(used.rows[i], now);
      });
    });
  };
  return with_math(step.rule, of);
}

namespace {

/// Adds a step with its rate to the sums of the origins before it.
LINNET_CLONES void add_geometric(float* sum, Index count, float rate, const float* powers) {
  for (Index k = 0; k < count; ++k) sum[k] += rate * powers[k];
}

class Sums {
 public:
  explicit Sums(const ops::RowsStep& step)
      : idle_(ops::idle_steps(step.rule)), decays_(step.weight_decay != 0) {
    if (idle_.ratio == 0 || idle_.last_rate) return;
    const double larger = std::max(idle_.ratio, idle_.epsilon_ratio);
    const double reach = larger < 1 ? std::ceil(std::log(kNothing) / std::log(larger)) : kRing;
    reach_ = std::min(static_cast<Index>(reach), kRing);
    for (Index k = 0; k < reach_; ++k) {  // oldest first: age reach - k
      const auto age = static_cast<double>(reach_ - k);
      powers_.push_back(static_cast<float>(std::pow(idle_.ratio, age)));
      powers_c_.push_back(static_cast<float>(std::pow(idle_.epsilon_ratio, age)));
    }
  }

  /// Step `step` moved rows without a gradient by `rate`, shrank them by `shrink`.
  void advance(float* sums, Id step, float rate, float epsilon_growth, float shrink) const {
    if (decays_) {
      for (Index i = 0; i < 3 * kRing; ++i) sums[i] *= shrink;
    }
    if (idle_.last_rate) std::fill_n(sums, kRing, rate);
    // Origins step - reach .. step - 1 in the ring, in at most two stretches.
    Id origin = std::max<Id>(0, step - static_cast<Id>(reach_));
    while (reach_ > 0 && origin < step) {
      const Index at = origin % kRing;
      const Index count = std::min<Index>(step - origin, kRing - at);
      const auto age = static_cast<std::size_t>(reach_ - (step - origin));
      add_geometric(sums + at, count, rate, powers_.data() + age);
      add_geometric(sums + kRing + at, count, rate * epsilon_growth, powers_c_.data() + age);
      origin += static_cast<Id>(count);
    }
    const Index own = step % kRing;
    if (!idle_.last_rate) sums[own] = sums[kRing + own] = 0;
    sums[2 * kRing + own] = 1;
  }

 private:
  ops::IdleSteps idle_;
  bool decays_;
  Index reach_ = 0;
  std::vector<float> powers_, powers_c_;
};

}  // namespace

std::unique_ptr<Kernel> native_rows_update(const KernelRequest& request) {
  const ops::RowsStep step = request.op.as<ops::RowsUpdate>()->step;
  const auto of = [&]<class Math>(const typename Math::Rule& each) {
    const TableRule<Math> rule(step, each, request.x(0));
    const Sums sums(step);
    const int end = TableState<Math>::end(rule);
    return make_kernel([=, threads = request.threads](const Run& run) {
      const TableState<Math> state(rule, run);
      const std::int64_t done = *run.x<std::int64_t>(end);
      const Id now = static_cast<Id>(done);
      const float* values = run.x<float>(end + 2);
      const float lr = *run.x<float>(end + 3);
      const Math math = rule.at(lr, done);
      const auto shrink = static_cast<float>(1 - static_cast<double>(lr) * rule.weight_decay);
      for_used_rows(threads, run.x<Id>(end + 1), [&](const UsedRows& used, Index i) {
        state.prefetch(used, i);
        const Index index = used.rows[i];
        const Id first = used.starts[i];
        const Entries from{values, rule.width, used.entries + first, used.weights + first,
                           used.starts[i + 1] - first};
        const Id origin = rule.waits ? state.last[index] : now;
        update_row(math, state.row(index), from, rule.decay(origin, now), shrink);
        if (rule.waits) state.last[index] = now + 1;
      });
      if (!rule.waits) return;
      if constexpr (Math::kMoves) {
        sums.advance(state.sums, now + 1, math.rate, math.epsilon_growth, shrink);
      } else {
        sums.advance(state.sums, now + 1, 0, 1, shrink);
      }
    });
  };
  return with_math(step.rule, of);
}

std::unique_ptr<Kernel> native_rows_read(const KernelRequest& request) {
  const ops::RowsStep step = request.op.as<ops::RowsRead>()->step;
  const auto of = [&]<class Math>(const typename Math::Rule& each) {
    const TableRule<Math> rule(step, each, request.x(0));
    return make_kernel([=, threads = request.threads](const Run& run) {
      const TableState<Math> state(rule, run);
      const Id now = static_cast<Id>(*run.x<std::int64_t>(TableState<Math>::end(rule)));
      float* y = run.y<float>();
      parallel_for(threads, rule.rows, kRowGrain, [&](Index begin, Index end) {
        for (Index index = begin; index < end; ++index) {
          const TableRow<Math::kSlots> row = state.row(index);
          const Id origin = state.last[index];
          float* to = y + index * rule.width;
          if (origin == now || rule.rests(origin)) {
            std::memcpy(to, row.p, static_cast<std::size_t>(rule.width) * sizeof(float));
          } else {
            rule.idle(row, rule.missed(state.sums, origin), to);
          }
        }
      });
    });
  };
  return with_math(step.rule, of);
}

}  // namespace linnet::inline v0
