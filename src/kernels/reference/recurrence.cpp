// Recurrent layers, row by row and number by number.
#include <algorithm>
#include <cstring>
#include <linnet/ops/recurrence.hpp>
#include <vector>

#include "kernels/recurrence_operands.hpp"
#include "kernels/reference/activation.hpp"
#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

using ops::Recurrence;
using ops::RecurrenceKind;
using Numbers = std::vector<double>;

/// The states of one row: h, and c of an lstm.
struct RowStates {
  Numbers h, c;

  RowStates(const float* const first[2], Index row, Index units) {
    for (Numbers* state : {&h, &c}) state->assign(static_cast<std::size_t>(units), 0);
    for (Index u = 0; first[0] != nullptr && u < units; ++u)
      at(h, u) = double{first[0][row * units + u]};
    for (Index u = 0; first[1] != nullptr && u < units; ++u)
      at(c, u) = double{first[1][row * units + u]};
  }
  static double& at(Numbers& numbers, Index i) { return numbers[static_cast<std::size_t>(i)]; }
};

/// Sums and functions that forward and backward share.
struct Cell {
  Recurrence op;
  RecurrenceSizes size;
  const float* kernel;

  double f(double x) const { return activation_of(op.activation, x); }
  double r(double x) const { return activation_of(op.recurrent_activation, x); }
  double df(double y) const { return slope_from_output(op.activation, y); }
  double dr(double y) const { return slope_from_output(op.recurrent_activation, y); }
  double weight(Index from, Index gate, Index u) const {
    return double{kernel[(from * size.gates + gate) * size.units + u]};
  }
  /// (h U)[gate, u]
  double product(const Numbers& h, Index gate, Index u) const {
    double sum = 0;
    for (Index k = 0; k < size.units; ++k)
      sum += h[static_cast<std::size_t>(k)] * weight(k, gate, u);
    return sum;
  }
};

double& at(Numbers& numbers, Index i) { return numbers[static_cast<std::size_t>(i)]; }
float rounded(double x) { return static_cast<float>(x); }

void simple_step(const Cell& cell, const float* x, RowStates& s) {
  Numbers next(s.h.size());
  for (Index u = 0; u < cell.size.units; ++u) {
    at(next, u) = cell.f(double{x[u]} + cell.product(s.h, 0, u));
  }
  s.h = next;
}

void lstm_step(const Cell& cell, const float* x, RowStates& s, float* kept) {
  const Index n = cell.size.units;
  Numbers next(s.h.size());
  for (Index u = 0; u < n; ++u) {
    const auto sum = [&](Index gate) {
      return double{x[gate * n + u]} + cell.product(s.h, gate, u);
    };
    const double i = cell.r(sum(0)), f = cell.r(sum(1)), g = cell.f(sum(2)), o = cell.r(sum(3));
    at(s.c, u) = f * at(s.c, u) + i * g;
    at(next, u) = o * cell.f(at(s.c, u));
    if (kept == nullptr) continue;
    const double all[] = {i, f, g, o, at(s.c, u)};
    for (Index k = 0; k < 5; ++k) kept[k * n + u] = rounded(all[k]);
  }
  s.h = next;
}

void gru_step(const Cell& cell, const float* x, const float* bias, RowStates& s, float* kept) {
  const Index n = cell.size.units;
  Numbers z(s.h.size()), r(s.h.size()), reset(s.h.size()), next(s.h.size());
  const auto product = [&](const Numbers& h, Index gate, Index u) {
    return cell.product(h, gate, u) + (bias == nullptr ? 0.0 : double{bias[gate * n + u]});
  };
  for (Index u = 0; u < n; ++u) {
    at(z, u) = cell.r(double{x[u]} + product(s.h, 0, u));
    at(r, u) = cell.r(double{x[n + u]} + product(s.h, 1, u));
    at(reset, u) = at(r, u) * at(s.h, u);
  }
  for (Index u = 0; u < n; ++u) {
    const double inner = product(cell.op.reset_after ? s.h : reset, 2, u);
    const double g =
        cell.f(double{x[2 * n + u]} + (cell.op.reset_after ? at(r, u) * inner : inner));
    at(next, u) = at(z, u) * at(s.h, u) + (1 - at(z, u)) * g;
    if (kept == nullptr) continue;
    const double all[] = {at(z, u), at(r, u), g, inner};
    for (Index k = 0; k < cell.size.kept; ++k) kept[k * n + u] = rounded(all[k]);
  }
  s.h = next;
}

