#include <cmath>
#include <linnet/io/json.hpp>
#include <linnet/io/safetensors.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/softmax.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

using ops::Activate;
using ops::ActivationKind;

namespace {

/// Keras's function of that name on x, with the arguments of a golden case.
Value keras_function(const std::string& name, const Config& arguments, const Value& x) {
  auto number = [&](const char* key) {
    const Config* value = arguments.find(key);
    return value == nullptr || value->is_null() ? 0.0f : static_cast<float>(value->as_number());
  };
  auto kind = [&](ActivationKind k, const char* a = "", const char* b = "") {
    return ops::activate(k, x, number(a), number(b));
  };
  if (const Config* axis = arguments.find("axis")) {
    const Index at = axis->as_integer();
    if (name == "softmax") return ops::softmax(x, at);
    if (name == "log_softmax") return ops::log_softmax(x, at);
    if (name == "sparsemax") return ops::sparsemax(x, at);
    return ops::glu(x, at);
  }
  if (name == "relu") {
    const bool bounded = !arguments.at("max_value").is_null();
    return ops::relu(x, number("negative_slope"), bounded ? number("max_value") : INFINITY,
                     number("threshold"));
  }
  if (name == "leaky_relu") return ops::relu(x, number("negative_slope"));
  if (name == "elu") return kind(ActivationKind::elu, "alpha");
  if (name == "celu") return kind(ActivationKind::celu, "alpha");
  if (name == "squareplus") return kind(ActivationKind::squareplus, "b");
  if (name == "soft_shrink") return kind(ActivationKind::soft_shrink, "threshold");
  if (name == "hard_shrink") return kind(ActivationKind::hard_shrink, "threshold");
  if (name == "threshold") return kind(ActivationKind::threshold, "threshold", "default_value");
  if (name == "gelu" && arguments.at("approximate").as_bool())
    return kind(ActivationKind::gelu_tanh);
  return ActivationFunction::named(name)(x);
}

struct GoldenCase {
  const SafetensorsFile& file;
  std::string name;

  const Tensor& operator[](const std::string& role) const {
    return *file.find(name + "/" + role + "/0");
  }
};

/// The gradient of sum(y cotangent) by x.
Tensor gradient_of(const Value& y, const Value& x, const Value& dy) {
  std::map<const Node*, Value> gradients{{&y.node(), dy}};
  const auto order = topological_order(std::span(&y, 1));
  for (auto node = order.rbegin(); node != order.rend(); ++node) {
    if (!gradients.count(node->get()) || (*node)->inputs.empty()) continue;
    const Value output(*node, 0);
    const Value flowing = gradients.at(node->get());
    const auto parts =
        (*node)->op.grad({(*node)->inputs, std::span(&output, 1), std::span(&flowing, 1)});
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i]) continue;
      Value& sum = gradients[&(*node)->inputs[i].node()];
      sum = sum ? ops::add(sum, parts[i].dense) : parts[i].dense;
    }
  }
  return run_graph(gradients.count(&x.node()) ? gradients.at(&x.node()) : dy);
}

void check_golden(const GoldenCase& golden, const std::string& function, const Config& arguments) {
  INFO(golden.name);
  auto run = [&](const std::string& input) {
    const Tensor& x = *golden.file.find("shared/" + input + "/0");
    return run_graph(keras_function(function, arguments, ops::constant(x)));
  };
  CHECK(close(run("edge"), golden["output"], 1e-6));
  CHECK(close(run("large"), golden["large_output"], 5e-6));
  CHECK(close(run("smooth"), golden["smooth_output"], 1e-6));
  const Value x = ops::constant(*golden.file.find("shared/smooth/0"));
  const Value y = keras_function(function, arguments, x);
  CHECK(close(gradient_of(y, x, ops::constant(golden["cotangent"])), golden["smooth_grad"], 1e-5));
}

std::vector<Activate> all_kinds() {
  std::vector<Activate> all;
  for (int kind = 0; kind <= static_cast<int>(ActivationKind::mish); ++kind) {
    all.push_back({static_cast<ActivationKind>(kind), 0.7f, 0.9f, 0});
  }
  all.push_back({ActivationKind::relu, 0, INFINITY, 0});
  all.push_back({ActivationKind::relu, 0, 6, 0});
  all.push_back({ActivationKind::relu, 0.2f, 1.5f, 0.5f});
  return all;
}

