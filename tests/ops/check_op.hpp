// check_op: holds every kernel of an op to the reference, and its gradients to numeric ones.
#pragma once

#include <cmath>
#include <cstring>
#include <linnet/core/random.hpp>

#include "catch.hpp"
#include "ops/checked_ops.hpp"
#include "ops/run_graph.hpp"

namespace linnet::test {

struct CheckOptions {
  double tolerance = 1e-6;           ///< times 1 + |reference|
  double gradient_tolerance = 1e-3;  ///< the same
  bool gradients = true;
  double step = 0.01;        ///< of the numeric gradient
  bool thread_exact = true;  ///< results do not depend on the number of threads at all
};

/// Uniform in [low, high), the same for the same seed.
inline Tensor random_floats(const Shape& shape, std::uint64_t seed, float low = -1,
                            float high = 1) {
  Tensor t(DType::float32, shape);
  const RandomStream random(seed, "test");
  std::uint64_t i = 0;
  for (float& x : t.data<float>()) x = low + (high - low) * random.uniform(i++);
  return t;
}

inline Tensor random_ints(const Shape& shape, std::uint64_t seed, Index count,
                          DType dtype = DType::int32) {
  Tensor t(DType::int64, shape);
  const RandomStream random(seed, "test");
  std::uint64_t i = 0;
  for (std::int64_t& x : t.data<std::int64_t>()) {
    x = static_cast<Index>(random.below(static_cast<std::uint64_t>(count), i++));
  }
  return t.cast(dtype);
}

/// True if the elements differ by at most tolerance (1 + |expected|); NaN and infinities must be
/// equal, and so must everything that is not floating.
inline bool close(const Tensor& got, const Tensor& expected, double tolerance) {
  if (got.dtype() != expected.dtype() || got.shape() != expected.shape()) return false;
  if (!is_floating(got.dtype())) return got == expected;
  const Tensor a = got.cast(DType::float64), b = expected.cast(DType::float64);
  for (std::size_t i = 0; i < a.data<double>().size(); ++i) {
    const double x = a.data<double>()[i], y = b.data<double>()[i];
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    if (!(std::abs(x - y) <= tolerance * (1 + std::abs(y)))) {
      UNSCOPED_INFO("element " << i << ": got " << x << ", expected " << y);
      return false;
    }
  }
  return true;
}

inline bool same_bits(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         (a.bytes() == 0 || std::memcmp(a.raw(), b.raw(), a.bytes()) == 0);
}

/// Where the op may write into an input's memory, the result must be the same.
inline void check_in_place(const Op& op, const Tensors& inputs, const Tensors& expected,
                           KernelFactory factory) {
  if (op.in_place() < 0) return;
  const auto shared = static_cast<std::size_t>(op.in_place());
  const Types in = types_of(inputs), out = op.infer(in);
  if (in[shared] != out[0]) return;
  Tensors x = inputs, y;
  x[shared] = inputs[shared].clone();
  y = {x[shared]};
  run_kernel(*factory({op, in, out, 2}), x, y);
  INFO("in place");
  CHECK(same_bits(y[0], expected[0]));
}

/// The outputs of a kernel, then what it leaves of the inputs: an update writes into some.
inline std::optional<Tensors> run_on_copies(const Op& op, const Tensors& inputs, int threads,
                                            KernelFactory factory) {
  Tensors copies;
  for (const Tensor& input : inputs) copies.push_back(input.clone());
  auto results = run_op(op, copies, threads, factory);
  if (results) results->insert(results->end(), copies.begin(), copies.end());
  return results;
}

inline void check_kernels(const Op& op, const Tensors& inputs, const CheckOptions& options) {
  const auto all = candidates(op.name());
  REQUIRE_FALSE(all.empty());
  const auto expected = run_on_copies(op, inputs, 1, all.back().factory);
  REQUIRE(expected);
  for (const Candidate& candidate : all) {
    INFO("kernel " << candidate.backend);
    const auto one = run_on_copies(op, inputs, 1, candidate.factory);
    const auto two = run_on_copies(op, inputs, 2, candidate.factory);
    // Of a part of what it is given oneDNN may have slow code alone, and then declines.
    if (candidate.backend != std::string_view("onednn")) CHECK(one.has_value() == two.has_value());
    if (!one || !two) continue;
    for (std::size_t i = 0; i < expected->size(); ++i) {
      CHECK(close((*one)[i], (*expected)[i], options.tolerance));
      if (options.thread_exact) CHECK(same_bits((*one)[i], (*two)[i]));
      CHECK(close((*two)[i], (*expected)[i], options.tolerance));
    }
    check_in_place(op, inputs, *one, candidate.factory);
  }
}

/// sum of dy y over all float outputs, by the reference kernel.
inline double dot_of(const Op& op, const Tensors& inputs, const Tensors& dy) {
  const auto y = *run_op(op, inputs, 1, candidates(op.name()).back().factory);
  double sum = 0;
  for (std::size_t k = 0; k < y.size(); ++k) {
    if (!is_floating(y[k].dtype())) continue;
    const auto a = y[k].data<float>(), b = dy[k].data<float>();
    for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * double{b[i]};
  }
  return sum;
}

/// The gradient of dot_of by element i of input k: four points, error of the fourth order.
inline double numeric_gradient(const Op& op, const Tensors& inputs, const Tensors& dy,
                               std::size_t k, std::size_t i, double step) {
  Tensors moved = inputs;
  moved[k] = inputs[k].clone();
  auto at = [&](double distance) {
    moved[k].data<float>()[i] = static_cast<float>(inputs[k].data<float>()[i] + distance);
    return dot_of(op, moved, dy);
  };
  return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
}

inline void check_gradients(const Op& op, const Tensors& inputs, const CheckOptions& options) {
  std::map<std::string, Tensor> given;
  Values x, dy;
  auto feed = [&](const std::string& name, const Tensor& t) {
    given[name] = t;
    return ops::input(name, {t.dtype(), t.shape()});
  };
  for (const Tensor& t : inputs) x.push_back(feed("x" + std::to_string(x.size()), t));
  const Values y = apply_all(op, x);
  if (std::none_of(y.begin(), y.end(), [](const Value& v) { return is_floating(v.dtype()); })) {
    return;
  }
  Tensors cotangents;
  for (const Value& v : y) {
    cotangents.push_back(random_floats(v.shape(), 99 + cotangents.size()));
    dy.push_back(is_floating(v.dtype()) ? feed("dy" + std::to_string(dy.size()), cotangents.back())
                                        : Value());
  }
  const auto gradients = op.grad({x, y, dy});
  REQUIRE(gradients.size() == inputs.size());
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    if (!gradients[k].dense) continue;
    INFO("gradient of input " << k);
    const Tensor got = run_graph(gradients[k].dense, given);
    REQUIRE(got.shape() == inputs[k].shape());
    const std::size_t count = got.data<float>().size();
    // Each of them runs the op often.
    const std::size_t probes = cotangents[0].shape().elements() > 10000 ? 12 : 60;
    for (std::size_t i = 0; i < count; i += 1 + count / probes) {
      const double want = numeric_gradient(op, inputs, cotangents, k, i, options.step);
      const double have = got.data<float>()[i];
      INFO("element " << i << ": got " << have << ", numeric " << want);
      CHECK(std::abs(have - want) <= options.gradient_tolerance * (1 + std::abs(want)));
    }
  }
}

/// Runs every kernel of the table that accepts the op at one and two threads, in place too where
/// the op allows it, and compares with the reference (the table's last) what they give and what
/// they leave of their inputs; then the gradients.
inline void check_op(const Op& op, const Tensors& inputs, const CheckOptions& options = {}) {
  INFO("op " << std::string(op.name()) << " on " << types_of(inputs).front().str());
  check_kernels(op, inputs, options);
  if (options.gradients && op.differentiable()) check_gradients(op, inputs, options);
}
template <OpType O>
void check_op(const O& op, const Tensors& inputs, const CheckOptions& options = {}) {
  note_checked<O>();
  check_op(Op(op), inputs, options);
}

}  // namespace linnet::test
