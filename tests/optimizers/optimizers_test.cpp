#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/norm_update.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/update.hpp>
#include <linnet/optimizers.hpp>

#include "core/class_names.hpp"
#include "core/error_of.hpp"
#include "golden/golden_classes.hpp"
#include "ops/check_op.hpp"
#include "optimizers/training.hpp"

namespace linnet::test {

TEST_CASE("Optimizers follow Keras for ten updates") {
  const Golden golden("optimizers");
  CHECK(golden.cases().size() == 69);
  CHECK(golden_classes(golden) == class_names(detail::Optimizers{}));
  for (const GoldenCase& each : golden.cases()) {
    INFO(each.name);
    const Optimizer optimizer = Optimizer::from_config(each.facts);
    Training training(optimizer, {each.at("start/0"), each.at("start/1")});
    if (!each.facts.at("excluded").items().empty()) {
      training.parameter(1).decay = 0;
      training.build();
    }
    const Tensor gradients[] = {each.at("gradient/0"), each.at("gradient/1")};
    const Tensor variables[] = {each.at("variable/0"), each.at("variable/1")};
    for (Index step = 0; step < each.facts.at("steps").as_integer(); ++step) {
      INFO("step " << step);
      const auto row = [&](const Tensor& t) {
        return t.rows(step, step + 1).reshaped(t.shape().without(0));
      };
      training.step({row(gradients[0]), row(gradients[1])});
      CHECK(close(training.value(0), row(variables[0]), 1e-5));
      CHECK(close(training.value(1), row(variables[1]), 1e-5));
    }
    for (int i = 0; i < 2; ++i) {
      for (const Slot& slot : training.parameter(i).slots) {
        INFO(slot.name);
        const std::string role = std::string("slot/") + (i == 0 ? "kernel_" : "bias_") + slot.name;
        CHECK(close(slot.value, each.at(role), 1e-5));
      }
    }
    const Config written = optimizer.to_config();
    CHECK(Optimizer::from_config(written).to_config() == written);
  }
}

namespace {

/// Compares all kernels of an update of a parameter of this shape; `slots` are the shapes of its
/// slots.
void check_update(const auto& update, const Shape& shape, const std::vector<Shape>& slots) {
  Tensors inputs{random_floats(shape, 1)};
  for (const Shape& slot : slots) {
    inputs.push_back(random_floats(slot, inputs.size() + 1, 0.1f, 1));
  }
  inputs.push_back(random_floats(shape, 9));
  inputs.push_back(Tensor::of<float>({}, {0.01f}));
  inputs.push_back(Tensor::of<std::int64_t>({}, {2}));
  check_op(update, inputs, {.tolerance = 1e-5});
}

std::vector<ops::StepRule> all_rules() {
  return {ops::SgdRule{},
          ops::SgdRule{.momentum = 0.9f},
          ops::SgdRule{.momentum = 0.9f, .nesterov = true},
          ops::AdamRule{},
          ops::AdamRule{.amsgrad = true},
          ops::NadamRule{},
          ops::AdamaxRule{},
          ops::RmspropRule{},
          ops::RmspropRule{.momentum = 0.8},
          ops::RmspropRule{.epsilon = 1, .centered = true},
          ops::RmspropRule{.momentum = 0.8, .epsilon = 1, .centered = true},
          ops::AdagradRule{},
          ops::AdadeltaRule{},
          ops::FtrlRule{},
          ops::FtrlRule{.power = 0.3, .l1 = 0.1, .l2 = 0.1, .shrinkage = 0.1, .beta = 0.1},
          ops::LionRule{}};
}

}  // namespace

TEST_CASE("Fused updates agree with the reference on any size and number of threads",
          "[optimizers]") {
  for (const Index size : {1, 7, 1000, 50001}) {
    for (const ops::StepRule& rule : all_rules()) {
      const ops::StepUpdate update{.rule = rule, .weight_decay = size == 7 ? 0.1f : 0.0f};
      INFO(to_json(Op(update).config()));
      check_update(update, {size}, std::vector<Shape>(ops::slots_of(rule).size(), Shape{size}));
    }
    check_update(ops::LambUpdate{.weight_decay = 0.1f}, {size}, {{size}, {size}});
    check_update(ops::AdafactorUpdate{.weight_decay = 0.1f}, {size}, {{size}});
  }
  for (const Shape& shape : {Shape{3, 5}, Shape{300, 40}, Shape{3, 3, 70, 8}}) {
    const auto rank = static_cast<int>(shape.rank());
    check_update(ops::AdafactorUpdate{}, shape, {shape.without(rank - 1), shape.without(rank - 2)});
  }
}

TEST_CASE("Weight decay, rates and freezing go by parameter") {
  const Tensor ones = Tensor::full<float>({3}, 1.0f);
  Training training(SGD{.learning_rate = 0.5f}, {ones, ones, ones});
  training.parameter(1).rate = 0.1f;
  training.parameter(2).frozen = true;
  training.build();
  training.step({ones, ones, ones});
  CHECK(close(training.value(0), Tensor::full<float>({3}, 0.5f), 1e-6));
  CHECK(close(training.value(1), Tensor::full<float>({3}, 0.95f), 1e-6));
  CHECK(training.value(2) == ones);
}

TEST_CASE("A constraint sees the parameter after its update") {
  Training training(SGD{.learning_rate = 1}, {Tensor::of<float>({2}, {1, 1})});
  training.parameter(0).constraint = [](const Value& w) {
    return ops::maximum(w, ops::constant(0.25f));
  };
  training.build();
  training.step({Tensor::of<float>({2}, {0.5f, 5})});
  CHECK(training.value(0) == Tensor::of<float>({2}, {0.5f, 0.25f}));
}

namespace {

/// Rprop's idea in three lines: a step of the sign of a running mean.
struct SignMomentum {
  static constexpr const char* kName = "SignMomentum";
  LearningRate learning_rate = 0.1f;
  float momentum = 0.5f;
  std::optional<float> weight_decay = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("learning_rate", self.learning_rate);
    field("momentum", self.momentum);
    field("weight_decay", self.weight_decay);
  }
  void update(UpdateScope& scope, const Value& w, const Gradient& gradient) const {
    const Value g = scope.dense(gradient), m = scope.slot("mean", 2);
    const Value mean = ops::add(ops::affine(m, momentum), ops::affine(g, 1 - momentum));
    scope.assign(m, mean);
    const Value sign = ops::unary(ops::UnaryKind::sign, mean);
    scope.assign(w, ops::subtract(w, ops::multiply(sign, scope.learning_rate())));
  }
};

}  // namespace

