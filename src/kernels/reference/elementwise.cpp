#include <cmath>
#include <linnet/ops/elementwise.hpp>

#include "core/numeric.hpp"
#include "kernels/reference/reference.hpp"
#include "kernels/strides.hpp"

namespace linnet::inline v0 {

using ops::BinaryKind;
using ops::CompareKind;
using ops::UnaryKind;

namespace {

float unary_of(UnaryKind kind, float x) {
  switch (kind) {
    case UnaryKind::negative:
      return -x;
    case UnaryKind::exp:
      return std::exp(x);
    case UnaryKind::log:
      return std::log(x);
    case UnaryKind::sqrt:
      return std::sqrt(x);
    case UnaryKind::square:
      return x * x;
    case UnaryKind::abs:
      return std::abs(x);
    case UnaryKind::sign:
      return x > 0 ? 1.0f : x < 0 ? -1.0f : x;
    case UnaryKind::reciprocal:
      return 1 / x;
    case UnaryKind::floor:
      return std::floor(x);
    case UnaryKind::ceil:
      return std::ceil(x);
    case UnaryKind::round:
      return std::nearbyint(x);
    case UnaryKind::sin:
      return std::sin(x);
    case UnaryKind::cos:
      return std::cos(x);
  }
  return x;
}

/// a^b; of integers exact, and what is less than 1 but not 0 is 0.
template <class T>
T power_of(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    if (b < 0) return static_cast<T>(a == 1 ? 1 : a != -1 ? 0 : b % 2 != 0 ? -1 : 1);
    std::uint64_t y = 1, factor = static_cast<std::uint64_t>(a);
    for (; b > 0; b = static_cast<T>(b / 2), factor *= factor) y *= b % 2 != 0 ? factor : 1;
    return static_cast<T>(y);
  } else {
    return std::pow(a, b);
  }
}

/// Integers wrap; what they are divided by 0 is 0.
template <class T>
T binary_of(BinaryKind kind, T a, T b) {
  using Wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;
  const auto p = static_cast<Wide>(a), q = static_cast<Wide>(b);
  switch (kind) {
    case BinaryKind::add:
      return static_cast<T>(p + q);
    case BinaryKind::subtract:
      return static_cast<T>(p - q);
    case BinaryKind::multiply:
      return static_cast<T>(p * q);
    case BinaryKind::divide:
      if constexpr (std::is_integral_v<T>) {
        if (b == 0) return 0;
        if (q + 1 == 0) return static_cast<T>(0 - p);  // by -1, which the least number overflows
      }
      return static_cast<T>(a / b);
    case BinaryKind::maximum:
      return ((a < b) | (b != b)) ? b : a;
    case BinaryKind::minimum:
      return ((b < a) | (b != b)) ? b : a;
    case BinaryKind::power:
      return power_of(a, b);
  }
  return a;
}

template <class T>
bool compare_of(CompareKind kind, T a, T b) {
  switch (kind) {
    case CompareKind::equal:
      return a == b;
    case CompareKind::not_equal:
      return a != b;
    case CompareKind::less:
      return a < b;
    case CompareKind::less_equal:
      return a <= b;
    case CompareKind::logical_and:
      return a && b;
    case CompareKind::logical_or:
      return a || b;
  }
  return false;
}

/// y = f(a, b) with a and b of type T, broadcast.
template <class T, class Y, class F>
std::unique_ptr<Kernel> pairwise(const KernelRequest& request, F f) {
  const std::array strides{broadcast_strides(request.x(0), request.y()),
                           broadcast_strides(request.x(1), request.y())};
  return make_kernel([f, shape = request.y(), strides](const Run& run) {
    const T* a = run.x<T>(0);
    const T* b = run.x<T>(1);
    Y* y = run.y<Y>();
    walk(shape, strides, [&](Index i, const auto& at) { y[i] = f(a[at[0]], b[at[1]]); });
  });
}

}  // namespace

std::unique_ptr<Kernel> reference_unary(const KernelRequest& request) {
  return make_kernel(
      [kind = request.op.as<ops::Unary>()->kind, count = request.y().elements()](const Run& run) {
        const float* x = run.x<float>();
        float* y = run.y<float>();
        for (Index i = 0; i < count; ++i) y[i] = unary_of(kind, x[i]);
      });
}

std::unique_ptr<Kernel> reference_binary(const KernelRequest& request) {
  const BinaryKind kind = request.op.as<ops::Binary>()->kind;
  return with_number(request.inputs[0].dtype, [&](auto type) -> std::unique_ptr<Kernel> {
    using T = decltype(type);
    if constexpr (std::is_same_v<T, bool>) {
      return nullptr;
    } else {
      return pairwise<T, T>(request, [kind](T a, T b) { return binary_of(kind, a, b); });
    }
  });
}

std::unique_ptr<Kernel> reference_remainder(const KernelRequest& request) {
  return pairwise<float, float>(request, [](float a, float b) { return std::fmod(a, b); });
}

std::unique_ptr<Kernel> reference_compare(const KernelRequest& request) {
  const CompareKind kind = request.op.as<ops::Compare>()->kind;
  return with_number(request.inputs[0].dtype, [&](auto type) {
    using T = decltype(type);
    return pairwise<T, bool>(request, [kind](T a, T b) { return compare_of(kind, a, b); });
  });
}

std::unique_ptr<Kernel> reference_affine(const KernelRequest& request) {
  const ops::Affine op = *request.op.as<ops::Affine>();
  return make_kernel([op, count = request.y().elements()](const Run& run) {
    const float* x = run.x<float>();
    float* y = run.y<float>();
    for (Index i = 0; i < count; ++i) y[i] = op.scale * x[i] + op.offset;
  });
}

std::unique_ptr<Kernel> reference_cast(const KernelRequest& request) {
  const Index count = request.y().elements();
  return with_number(request.inputs[0].dtype, [&](auto from) {
    return with_number(request.outputs[0].dtype, [&](auto to) {
      return make_kernel([count](const Run& run) {
        const auto* x = run.x<decltype(from)>();
        auto* y = run.y<decltype(to)>();
        for (Index i = 0; i < count; ++i) y[i] = static_cast<decltype(to)>(x[i]);
      });
    });
  });
}

std::unique_ptr<Kernel> reference_select(const KernelRequest& request) {
  std::array<Strides, 3> strides;
  for (int i = 0; i < 3; ++i) {
    strides[static_cast<std::size_t>(i)] = broadcast_strides(request.x(i), request.y());
  }
  return with_bits(request.outputs[0].dtype, [&]<class T>(T) {
    return make_kernel([shape = request.y(), strides](const Run& run) {
      const bool* condition = run.x<bool>(0);
      const T* a = run.x<T>(1);
      const T* b = run.x<T>(2);
      T* y = run.y<T>();
      walk(shape, strides,
           [&](Index i, const auto& at) { y[i] = condition[at[0]] ? a[at[1]] : b[at[2]]; });
    });
  });
}

}  // namespace linnet::inline v0
