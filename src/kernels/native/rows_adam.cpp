// Adam by rows: see linnet/ops/rows_adam.hpp for the formula.
#include <cmath>
#include <cstring>
#include <linnet/ops/rows_adam.hpp>
#include <vector>

#include "kernels/native/native.hpp"
#include "kernels/native/rows.hpp"
#include "kernels/target.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

using Id = std::int32_t;
constexpr Index kRing = ops::RowsAdam::kRing;
constexpr Index kReach = 250;  // r^250 is 4e-12 with Keras's betas: later steps add nothing

constexpr Index kRowGrain = 64;
constexpr Index kAhead = 8;  // rows
constexpr Index kLine = 16;  // floats

/// What has to be made up for a row: p = D p - S m / (sqrt(v) + e).
struct Missed {
  float shift, epsilon, shrink;
};

/// y may be p.
LINNET_CLONES void catch_up_row(const float* p, const float* m, const float* v, Index width,
                                Missed by, float* y) {
  for (Index j = 0; j < width; ++j) {
    y[j] = by.shrink * p[j] - by.shift * m[j] / (std::sqrt(v[j]) + by.epsilon);
  }
}

/// How far the moments of a row have to decay.
struct Decay {
  float m, v;
};

LINNET_CLONES void decay_row(float* m, float* v, Index width, Decay by) {
  for (Index j = 0; j < width; ++j) {
    m[j] *= by.m;
    v[j] *= by.v;
  }
}

struct StepRates {
  float rate, shrink, take_m, take_v, epsilon;
};

/// a_t = lr sqrt(1 - b2^t) / (1 - b1^t) and what else step t needs.
StepRates rates(const ops::RowsAdam& rule, float learning_rate, Id step) {
  const double b1 = std::pow(rule.beta_1, step), b2 = std::pow(rule.beta_2, step);
  const double rate = static_cast<double>(learning_rate) * std::sqrt(1 - b2) / (1 - b1);
  const double shrink = 1 - static_cast<double>(learning_rate) * rule.weight_decay;
  return {static_cast<float>(rate), static_cast<float>(shrink), static_cast<float>(1 - rule.beta_1),
          static_cast<float>(1 - rule.beta_2), static_cast<float>(rule.epsilon)};
}

template <int W>
[[gnu::always_inline]] inline void update_block(float* p, float* m, float* v, const float* values,
                                                Index width, const Id* entries,
                                                const float* weights, Id count, Decay by,
                                                StepRates s) {
  float g[W];
  const float* first = values + entries[0] * width;
  for (int j = 0; j < W; ++j) g[j] = weights[0] * first[j];
  for (Id e = 1; e < count; ++e) {
    const float* x = values + entries[e] * width;
    for (int j = 0; j < W; ++j) g[j] += weights[e] * x[j];
  }
  LINNET_INDEPENDENT
  for (int j = 0; j < W; ++j) {
    const float old_m = by.m * m[j], old_v = by.v * v[j];
    m[j] = old_m + (g[j] - old_m) * s.take_m;
    v[j] = old_v + (g[j] * g[j] - old_v) * s.take_v;
    p[j] = s.shrink * p[j] - s.rate * m[j] / (std::sqrt(v[j]) + s.epsilon);
  }
}

LINNET_CLONES void update_row(float* p, float* m, float* v, const float* values, Index width,
                              const Id* entries, const float* weights, Id count, Decay by,
                              StepRates s) {
  Index j = 0;
  for (; j + 64 <= width; j += 64) {
    update_block<64>(p + j, m + j, v + j, values + j, width, entries, weights, count, by, s);
  }
  for (; j + 32 <= width; j += 32) {
    update_block<32>(p + j, m + j, v + j, values + j, width, entries, weights, count, by, s);
  }
  for (; j + 8 <= width; j += 8) {
    update_block<8>(p + j, m + j, v + j, values + j, width, entries, weights, count, by, s);
  }
  for (; j < width; ++j) {
    update_block<1>(p + j, m + j, v + j, values + j, width, entries, weights, count, by, s);
  }
}

