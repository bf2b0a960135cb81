// Recurrent layers: each thread takes some rows of the batch through all steps.
#include <algorithm>
#include <linnet/ops/recurrence.hpp>

#include "kernels/native/activate_block.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/recurrent_kernel.hpp"
#include "kernels/recurrence_operands.hpp"
#include "kernels/target.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

using ops::Recurrence;
using ops::RecurrenceKind;

/// z holds r(i), r(f), f(g), r(o): c = r(f) c + r(i) f(g), h = r(o) f(c). f(c) comes between.
LINNET_CLONES void lstm_carry(const float* z, const float* before, float* c, Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) c[u] = z[n + u] * before[u] + z[u] * z[2 * n + u];
}
LINNET_CLONES void product_of(const float* a, const float* b, float* y, Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) y[u] = a[u] * b[u];
}
/// y = x + a b
LINNET_CLONES void sum_with_product(const float* x, const float* a, const float* b, float* y,
                                    Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) y[u] = x[u] + a[u] * b[u];
}
LINNET_CLONES void mixed(const float* z, const float* h, const float* g, float* y, Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) y[u] = z[u] * h[u] + (1.0f - z[u]) * g[u];
}
LINNET_CLONES void sum_of(const float* a, const float* b, float* y, Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) y[u] = a[u] + b[u];
}

class RecurrenceKernel final : public Kernel {
 public:
  RecurrenceKernel(const Recurrence& op, const Shape& y, int threads)
      : op_(op),
        size_(op, y),
        weights_(op, size_.units),
        f_(activate_block(op.activation)),
        r_(activate_block(op.recurrent_activation)),
        threads_(threads) {}

