// Gradients of recurrent layers: each thread takes some rows of the batch back through all steps.
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

LINNET_CLONES void add_row(const float* x, float* y, Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) y[u] += x[u];
}

/// With the gates i, f, g, o: a = dh o, the gradient of f(c), and that of o is dh f(c).
LINNET_CLONES void lstm_output(const float* z, const float* fc, const float* dh, float* a,
                               float* dz, Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) {
    a[u] = dh[u] * z[3 * n + u];
    dz[3 * n + u] = dh[u] * fc[u];
  }
}
/// With dc complete, the gradients of i, f, g; then dc is that of the c before.
LINNET_CLONES void lstm_gates(const float* z, const float* before, float* dc, float* dz, Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) {
    dz[u] = dc[u] * z[2 * n + u];
    dz[n + u] = dc[u] * before[u];
    dz[2 * n + u] = dc[u] * z[u];
    dc[u] *= z[n + u];
  }
}
/// With the gates z, r, g: the gradients of z and g; then dh is what reaches the h before directly.
LINNET_CLONES void gru_gates(const float* z, const float* before, float* dh, float* dz, Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) {
    dz[u] = dh[u] * (before[u] - z[2 * n + u]);
    dz[2 * n + u] = dh[u] * (1.0f - z[u]);
    dh[u] *= z[u];
  }
}
/// p = a b, q = a c
LINNET_CLONES void two_products(const float* a, const float* b, const float* c, float* p, float* q,
                                Index n) {
  LINNET_INDEPENDENT
  for (Index u = 0; u < n; ++u) {
    const float factor = a[u];
    p[u] = factor * b[u];
    q[u] = factor * c[u];
  }
}

class RecurrenceGradKernel final : public Kernel {
 public:
  RecurrenceGradKernel(const ops::RecurrenceGrad& op, const Shape& y, int threads)
      : op_(op),
        size_(op.of, y),
        weights_(op.of, size_.units, true),
        f_(activate_block(op.of.activation)),
        df_(slope_block(op.of.activation)),
        dr_(slope_block(op.of.recurrent_activation)),
        threads_(threads) {}