void forward_row(const Cell& cell, const RecurrenceOperands& o, Index row) {
  const RecurrenceSizes& size = cell.size;
  RowStates s(o.first, row, size.units);
  for (Index i = 0; i < size.steps; ++i) {
    const Index place = size.place(cell.op, row, i);
    const float* x = o.x + place * size.gates * size.units;
    float* kept = o.kept == nullptr ? nullptr : o.kept + place * size.kept * size.units;
    if (o.mask != nullptr && !o.mask[place]) {
      if (kept != nullptr) std::fill_n(kept, size.kept * size.units, 0.0f);
      for (Index u = 0; kept != nullptr && cell.op.kind == RecurrenceKind::lstm && u < size.units;
           ++u) {
        kept[4 * size.units + u] = rounded(at(s.c, u));
      }
    } else if (cell.op.kind == RecurrenceKind::simple) {
      simple_step(cell, x, s);
    } else if (cell.op.kind == RecurrenceKind::lstm) {
      lstm_step(cell, x, s, kept);
    } else {
      gru_step(cell, x, o.bias, s, kept);
    }
    for (Index u = 0; u < size.units; ++u) o.y[place * size.units + u] = rounded(at(s.h, u));
  }
  for (Index u = 0; u < size.units; ++u) {
    o.last[0][row * size.units + u] = rounded(at(s.h, u));
    if (o.last[1] != nullptr) o.last[1][row * size.units + u] = rounded(at(s.c, u));
  }
}

/// One step back: from the gradients of h and c after it to those before it, `dp` of h U on the
/// way, which is dx too but for a gru with reset_after.
struct StepBack {
  const Cell& cell;
  const float *y, *kept, *h, *c;  ///< after the step; h and c before it, null: 0
  Numbers &dh, &dc;
  float *dx, *dp;

  double kept_at(Index k, Index u) const { return double{kept[k * cell.size.units + u]}; }
  static double or_zero(const float* state, Index u) {
    return state == nullptr ? 0.0 : double{state[u]};
  }

  /// dh[k] += dp of gates [first, last) times U'.
  void add_product(Index first, Index last) const {
    for (Index k = 0; k < cell.size.units; ++k) {
      for (Index gate = first; gate < last; ++gate) {
        for (Index u = 0; u < cell.size.units; ++u) {
          at(dh, k) += double{dp[gate * cell.size.units + u]} * cell.weight(k, gate, u);
        }
      }
    }
  }

  void simple() const {
    for (Index u = 0; u < cell.size.units; ++u) {
      dx[u] = rounded(at(dh, u) * cell.df(double{y[u]}));
      at(dh, u) = 0;
    }
    add_product(0, 1);
  }

  void lstm() const {
    const Index n = cell.size.units;
    for (Index u = 0; u < n; ++u) {
      const double i = kept_at(0, u), f = kept_at(1, u), g = kept_at(2, u), o = kept_at(3, u);
      const double fc = cell.f(kept_at(4, u));
      const double d = at(dc, u) + at(dh, u) * o * cell.df(fc);
      dx[u] = rounded(d * g * cell.dr(i));
      dx[n + u] = rounded(d * or_zero(c, u) * cell.dr(f));
      dx[2 * n + u] = rounded(d * i * cell.df(g));
      dx[3 * n + u] = rounded(at(dh, u) * fc * cell.dr(o));
      at(dc, u) = d * f;
      at(dh, u) = 0;
    }
    add_product(0, 4);
  }

  void gru() const {
    const Index n = cell.size.units;
    const bool after = cell.op.reset_after;
    Numbers reset(dh.size());  // of r(r) h, without reset_after
    for (Index u = 0; u < n; ++u) {
      const double z = kept_at(0, u), r = kept_at(1, u), g = kept_at(2, u);
      const double dg = at(dh, u) * (1 - z) * cell.df(g);
      dx[u] = rounded(at(dh, u) * (or_zero(h, u) - g) * cell.dr(z));
      dx[2 * n + u] = rounded(dg);
      at(dh, u) *= z;
      if (!after) continue;
      dx[n + u] = rounded(dg * kept_at(3, u) * cell.dr(r));
      dp[u] = dx[u];
      dp[n + u] = dx[n + u];
      dp[2 * n + u] = rounded(dg * r);
    }
    if (after) return add_product(0, 3);
    const Numbers direct = dh;
    std::ranges::fill(dh, 0);
    add_product(2, 3);
    for (Index u = 0; u < n; ++u) {
      const double r = kept_at(1, u);
      dx[n + u] = rounded(at(dh, u) * or_zero(h, u) * cell.dr(r));
      at(dh, u) = direct[static_cast<std::size_t>(u)] + at(dh, u) * r;
    }
    add_product(0, 2);
  }
};