  bool serves() const { return f_ != nullptr && r_ != nullptr; }
  /// The packed kernel, a row of zeros, and what each row of the batch needs for one step.
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(weights_.floats() + size_.units * (1 + kRow * size_.rows)) *
           sizeof(float);
  }

  void run(const Run& run) const override {
    const RecurrenceOperands o(op_, run);
    auto* packed = reinterpret_cast<float*>(run.scratch);
    weights_.pack(o.kernel, packed);
    float* zeros = packed + weights_.floats();
    std::fill_n(zeros, size_.units, 0.0f);
    const Index cost = size_.steps * size_.units * size_.units * size_.gates;
    parallel_for(threads_, size_.rows, 1 + kRowGrain / (1 + cost), [&](Index begin, Index end) {
      for (Index row = begin; row < end; row += PackedMatrix::kMostRows) {
        const Index count = std::min(PackedMatrix::kMostRows, end - row);
        Block{*this, o, packed, zeros, zeros + size_.units, row, count}.run();
      }
    });
  }

 private:
  static constexpr Index kRow = 5;             // times units: gates and c, or inner product and r h
  static constexpr Index kRowGrain = 1 << 18;  // products that are worth waking a thread

  /// Some rows of the batch, and where each of them stands.
  struct Block {
    const RecurrenceKernel& kernel;
    const RecurrenceOperands& o;
    const float *packed, *zeros;
    float* memory;
    Index first, count;
    Index step = 0;
    const float* h[PackedMatrix::kMostRows + kMostTileRows] = {};
    const float* c[PackedMatrix::kMostRows] = {};
    const float* reset[PackedMatrix::kMostRows + kMostTileRows] = {};
    float* gates[PackedMatrix::kMostRows] = {};
    float* inner[PackedMatrix::kMostRows] = {};

    const Recurrence& op() const { return kernel.op_; }
    const RecurrenceSizes& size() const { return kernel.size_; }
    Index n() const { return kernel.size_.units; }
    Index place(Index r) const { return size().place(op(), first + r, step); }
    const float* x(Index r) const { return o.x + place(r) * size().gates * n(); }
    float* y(Index r) const { return o.y + place(r) * n(); }
    bool masked(Index r) const { return o.mask != nullptr && !o.mask[place(r)]; }
    float* scratch(Index r) const { return memory + kRow * n() * (first + r); }
    void f(float* x, Index numbers) const { kernel.f_(op().activation, x, x, numbers); }
    void r(float* x, Index numbers) const { kernel.r_(op().recurrent_activation, x, x, numbers); }

    void run() {
      for (Index i = 0; i < count; ++i) {
        const auto begin = [&](int k) {
          return o.first[k] == nullptr ? zeros : o.first[k] + (first + i) * n();
        };
        h[i] = begin(0);
        c[i] = begin(1);
      }
      for (step = 0; step < size().steps; ++step) {
        for (Index i = 0; i < count; ++i) {
          gates[i] = o.kept == nullptr ? scratch(i) : o.kept + place(i) * size().kept * n();
        }
        if (op().kind == RecurrenceKind::simple) simple();
        if (op().kind == RecurrenceKind::lstm) lstm();
        if (op().kind == RecurrenceKind::gru) gru();
        for (Index i = 0; i < count; ++i) {
          if (masked(i)) pass(i);
          h[i] = y(i);
        }
      }
      for (Index i = 0; i < count; ++i) {
        std::copy_n(h[i], n(), o.last[0] + (first + i) * n());
        if (o.last[1] != nullptr) std::copy_n(c[i], n(), o.last[1] + (first + i) * n());
      }
    }

    /// A masked step: h stays, and there are no gates.
    void pass(Index i) const {
      std::copy_n(h[i], n(), y(i));
      if (o.kept == nullptr) return;
      const Index c_behind = op().kind == RecurrenceKind::lstm ? 1 : 0;
      std::fill_n(gates[i], (size().kept - c_behind) * n(), 0.0f);
    }

    /// to[i] = x[i], numbers [from, from + numbers).
    void copy_x(float* const* to, Index from, Index numbers) const {
      for (Index i = 0; i < count; ++i) std::copy_n(x(i) + from, numbers, to[i]);
    }

    void simple() {
      for (Index i = 0; i < count; ++i) gates[i] = y(i);
      copy_x(gates, 0, n());
      kernel.weights_.multiply(0, packed, h, gates, count, {.add = true});
      for (Index i = 0; i < count; ++i) f(y(i), n());
    }

    void lstm() {
      copy_x(gates, 0, 4 * n());
      kernel.weights_.multiply(0, packed, h, gates, count, {.add = true});
      for (Index i = 0; i < count; ++i) {
        float *z = gates[i], *next = z + 4 * n();
        if (masked(i)) {
          if (next != c[i]) std::copy_n(c[i], n(), next);
        } else {
          r(z, 2 * n());
          f(z + 2 * n(), n());
          r(z + 3 * n(), n());
          lstm_carry(z, c[i], next, n());
          std::copy_n(next, n(), y(i));
          f(y(i), n());
          product_of(z + 3 * n(), y(i), y(i), n());
        }
        c[i] = next;
      }
    }

    /// Gates z, r, g, and the inner product behind them.
    void gru() {
      const Index n = this->n();
      const bool after = op().reset_after;
      copy_x(gates, 0, 2 * n);
      kernel.weights_.multiply(0, packed, h, gates, count, {.add = true});
      for (Index i = 0; i < count; ++i) {
        if (o.bias != nullptr) sum_of(gates[i], o.bias, gates[i], 2 * n);
        r(gates[i], 2 * n);
        inner[i] = (after ? gates[i] : scratch(i)) + 3 * n;
        reset[i] = h[i];
        if (after) continue;
        product_of(gates[i] + n, h[i], scratch(i) + 4 * n, n);
        reset[i] = scratch(i) + 4 * n;
      }
      const float* start = o.bias == nullptr ? nullptr : o.bias + 2 * n;
      kernel.weights_.multiply(1, packed, reset, inner, count, {.start = start});
      for (Index i = 0; i < count; ++i) {
        float* g = gates[i] + 2 * n;
        if (after) {
          sum_with_product(x(i) + 2 * n, gates[i] + n, inner[i], g, n);
        } else {
          sum_of(x(i) + 2 * n, inner[i], g, n);
        }
        f(g, n);
        mixed(gates[i], h[i], g, y(i), n);
      }
    }
  };

  Recurrence op_;
  RecurrenceSizes size_;
  RecurrentKernel weights_;
  ActivateBlock f_, r_;
  int threads_;
};

}  // namespace

std::unique_ptr<Kernel> native_recurrence(const KernelRequest& request) {
  auto kernel = std::make_unique<RecurrenceKernel>(*request.op.as<Recurrence>(), request.y(),
                                                   request.threads);
  if (!kernel->serves()) return nullptr;
  return kernel;
}

}  // namespace linnet::inline v0