TEST_CASE("One's own optimizer is an aggregate of ordinary ops") {
  Training training(SignMomentum{}, {Tensor::of<float>({2}, {1, 1})});
  training.step({Tensor::of<float>({2}, {-4, 0})});
  CHECK(close(training.value(0), Tensor::of<float>({2}, {1.1f, 0.9f}), 1e-6));
  CHECK(close(training.parameter(0).slots[0].value, Tensor::of<float>({2}, {-1, 1}), 1e-6));
  training.step({Tensor::of<float>({2}, {-4, -4})});
  CHECK(close(training.value(0), Tensor::of<float>({2}, {1.2f, 1.0f}), 1e-6));

  Training decaying(SignMomentum{.weight_decay = 0.5f}, {Tensor::of<float>({1}, {2})});
  decaying.step({Tensor::of<float>({1}, {3})});
  CHECK(close(decaying.value(0), Tensor::of<float>({1}, {2 - 2 * 0.5f * 0.1f - 0.1f}), 1e-6));
  CHECK(Optimizer(SignMomentum{}).to_config().at("class_name").as_string() == "SignMomentum");
}

TEST_CASE("A gradient of rows does what the dense gradient does") {
  const Tensor table = random_floats({6, 3}, 1), values = random_floats({2, 3}, 2);
  const Tensor ids = Tensor::of<std::int32_t>({2, 2}, {1, 4, 4, 4});
  Tensor dense(DType::float32, {6, 3});
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      const auto row = static_cast<std::size_t>(ids.data<std::int32_t>()[i]);
      dense.data<float>()[row * 3 + k] += values.data<float>()[i / 2 * 3 + k];
    }
  }
  std::vector<Optimizer> optimizers{SGD{.clipnorm = 0.3f},
                                    SGD{.global_clipnorm = 0.3f},
                                    SGD{.clipvalue = 0.1f},
                                    SGD{.weight_decay = 0.1f},
                                    SGD{.momentum = 0.9f, .loss_scale_factor = 4.0f},
                                    RMSprop{.use_ema = true},
                                    Nadam{.gradient_accumulation_steps = 2},
                                    Adam{.amsgrad = true},
                                    RMSprop{.momentum = 0.9, .centered = true},
                                    Adagrad{.weight_decay = 0.1f},
                                    Ftrl{.l1_regularization_strength = 0.01},
                                    Ftrl{.l2_shrinkage_regularization_strength = 0.1},
                                    Adam{.clipvalue = 0.1f}};
  for (const char* name : {"sgd", "adam", "adamw", "nadam", "adamax", "rmsprop", "adagrad",
                           "adadelta", "ftrl", "lion", "lamb", "adafactor", "muon"}) {
    optimizers.push_back(Optimizer::named(name));
  }
  for (const Optimizer& optimizer : optimizers) {
    INFO(to_json(optimizer.to_config()));
    Training by_rows(optimizer, {table}), by_dense(optimizer, {table});
    by_rows.use_rows({2, 2});
    for (int step = 0; step < 4; ++step) {
      by_rows.step({values}, ids);
      by_dense.step({dense});
      CHECK(close(by_rows.value(0), by_dense.value(0), 1e-6));
    }
  }
}

TEST_CASE("Optimizers are named as in Keras and keep their settings") {
  CHECK(Optimizer("adam").class_name() == "Adam");
  CHECK(Optimizer("adamw").class_name() == "AdamW");
  CHECK(Optimizer("adam_w").as<AdamW>()->weight_decay == 0.004f);
  CHECK(Optimizer::named("SGD").learning_rate().at(0) == 0.01f);
  const Optimizer slower = Optimizer("sgd").with_learning_rate(0.5f);
  CHECK(slower.learning_rate().at(0) == 0.5);
  CHECK(slower.class_name() == "SGD");
  CHECK(
      error_of([] {
        Optimizer::named("rprop");
      }).is(ErrorCode::not_found, "optimizer: unknown name 'rprop'; known: adam, adamw, sgd, na"));
  CHECK(error_of([] {
          apply_gradients(SGD{.clipnorm = 1.0f, .clipvalue = 1.0f}, {});
        }).is(ErrorCode::invalid_argument, "only one of clipnorm, global_clipnorm"));
  CHECK(error_of([] {
          apply_gradients(SGD{.clipnorm = -1.0f}, {});
        }).is(ErrorCode::invalid_argument, "clipnorm must be positive, got -1"));
  CHECK_FALSE(Optimizer());
}

}  // namespace linnet::test