/// What the three kernels share: decays by age, and the sums of an origin.
class Rule {
 public:
  Rule(const ops::RowsAdam& adam, const Shape& table)
      : rule(adam), rows(table[0]), width(table[1]), m_decay_(kRing + 1), v_decay_(kRing + 1) {
    for (Index k = 0; k <= kRing; ++k) {
      m_decay_[static_cast<std::size_t>(k)] =
          static_cast<float>(std::pow(rule.beta_1, static_cast<double>(k)));
      v_decay_[static_cast<std::size_t>(k)] =
          static_cast<float>(std::pow(rule.beta_2, static_cast<double>(k)));
    }
  }

  /// What a row of step `origin` has missed.
  Missed missed(const float* sums, Id origin) const {
    const auto at = static_cast<std::size_t>(origin % kRing);
    const float s = sums[at], s1 = sums[kRing + at];
    const auto e = static_cast<float>(rule.epsilon);
    const float epsilon = s != 0 ? e * s1 / s : e;
    const float shrink = rule.weight_decay == 0 ? 1.0f : sums[2 * kRing + at];
    return {s, epsilon, shrink};
  }

  Decay decay(Id origin, Id now) const {
    const auto age = static_cast<std::size_t>(now - origin);
    return {m_decay_[age], v_decay_[age]};
  }

  /// A row that no step has used has no moments; only decay could have moved it.
  bool untouched(Id origin) const { return origin == 0 && rule.weight_decay == 0; }

  ops::RowsAdam rule;
  Index rows, width;

 private:
  std::vector<float> m_decay_, v_decay_;
};

/// The state of a table, the first five inputs.
struct State {
  explicit State(const Run& run)
      : p(run.state<float>(0)),
        m(run.state<float>(1)),
        v(run.state<float>(2)),
        last(run.state<Id>(3)),
        sums(run.state<float>(4)) {}
  float* p;
  float* m;
  float* v;
  Id* last;
  float* sums;

  /// Moves a row to where it stands at step `now`; its moments and `last` stay as they are.
  void catch_up(const Rule& rule, Index row, Id now) const {
    const Id origin = last[row];
    if (origin == now || rule.untouched(origin)) return;
    const Index at = row * rule.width;
    catch_up_row(p + at, m + at, v + at, rule.width, rule.missed(sums, origin), p + at);
  }
  void settle(const Rule& rule, Index row, Id now) const {
    catch_up(rule, row, now);
    const Index at = row * rule.width;
    if (last[row] != 0) decay_row(m + at, v + at, rule.width, rule.decay(last[row], now));
    last[row] = now;
  }
  /// Fetches the row that comes kAhead rows after the i-th.
  void prefetch(const UsedRows& used, Index i, Index width) const {
    if (i + kAhead >= used.used) return;
    const Index at = used.rows[i + kAhead] * width;
    for (Index j = 0; j < width; j += kLine) {
      __builtin_prefetch(p + at + j, 1);
      __builtin_prefetch(m + at + j, 1);
      __builtin_prefetch(v + at + j, 1);
    }
  }
};

}  // namespace

std::unique_ptr<Kernel> native_rows_adam_catch_up(const KernelRequest& request) {
  const Rule rule(request.op.as<ops::RowsAdamCatchUp>()->rule, request.x(0));
  const bool all = request.inputs.size() < 7;
  return make_kernel([=, threads = request.threads](const Run& run) {
    const State state(run);
    const Id now = static_cast<Id>(*run.x<std::int64_t>(5));
    if (all || now % kRing == 0) {  // the ring comes round: no older origin may be left
      parallel_for(threads, rule.rows, kRowGrain, [&](Index begin, Index end) {
        for (Index row = begin; row < end; ++row) state.settle(rule, row, now);
      });
      return;
    }
    for_used_rows(threads, run.x<Id>(6), [&](const UsedRows& used, Index i) {
      state.prefetch(used, i, rule.width);
      state.catch_up(rule, used.rows[i], now);
    });
  });
}