  bool serves() const { return f_ != nullptr && df_ != nullptr && dr_ != nullptr; }
  /// The packed kernel, a row of zeros, and what each row of the batch needs for one step.
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(weights_.floats() + size_.units * (1 + kRow * size_.rows)) *
           sizeof(float);
  }

  void run(const Run& run) const override {
    const RecurrenceGradOperands o(op_, run);
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
  static constexpr Index kRow = 2;             // times units: f(c) and its gradient, or d(r h)
  static constexpr Index kRowGrain = 1 << 18;  // products that are worth waking a thread

  /// Some rows of the batch. dh and dc lie where the gradients of the first states will.
  struct Block {
    const RecurrenceGradKernel& kernel;
    const RecurrenceGradOperands& o;
    const float *packed, *zeros;
    float* memory;
    Index first, count;
    Index step = 0;
    const float* in[PackedMatrix::kMostRows + kMostTileRows] = {};
    float* out[PackedMatrix::kMostRows] = {};

    const Recurrence& op() const { return kernel.op_.of; }
    const RecurrenceSizes& size() const { return kernel.size_; }
    Index n() const { return kernel.size_.units; }
    Index width() const { return size().gates * n(); }
    Index place(Index r) const { return size().place(op(), first + r, step); }
    bool masked(Index r) const { return o.mask != nullptr && !o.mask[place(r)]; }
    const float* gates(Index r) const { return o.kept + place(r) * size().kept * n(); }
    float* dx(Index r) const { return o.dx + place(r) * width(); }
    float* dp(Index r) const { return o.dp + place(r) * width(); }
    float* dh(Index r) const { return o.dfirst[0] + (first + r) * n(); }
    float* dc(Index r) const { return o.dfirst[1] + (first + r) * n(); }
    float* scratch(Index r) const { return memory + kRow * n() * (first + r); }
    const float* h_before(Index r) const {
      if (step > 0) return o.y + size().place(op(), first + r, step - 1) * n();
      return o.first[0] == nullptr ? zeros : o.first[0] + (first + r) * n();
    }
    const float* c_before(Index r) const {
      if (step > 0) {
        return o.kept + (size().place(op(), first + r, step - 1) * size().kept + 4) * n();
      }
      return o.first[1] == nullptr ? zeros : o.first[1] + (first + r) * n();
    }
    /// d *= the slope of what y came from, for so many numbers.
    void slope_f(const float* y, float* d, Index numbers) const {
      kernel.df_(op().activation, y, d, d, numbers);
    }
    void slope_r(const float* y, float* d, Index numbers) const {
      kernel.dr_(op().recurrent_activation, y, d, d, numbers);
    }

    void run() {
      for (int k = 0; k < op().states(); ++k) {
        float* to = o.dfirst[k] + first * n();
        if (o.dlast[k] == nullptr) {
          std::fill_n(to, count * n(), 0.0f);
        } else {
          std::copy_n(o.dlast[k] + first * n(), count * n(), to);
        }
      }
      for (step = size().steps - 1; step >= 0; --step) {
        for (Index i = 0; i < count; ++i) {
          if (o.dy != nullptr) add_row(o.dy + place(i) * n(), dh(i), n());
          if (masked(i)) {
            std::fill_n(dx(i), width(), 0.0f);
            std::fill_n(dp(i), width(), 0.0f);
          } else if (op().kind == RecurrenceKind::simple) {
            simple(i);
          } else if (op().kind == RecurrenceKind::lstm) {
            lstm(i);
          } else {
            gru(i);
          }
        }
        if (op().kind == RecurrenceKind::gru && !op().reset_after) {
          reset_before();
        } else {
          if (op().kind == RecurrenceKind::gru) add_product(1, 2 * n());
          add_product(0, 0);
        }
      }
    }

    /// dh += dp U' for one part of U, whose gates begin at number `from`. A masked row's dp is 0.
    void add_product(int part, Index from) {
      for (Index i = 0; i < count; ++i) {
        in[i] = dp(i) + from;
        out[i] = dh(i);
      }
      kernel.weights_.multiply(part, packed, in, out, count, {.add = true});
    }

    void simple(Index i) const {
      std::copy_n(dh(i), n(), dx(i));
      slope_f(o.y + place(i) * n(), dx(i), n());
      std::fill_n(dh(i), n(), 0.0f);
    }

    void lstm(Index i) const {
      const float* z = gates(i);
      float *fc = scratch(i), *a = fc + n(), *dz = dx(i);
      kernel.f_(op().activation, z + 4 * n(), fc, n());
      lstm_output(z, fc, dh(i), a, dz, n());
      slope_f(fc, a, n());
      add_row(a, dc(i), n());
      lstm_gates(z, c_before(i), dc(i), dz, n());
      slope_r(z, dz, 2 * n());
      slope_f(z + 2 * n(), dz + 2 * n(), n());
      slope_r(z + 3 * n(), dz + 3 * n(), n());
      std::fill_n(dh(i), n(), 0.0f);
    }

    void gru(Index i) const {
      const float* z = gates(i);
      float* dz = dx(i);
      gru_gates(z, h_before(i), dh(i), dz, n());
      slope_r(z, dz, n());
      slope_f(z + 2 * n(), dz + 2 * n(), n());
      if (!op().reset_after) return;  // r's gradient needs a product first
      two_products(dz + 2 * n(), z + 3 * n(), z + n(), dz + n(), dp(i) + 2 * n(), n());
      slope_r(z + n(), dz + n(), n());
      std::copy_n(dz, 2 * n(), dp(i));
    }

    /// A gru whose r multiplies h: d(r h) = dg U', which r and h share; then z's and r's parts.
    void reset_before() {
      for (Index i = 0; i < count; ++i) {
        in[i] = dx(i) + 2 * n();
        out[i] = scratch(i);
      }
      kernel.weights_.multiply(1, packed, in, out, count, {});
      for (Index i = 0; i < count; ++i) {
        if (masked(i)) continue;
        const float* r = gates(i) + n();
        float *d = scratch(i), *dr = dx(i) + n();
        two_products(d, h_before(i), r, dr, d, n());
        slope_r(r, dr, n());
        add_row(d, dh(i), n());
      }
      add_product(0, 0);
    }
  };

  ops::RecurrenceGrad op_;
  RecurrenceSizes size_;
  RecurrentKernel weights_;
  ActivateBlock f_;
  SlopeBlock df_, dr_;
  int threads_;
};

}  // namespace

std::unique_ptr<Kernel> native_recurrence_grad(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::RecurrenceGrad>();
  const Shape& dx = request.y();
  auto kernel = std::make_unique<RecurrenceGradKernel>(op, dx.with(2, dx[2] / op.of.gates()),
                                                       request.threads);
  if (!kernel->serves()) return nullptr;
  return kernel;
}

}  // namespace linnet::inline v0