/// None near a corner of any activation.
Tensor smooth(const Shape& shape) {
  Tensor t = random_floats(shape, 5, -4.5f, 4.5f);
  for (float& x : t.data<float>()) {
    for (const float corner : {0.0f, 0.5f, 0.7f, 0.9f, 1.0f, 1.5f, 3.0f, 6.0f}) {
      if (std::abs(std::abs(x) - corner) < 0.03f) x = 0.25f;
    }
  }
  return t;
}

}  // namespace

TEST_CASE("activations give Keras's numbers") {
  const auto file = read_safetensors(LINNET_TEST_DATA "/golden/activations.safetensors");
  int cases = 0;
  for (const auto& [name, text] : file.metadata) {
    if (name == "versions" || name == "shared" || name == "format") continue;
    const Config about = parse_json(text);
    check_golden({file, name}, about.at("function").as_string(), about.at("arguments"));
    ++cases;
  }
  CHECK(cases >= 44);
}

TEST_CASE("activation kernels and gradients") {
  for (const Activate& op : all_kinds()) {
    INFO("kind " << static_cast<int>(op.kind));
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{3, 7}}) check_op(op, {smooth(shape)});
    check_op(op, {random_floats({70001}, 5, -12, 12)}, {.gradients = false});
    check_op(ops::ActivateGrad{op}, {smooth({50003}), random_floats({50003}, 6)});
  }
}

TEST_CASE("softplus and log_sigmoid of infinity and NaN") {
  const Tensor x = Tensor::of<float>({4}, {-INFINITY, INFINITY, NAN, 0});
  for (const ActivationKind kind : {ActivationKind::softplus, ActivationKind::log_sigmoid}) {
    check_op(Activate{kind, 0, 0, 0}, {x}, {.gradients = false});
  }
}

TEST_CASE("relu of -infinity is 0 and of NaN is NaN") {
  const Tensor x = Tensor::of<float>({4}, {-INFINITY, INFINITY, NAN, -2});
  for (const float maximum : {INFINITY, 6.0f}) {
    for (const float threshold : {0.0f, 1.0f}) {
      const Activate relu{ActivationKind::relu, 0, maximum, threshold};
      check_op(relu, {x}, {.gradients = false});
      const auto y = *run_op(relu, {x});
      CHECK(y[0].data<float>()[0] == 0);
      CHECK(y[0].data<float>()[1] == maximum);
      CHECK(std::isnan(y[0].data<float>()[2]));
      CHECK(y[0].data<float>()[3] == 0);
    }
  }
}

TEST_CASE("activations stay finite far out") {
  const Tensor x = Tensor::of<float>({8}, {-1e4f, -100, -88.5f, -20, 20, 88.5f, 100, 1e4f});
  for (const Activate& op : all_kinds()) {
    INFO("kind " << static_cast<int>(op.kind));
    check_op(op, {x}, {.gradients = false});
    const auto dx = *run_op(ops::ActivateGrad{op}, {x, Tensor::full({8}, 1.0f)});
    for (const float each : dx[0].data<float>()) {
      CHECK_FALSE(std::isnan(each));
      if (op.kind != ActivationKind::exponential && !op.slope_from_output()) {
        CHECK(std::isfinite(each));
      }
    }
  }
}

TEST_CASE("activation functions by name") {
  constexpr ActivationFunction none;
  const ActivationFunction relu = "relu";
  const Value x = ops::input("x", {DType::float32, {any, 4}});
  CHECK(none.name() == "linear");
  CHECK(none(x) == x);
  CHECK(relu(x).node().op.as<Activate>()->kind == ActivationKind::relu);
  CHECK(ActivationFunction("swish") == ActivationFunction("silu"));
  CHECK(ActivationFunction("hard_swish").name() == "hard_silu");
  for (const std::string_view name : detail::kActivationNames) {
    const auto f = ActivationFunction::named(name);
    CHECK(ActivationFunction::from_config(f.to_config()) == f);
    CHECK(f(x).shape() == (name == "glu" ? Shape{any, 2} : x.shape()));
  }
  CHECK(ActivationFunction::from_config(Config()) == none);
  CHECK(ActivationFunction::from_config(
            parse_json(R"({"class_name": "function", "config": "relu"})")) == relu);
  CHECK(error_of([] {
          ActivationFunction::named("rleu");
        }).is(ErrorCode::not_found, "'rleu'; known are linear, relu, leaky_relu"));
}

}  // namespace linnet::test
