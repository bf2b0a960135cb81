#include <linnet/ops/activation.hpp>
#include <linnet/ops/softmax.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0 {
namespace ops {

Types Activate::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 1);
  return {inputs[0]};
}

bool Activate::slope_from_output() const {
  switch (kind) {
    case ActivationKind::relu:
      return gamma == 0 && alpha >= 0;
    case ActivationKind::elu:
      return alpha >= 0;
    case ActivationKind::selu:
    case ActivationKind::tanh:
    case ActivationKind::sigmoid:
    case ActivationKind::exponential:
    case ActivationKind::hard_sigmoid:
    case ActivationKind::hard_tanh:
      return true;
    default:
      return false;
  }
}

std::vector<Gradient> Activate::grad(const GradCall& call) const {
  return {apply(ActivateGrad{*this}, {slope_from_output() ? call.y() : call.x(), call.dy()})};
}

Types ActivateGrad::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 2);
  return {inputs[1]};
}

Value activate(ActivationKind kind, const Value& x, float alpha, float beta, float gamma) {
  return apply(Activate{kind, alpha, beta, gamma}, {x});
}
Value relu(const Value& x, float negative_slope, float max_value, float threshold) {
  return activate(ActivationKind::relu, x, negative_slope, max_value, threshold);
}
Value sigmoid(const Value& x) { return activate(ActivationKind::sigmoid, x); }
Value tanh(const Value& x) { return activate(ActivationKind::tanh, x); }

}  // namespace ops

namespace {

using ops::ActivationKind;

constexpr float kNoMaximum = std::numeric_limits<float>::infinity();

/// What the names of kActivationNames stand for, in their order: an elementwise op with Keras's
/// default arguments, or a function of a whole axis.
struct Meaning {
  std::string_view name;
  ops::Activate elementwise = {};
  Value (*along_axis)(const Value& x, Index axis) = nullptr;
};

constexpr Meaning kMeanings[] = {
    {"linear"},
    {"relu", {ActivationKind::relu, 0, kNoMaximum}},
    {"leaky_relu", {ActivationKind::relu, 0.2f, kNoMaximum}},
    {"relu6", {ActivationKind::relu, 0, 6}},
    {"softmax", {}, ops::softmax},
    {"celu", {ActivationKind::celu, 1}},
    {"elu", {ActivationKind::elu, 1}},
    {"selu", {ActivationKind::selu}},
    {"softplus", {ActivationKind::softplus}},
    {"softsign", {ActivationKind::softsign}},
    {"squareplus", {ActivationKind::squareplus, 4}},
    {"soft_shrink", {ActivationKind::soft_shrink, 0.5f}},
    {"sparse_plus", {ActivationKind::sparse_plus}},
    {"silu", {ActivationKind::silu}},
    {"gelu", {ActivationKind::gelu}},
    {"glu", {}, ops::glu},
    {"tanh", {ActivationKind::tanh}},
    {"tanh_shrink", {ActivationKind::tanh_shrink}},
    {"sigmoid", {ActivationKind::sigmoid}},
    {"sparse_sigmoid", {ActivationKind::sparse_sigmoid}},
    {"exponential", {ActivationKind::exponential}},
    {"hard_sigmoid", {ActivationKind::hard_sigmoid, 1.0f / 6}},
    {"hard_silu", {ActivationKind::hard_silu}},
    {"hard_tanh", {ActivationKind::hard_tanh}},
    {"hard_shrink", {ActivationKind::hard_shrink, 0.5f}},
    {"mish", {ActivationKind::mish}},
    {"log_softmax", {}, ops::log_softmax},
    {"log_sigmoid", {ActivationKind::log_sigmoid}},
    {"sparsemax", {}, ops::sparsemax},
    {"keras2_hard_sigmoid", {ActivationKind::hard_sigmoid, 0.2f}},
};

static_assert(std::equal(std::begin(kMeanings), std::end(kMeanings),
                         std::begin(detail::kActivationNames),
                         [](const Meaning& m, std::string_view name) { return m.name == name; }));

}  // namespace

ActivationFunction ActivationFunction::named(std::string_view name) {
  ActivationFunction f;
  f.index_ = detail::find_activation(name);
  if (f.index_ >= 0) return f;
  std::string known;
  for (const std::string_view each : detail::kActivationNames) {
    known.append(known.empty() ? "" : ", ").append(each);
  }
  detail::fail(ErrorCode::not_found,
               detail::cat("activation: no function is called '", name, "'; known are ", known));
}

Value ActivationFunction::operator()(const Value& x) const {
  if (is_linear()) return x;
  const Meaning& meaning = kMeanings[index_];
  return meaning.along_axis != nullptr ? meaning.along_axis(x, -1)
                                       : apply(meaning.elementwise, {x});
}

Config ActivationFunction::to_config() const { return name(); }

ActivationFunction ActivationFunction::from_config(const Config& config) {
  if (config.is_null()) return {};
  if (!config.is_object()) return named(config.as_string());
  const Config* kind = config.find("class_name");
  if (kind != nullptr && kind->is_string() && kind->as_string() == "function") {
    return named(config.at("config").as_string());
  }
  detail::fail(ErrorCode::unsupported,
               "activation: expected the name of a function; a layer is not supported here");
}

}  // namespace linnet::inline v0
