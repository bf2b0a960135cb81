#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

bool is_number(DType dtype) { return dtype != DType::boolean && dtype != DType::string; }

void require_same(std::string_view where, std::span<const TensorType> inputs) {
  require_count(where, inputs, 2);
  if (inputs[0].dtype != inputs[1].dtype) {
    fail(ErrorCode::dtype_mismatch, cat(where, ": expected two inputs of one type, got ",
                                        inputs[0].dtype, " and ", inputs[1].dtype));
  }
}

constexpr const char* kBinaryNames[] = {"add",     "subtract", "multiply", "divide",
                                        "maximum", "minimum",  "power"};
constexpr const char* kCompareNames[] = {"equal",      "not_equal",   "less",
                                         "less_equal", "logical_and", "logical_or"};

}  // namespace

Shape broadcast(const Shape& a, const Shape& b, std::string_view where) {
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape y = longer;
  for (int axis = 1; axis <= shorter.rank(); ++axis) {
    const Index m = longer[-axis];
    const Index n = shorter[-axis];
    if (m == n || n == 1 || (n == any && m != 1)) continue;
    if (m != 1 && m != any) {
      fail(ErrorCode::shape_mismatch, cat(where, ": shapes ", a, " and ", b, " do not broadcast"));
    }
    y = y.with(-axis, n);
  }
  return y;
}

Types Unary::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 1);
  return {inputs[0]};
}

std::vector<Gradient> Unary::grad(const GradCall& call) const {
  const Value& x = call.x();
  const Value& y = call.y();
  const Value& dy = call.dy();
  switch (kind) {
    case UnaryKind::negative:
      return {affine(dy, -1)};
    case UnaryKind::exp:
      return {multiply(dy, y)};
    case UnaryKind::log:
      return {divide(dy, x)};
    case UnaryKind::sqrt:  // dy / 2y
      return {divide(affine(dy, 0.5f), y)};
    case UnaryKind::square:  // 2x dy
      return {multiply(affine(x, 2), dy)};
    case UnaryKind::abs:
      return {multiply(unary(UnaryKind::sign, x), dy)};
    case UnaryKind::reciprocal:  // -y^2 dy
      return {multiply(affine(unary(UnaryKind::square, y), -1), dy)};
    case UnaryKind::sign:
    case UnaryKind::floor:
    case UnaryKind::ceil:
    case UnaryKind::round:
      break;
    case UnaryKind::sin:
      return {multiply(dy, unary(UnaryKind::cos, x))};
    case UnaryKind::cos:
      return {affine(multiply(dy, unary(UnaryKind::sin, x)), -1)};
  }
  return {Gradient()};
}

Types Binary::infer(std::span<const TensorType> inputs) const {
  const char* where = kBinaryNames[static_cast<std::size_t>(kind)];
  require_same(where, inputs);
  if (!is_number(inputs[0].dtype)) {
    fail(ErrorCode::dtype_mismatch, cat(where, ": expected numbers, got ", inputs[0].dtype));
  }
  return {{inputs[0].dtype, broadcast(inputs[0].shape, inputs[1].shape, where)}};
}

std::vector<Gradient> Binary::grad(const GradCall& call) const {
  const Value& a = call.x(0);
  const Value& b = call.x(1);
  const Value& y = call.y();
  const Value& dy = call.dy();
  if (!is_floating(y.dtype())) return {Gradient(), Gradient()};
  auto both = [&](const Value& da, const Value& db) -> std::vector<Gradient> {
    return {sum_to(da, a.shape()), sum_to(db, b.shape())};
  };
  const Value zero = constant(0.0f);
  switch (kind) {
    case BinaryKind::add:
      return both(dy, dy);
    case BinaryKind::subtract:
      return both(dy, affine(dy, -1));
    case BinaryKind::multiply:
      return both(multiply(dy, b), multiply(dy, a));
    case BinaryKind::divide: {  // da = dy / b, db = -da y
      const Value da = divide(dy, b);
      return both(da, affine(multiply(da, y), -1));
    }
    case BinaryKind::maximum:
    case BinaryKind::minimum: {  // where both are equal, a takes it
      const bool largest = kind == BinaryKind::maximum;
      const Value from_a = compare(CompareKind::less_equal, largest ? b : a, largest ? a : b);
      return both(select(from_a, dy, zero), select(from_a, zero, dy));
    }
    case BinaryKind::power: {  // da = b a^(b - 1) dy, db = y log(a) dy for positive a
      const Value positive = compare(CompareKind::less, zero, a);
      const Value log_a = unary(UnaryKind::log, select(positive, a, constant(1.0f)));
      return both(multiply(multiply(b, power(a, affine(b, 1, -1))), dy),
                  multiply(multiply(y, log_a), dy));
    }
  }
  return {};
}

