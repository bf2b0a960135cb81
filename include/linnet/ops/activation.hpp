// Activation functions: the elementwise op, and ActivationFunction, the name of any of Keras's.
#pragma once

#include <limits>
#include <linnet/graph/op.hpp>

namespace linnet::inline v0 {
namespace ops {

/// Formulas as in Keras; a, b, c are the op's alpha, beta, gamma.
enum class ActivationKind : std::uint8_t {
  relu,            ///< min(x, b) above the threshold c, a (x - c) up to it
  elu,             ///< x, for negative x a (e^x - 1)
  celu,            ///< x, for negative x a (e^(x/a) - 1)
  selu,            ///< elu with a fixed a, times a fixed scale
  softplus,        ///< log(1 + e^x)
  softsign,        ///< x / (1 + |x|)
  squareplus,      ///< (x + sqrt(x^2 + a)) / 2
  soft_shrink,     ///< x moved by a towards 0, 0 within
  hard_shrink,     ///< x, 0 within a of 0
  threshold,       ///< x above a, else b
  sparse_plus,     ///< 0 below -1, x above 1, between ((x + 1) / 2)^2
  sparse_sigmoid,  ///< (x + 1) / 2 within [0, 1]
  silu,            ///< x sigmoid(x)
  gelu,            ///< x Phi(x), Phi the normal distribution
  gelu_tanh,       ///< x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
  tanh,
  tanh_shrink,  ///< x - tanh(x)
  sigmoid,      ///< 1 / (1 + e^-x)
  log_sigmoid,  ///< -log(1 + e^-x)
  exponential,
  hard_sigmoid,  ///< a x + 1 / 2 within [0, 1]
  hard_silu,     ///< x (x + 3) / 6, the factor within [0, 1]
  hard_tanh,     ///< x within [-1, 1]
  mish           ///< x tanh(softplus(x))
};

/// y = f(x) for each element; float32.
struct Activate {
  static constexpr const char* kName = "activate";
  static constexpr int kInPlace = 0;
  ActivationKind kind = ActivationKind::relu;
  float alpha = 0, beta = 0, gamma = 0;
  static void fields(auto& self, FieldVisitor& field) {
    int kind = static_cast<int>(self.kind);
    field("kind", kind);
    self.kind = static_cast<ActivationKind>(kind);
    field("alpha", self.alpha);
    field("beta", self.beta);
    field("gamma", self.gamma);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
  /// True if f'(x) can be told from f(x) alone; grad() then does not read x.
  LINNET_API bool slope_from_output() const;
};

/// dx = dy f'(x). The inputs are x and dy, or y and dy if of.slope_from_output().
struct ActivateGrad {
  static constexpr const char* kName = "activate_grad";
  static constexpr int kInPlace = 1;
  Activate of = {};
  static void fields(auto& self, FieldVisitor& field) { Activate::fields(self.of, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

LINNET_API Value activate(ActivationKind kind, const Value& x, float alpha = 0, float beta = 0,
                          float gamma = 0);
/// Keras's relu with its arguments.
LINNET_API Value relu(const Value& x, float negative_slope = 0,
                      float max_value = std::numeric_limits<float>::infinity(),
                      float threshold = 0);
LINNET_API Value sigmoid(const Value& x);
LINNET_API Value tanh(const Value& x);

}  // namespace ops

namespace detail {

/// Keras's names, and keras2_hard_sigmoid, what Keras 1 and 2 called hard_sigmoid; the last two are
/// other names of silu and hard_silu. `threshold` is missing: it has no default arguments.
inline constexpr std::string_view kActivationNames[] = {
    "linear",      "relu",         "leaky_relu",  "relu6",     "softmax",
    "celu",        "elu",          "selu",        "softplus",  "softsign",
    "squareplus",  "soft_shrink",  "sparse_plus", "silu",      "gelu",
    "glu",         "tanh",         "tanh_shrink", "sigmoid",   "sparse_sigmoid",
    "exponential", "hard_sigmoid", "hard_silu",   "hard_tanh", "hard_shrink",
    "mish",        "log_softmax",  "log_sigmoid", "sparsemax", "keras2_hard_sigmoid",
    "swish",       "hard_swish"};

/// The position of `name` in the list, of the first name of two that mean the same; -1: unknown.
constexpr int find_activation(std::string_view name) {
  if (name == "swish") return find_activation("silu");
  if (name == "hard_swish") return find_activation("hard_silu");
  int at = 0;
  for (const std::string_view known : kActivationNames) {
    if (known == name) return at;
    ++at;
  }
  return -1;
}

/// Not constexpr, so that a call while compiling is refused.
inline int unknown_activation_function() { return 0; }

}  // namespace detail

/// One of Keras's activation functions, by its name: "relu", "softmax", ... A name in source is
/// checked when the program is compiled. The default is "linear".
class LINNET_API ActivationFunction {
 public:
  constexpr ActivationFunction() = default;
  consteval ActivationFunction(const char* name) {
    index_ = detail::find_activation(name);
    if (index_ < 0) index_ = detail::unknown_activation_function();
  }
  /// The function of a name that is known only when the program runs.
  /// Error not_found: lists the known names.
  static ActivationFunction named(std::string_view name);

  /// f(x); x itself for "linear". float32.
  Value operator()(const Value& x) const;
  std::string_view name() const {
    return detail::kActivationNames[static_cast<std::size_t>(index_)];
  }
  bool is_linear() const { return index_ == 0; }

  /// The name, as Keras writes it.
  Config to_config() const;
  /// From a name, from null (linear), or from Keras's object around a function's name.
  static ActivationFunction from_config(const Config& config);

  friend constexpr bool operator==(ActivationFunction, ActivationFunction) = default;

 private:
  int index_ = 0;
};

}  // namespace linnet::inline v0
