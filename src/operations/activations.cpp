// The activation functions of keras.ops.nn.
#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/softmax.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

using ops::ActivationKind;

/// One without arguments, under the name that it has as an activation.
template <int kName>
Values activation(const Arguments& in) {
  return {ActivationFunction::named(kActivationNames[kName])(in.floats("x"))};
}

consteval int named(std::string_view name) { return find_activation(name); }

/// One with a number `key`.
template <ActivationKind kKind>
Values with_number(const Arguments& in, std::string_view key, double otherwise) {
  return {ops::activate(kKind, in.floats("x"), static_cast<float>(in.number(key, otherwise)))};
}

Values leaky_relu(const Arguments& in) {
  return {ops::relu(in.floats("x"), static_cast<float>(in.number("negative_slope", 0.2)))};
}
Values elu(const Arguments& in) { return with_number<ActivationKind::elu>(in, "alpha", 1); }
Values celu(const Arguments& in) { return with_number<ActivationKind::celu>(in, "alpha", 1); }
Values squareplus(const Arguments& in) {
  return with_number<ActivationKind::squareplus>(in, "b", 4);
}
Values soft_shrink(const Arguments& in) {
  return with_number<ActivationKind::soft_shrink>(in, "threshold", 0.5);
}
Values hard_shrink(const Arguments& in) {
  return with_number<ActivationKind::hard_shrink>(in, "threshold", 0.5);
}
Values threshold(const Arguments& in) {
  return {ops::activate(ActivationKind::threshold, in.floats("x"),
                        static_cast<float>(in.number("threshold")),
                        static_cast<float>(in.number("default_value")))};
}

Values gelu(const Arguments& in) {
  const Config* approximate = in.find("approximate");
  const bool exact = approximate != nullptr && !approximate->as_bool();
  return {ops::activate(exact ? ActivationKind::gelu : ActivationKind::gelu_tanh, in.floats("x"))};
}

/// f along the axis, the last if none is said; where it is null, all numbers are one row.
Values along_axis(const Arguments& in, Value (*f)(const Value& x, Index axis)) {
  const Value x = in.floats("x");
  if (in.has("axis") || !in.given("axis")) return {f(x, in.integer("axis", -1))};
  const Value row = f(ops::reshape(x, {any}), 0);
  return {apply(ops::Reshape{{x.shape().begin(), x.shape().end()}}, {row})};
}

Values softmax(const Arguments& in) { return along_axis(in, ops::softmax); }
Values log_softmax(const Arguments& in) { return along_axis(in, ops::log_softmax); }
Values sparsemax(const Arguments& in) {
  return {ops::sparsemax(in.floats("x"), in.integer("axis", -1))};
}
Values glu(const Arguments& in) { return {ops::glu(in.floats("x"), in.integer("axis", -1))}; }

constexpr OperationInfo kActivationsTable[] = {
    {"nn.Relu", "x", activation<named("relu")>},
    {"nn.Relu6", "x", activation<named("relu6")>},
    {"nn.Sigmoid", "x", activation<named("sigmoid")>},
    {"nn.SparseSigmoid", "x", activation<named("sparse_sigmoid")>},
    {"nn.Softplus", "x", activation<named("softplus")>},
    {"nn.Softsign", "x", activation<named("softsign")>},
    {"nn.SparsePlus", "x", activation<named("sparse_plus")>},
    {"nn.Silu", "x", activation<named("silu")>},
    {"nn.LogSigmoid", "x", activation<named("log_sigmoid")>},
    {"nn.HardSigmoid", "x", activation<named("hard_sigmoid")>},
    {"nn.HardSilu", "x", activation<named("hard_silu")>},
    {"nn.HardTanh", "x", activation<named("hard_tanh")>},
    {"nn.Selu", "x", activation<named("selu")>},
    {"nn.TanhShrink", "x", activation<named("tanh_shrink")>},
    {"numpy.Tanh", "x", activation<named("tanh")>},
    {"nn.LeakyRelu", "x", leaky_relu},
    {"nn.Elu", "x", elu},
    {"nn.Celu", "x", celu},
    {"nn.Squareplus", "x", squareplus},
    {"nn.SoftShrink", "x", soft_shrink},
    {"nn.HardShrink", "x", hard_shrink},
    {"nn.Threshold", "x", threshold},
    {"nn.Gelu", "x", gelu},
    {"nn.Softmax", "x", softmax},
    {"nn.LogSoftmax", "x", log_softmax},
    {"nn.Sparsemax", "x", sparsemax},
    {"nn.Glu", "x", glu},
};

}  // namespace

std::span<const OperationInfo> activation_operations() { return kActivationsTable; }

}  // namespace linnet::inline v0::detail