Types Compare::infer(std::span<const TensorType> inputs) const {
  const char* where = kCompareNames[static_cast<std::size_t>(kind)];
  require_same(where, inputs);
  const DType dtype = inputs[0].dtype;
  const bool logical = kind == CompareKind::logical_and || kind == CompareKind::logical_or;
  if (dtype == DType::string || (logical && dtype != DType::boolean)) {
    fail(ErrorCode::dtype_mismatch,
         cat(where, ": expected ", logical ? "bool" : "numbers", ", got ", dtype));
  }
  return {{DType::boolean, broadcast(inputs[0].shape, inputs[1].shape, where)}};
}

Types Affine::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 1);
  return {inputs[0]};
}

std::vector<Gradient> Affine::grad(const GradCall& call) const {
  return {affine(call.dy(), scale)};
}

Types Cast::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  if (inputs[0].dtype == DType::string || dtype == DType::string) {
    fail(ErrorCode::dtype_mismatch, cat("cast: from ", inputs[0].dtype, " to ", dtype));
  }
  return {{dtype, inputs[0].shape}};
}

std::vector<Gradient> Cast::grad(const GradCall& call) const {
  const DType from = call.x().dtype();
  if (!is_floating(from) || !is_floating(dtype)) return {Gradient()};
  return {cast(call.dy(), from)};
}

Types Select::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 3);
  require_dtype(kName, inputs[0], DType::boolean);
  require_same(kName, inputs.subspan(1));
  const DType dtype = inputs[1].dtype;
  if (dtype == DType::string) {
    fail(ErrorCode::dtype_mismatch, cat(kName, ": expected numbers, got ", dtype));
  }
  const Shape values = broadcast(inputs[1].shape, inputs[2].shape, kName);
  return {{dtype, broadcast(inputs[0].shape, values, kName)}};
}

std::vector<Gradient> Select::grad(const GradCall& call) const {
  if (!is_floating(call.y().dtype())) return {Gradient(), Gradient(), Gradient()};
  const Value zero = constant(0.0f);
  return {Gradient(), sum_to(select(call.x(0), call.dy(), zero), call.x(1).shape()),
          sum_to(select(call.x(0), zero, call.dy()), call.x(2).shape())};
}

Value add(const Value& a, const Value& b) { return apply(Binary{BinaryKind::add}, {a, b}); }
Value subtract(const Value& a, const Value& b) {
  return apply(Binary{BinaryKind::subtract}, {a, b});
}
Value multiply(const Value& a, const Value& b) {
  return apply(Binary{BinaryKind::multiply}, {a, b});
}
Value divide(const Value& a, const Value& b) { return apply(Binary{BinaryKind::divide}, {a, b}); }
Value maximum(const Value& a, const Value& b) { return apply(Binary{BinaryKind::maximum}, {a, b}); }
Value minimum(const Value& a, const Value& b) { return apply(Binary{BinaryKind::minimum}, {a, b}); }
Value power(const Value& a, const Value& b) { return apply(Binary{BinaryKind::power}, {a, b}); }
Value affine(const Value& x, float scale, float offset) {
  return apply(Affine{scale, offset}, {x});
}
Value unary(UnaryKind kind, const Value& x) { return apply(Unary{kind}, {x}); }
Value compare(CompareKind kind, const Value& a, const Value& b) {
  return apply(Compare{kind}, {a, b});
}
Value logical_not(const Value& x) {
  return compare(CompareKind::equal, x, constant(Tensor::full({}, false)));
}
Value cast(const Value& x, DType dtype) { return x.dtype() == dtype ? x : apply(Cast{dtype}, {x}); }
Value select(const Value& condition, const Value& a, const Value& b) {
  return apply(Select{}, {condition, a, b});
}

}  // namespace linnet::inline v0::ops