namespace {

/// Adds step `step` with its rate to the sums of the origins before it, and opens its own.
LINNET_CLONES void add_geometric(float* sum, Index count, float rate, const float* powers) {
  for (Index k = 0; k < count; ++k) sum[k] += rate * powers[k];
}

class Sums {
 public:
  explicit Sums(const ops::RowsAdam& rule) : decays_(rule.weight_decay != 0) {
    const double r = rule.beta_1 / std::sqrt(rule.beta_2), rc = rule.beta_1 / rule.beta_2;
    for (Index k = 0; k < kReach; ++k) {  // oldest first: age kReach - k
      const double age = static_cast<double>(kReach - k);
      powers_.push_back(static_cast<float>(std::pow(r, age)));
      powers_c_.push_back(static_cast<float>(std::pow(rc, age)));
    }
  }

  void advance(float* sums, Id step, float rate, float shrink) const {
    if (decays_) {
      if (step == 1) sums[2 * kRing] = 1;
      for (Index i = 0; i < 3 * kRing; ++i) sums[i] *= shrink;
    }
    // Origins step - kReach .. step - 1 in the ring, in at most two stretches.
    const Id oldest = std::max<Id>(0, step - static_cast<Id>(kReach));
    Id origin = oldest;
    while (origin < step) {
      const Index at = origin % kRing;
      const Index count = std::min<Index>(step - origin, kRing - at);
      const std::size_t age = static_cast<std::size_t>(kReach - (step - origin));
      add_geometric(sums + at, count, rate, powers_.data() + age);
      add_geometric(sums + kRing + at, count, rate, powers_c_.data() + age);
      origin += static_cast<Id>(count);
    }
    const Index own = step % kRing;
    sums[own] = sums[kRing + own] = 0;
    sums[2 * kRing + own] = 1;
  }

 private:
  bool decays_;
  std::vector<float> powers_, powers_c_;
};

}  // namespace

std::unique_ptr<Kernel> native_rows_adam_update(const KernelRequest& request) {
  const Rule rule(request.op.as<ops::RowsAdamUpdate>()->rule, request.x(0));
  const Sums sums(rule.rule);
  return make_kernel([=, threads = request.threads](const Run& run) {
    const State state(run);
    const Id step = static_cast<Id>(*run.x<std::int64_t>(5)) + 1;
    const float* values = run.x<float>(7);
    const StepRates s = rates(rule.rule, *run.x<float>(8), step);
    for_used_rows(threads, run.x<Id>(6), [&](const UsedRows& used, Index i) {
      state.prefetch(used, i, rule.width);
      const Index at = used.rows[i] * rule.width;
      const Id first = used.starts[i];
      Id& last = state.last[used.rows[i]];
      update_row(state.p + at, state.m + at, state.v + at, values, rule.width, used.entries + first,
                 used.weights + first, used.starts[i + 1] - first, rule.decay(last, step - 1), s);
      last = step;
    });
    sums.advance(state.sums, step, s.rate, s.shrink);
  });
}

std::unique_ptr<Kernel> native_rows_adam_read(const KernelRequest& request) {
  const Rule rule(request.op.as<ops::RowsAdamRead>()->rule, request.x(0));
  return make_kernel([=, threads = request.threads](const Run& run) {
    const State state(run);
    const Id now = static_cast<Id>(*run.x<std::int64_t>(5));
    float* y = run.y<float>();
    parallel_for(threads, rule.rows, kRowGrain, [&](Index begin, Index end) {
      for (Index row = begin; row < end; ++row) {
        const Index at = row * rule.width;
        const Id origin = state.last[row];
        if (origin == now || rule.untouched(origin)) {
          std::memcpy(y + at, state.p + at, static_cast<std::size_t>(rule.width) * sizeof(float));
        } else {
          catch_up_row(state.p + at, state.m + at, state.v + at, rule.width,
                       rule.missed(state.sums, origin), y + at);
        }
      }
    });
  });
}

}  // namespace linnet::inline v0