void backward_row(const Cell& cell, const RecurrenceGradOperands& o, Index row) {
  const RecurrenceSizes& size = cell.size;
  const Index n = size.units, width = size.gates * n;
  RowStates d(o.dlast, row, n);
  for (Index i = size.steps; i-- > 0;) {
    const Index place = size.place(cell.op, row, i);
    const Index before = i > 0 ? size.place(cell.op, row, i - 1) : -1;
    for (Index u = 0; o.dy != nullptr && u < n; ++u) at(d.h, u) += double{o.dy[place * n + u]};
    if (o.mask != nullptr && !o.mask[place]) {
      for (float* to : {o.dx, o.dp}) std::fill_n(to + place * width, width, 0.0f);
      continue;
    }
    const auto first = [&](int k) {
      return o.first[k] == nullptr ? nullptr : o.first[k] + row * n;
    };
    const bool lstm = cell.op.kind == RecurrenceKind::lstm;
    const StepBack back{.cell = cell,
                        .y = o.y + place * n,
                        .kept = o.kept == nullptr ? nullptr : o.kept + place * size.kept * n,
                        .h = before < 0 ? first(0) : o.y + before * n,
                        .c = !lstm        ? nullptr
                             : before < 0 ? first(1)
                                          : o.kept + (before * size.kept + 4) * n,
                        .dh = d.h,
                        .dc = d.c,
                        .dx = o.dx + place * width,
                        .dp = o.dp + place * width};
    if (cell.op.kind == RecurrenceKind::simple) back.simple();
    if (lstm) back.lstm();
    if (cell.op.kind == RecurrenceKind::gru) back.gru();
  }
  for (Index u = 0; u < n; ++u) {
    o.dfirst[0][row * n + u] = rounded(at(d.h, u));
    if (o.dfirst[1] != nullptr) o.dfirst[1][row * n + u] = rounded(at(d.c, u));
  }
}

}  // namespace

std::unique_ptr<Kernel> reference_recurrence(const KernelRequest& request) {
  const auto op = *request.op.as<Recurrence>();
  return make_kernel([op, size = RecurrenceSizes(op, request.y())](const Run& run) {
    const RecurrenceOperands operands(op, run);
    const Cell cell{op, size, operands.kernel};
    for (Index row = 0; row < size.rows; ++row) forward_row(cell, operands, row);
  });
}

std::unique_ptr<Kernel> reference_recurrence_grad(const KernelRequest& request) {
  const auto op = *request.op.as<ops::RecurrenceGrad>();
  const Shape& dx = request.y();
  const RecurrenceSizes size(op.of, dx.with(2, dx[2] / op.of.gates()));
  return make_kernel([op, size](const Run& run) {
    const RecurrenceGradOperands operands(op, run);
    const Cell cell{op.of, size, operands.kernel};
    for (Index row = 0; row < size.rows; ++row) backward_row(cell, operands, row);
  });
}

std::unique_ptr<Kernel> reference_reverse_time(const KernelRequest& request) {
  const DType dtype = request.inputs[0].dtype;
  if (dtype == DType::string) return nullptr;
  const Index rows = request.x()[0], steps = request.x()[1];
  const auto bytes =
      static_cast<std::size_t>(request.x().elements(2, request.x().rank())) * size_of(dtype);
  return make_kernel([=](const Run& run) {
    for (Index row = 0; row < rows; ++row) {
      for (Index t = 0; t < steps && bytes > 0; ++t) {
        std::memcpy(
            run.y<std::byte>() + static_cast<std::size_t>(row * steps + t) * bytes,
            run.x<std::byte>() + static_cast<std::size_t>((row + 1) * steps - 1 - t) * bytes,
            bytes);
      }
    }
  });
}

}  // namespace linnet::inline v0
