// Files of models with layers, losses, metrics, optimizers and schedules of the user's.
#include <linnet/linnet.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "io/trained_model.hpp"

namespace ln = linnet;
using ln::ErrorCode;
using ln::Index;
using ln::Tensor;
using ln::test::error_of;
using ln::test::floats;
using ln::test::same_weights;
using ln::test::TempFolder;

namespace {

/// A layer of the user's: y = x * factor + shift.
struct Scaled {
  static constexpr const char* kName = "Scaled";
  float factor = 1;
  std::string name = {};
  bool trainable = true;
  static void fields(auto& self, ln::FieldVisitor& field) {
    field("factor", self.factor);
    field("name", self.name);
    field("trainable", self.trainable);
  }
  ln::Value emit(ln::Scope& scope, const ln::Call& call) const {
    const ln::Value shift = scope.parameter("shift", {call.input().shape()[-1]},
                                            [](Tensor& t, const ln::RandomStream& random) {
                                              for (float& x : t.data<float>()) {
                                                x = random.uniform(0);
                                              }
                                            });
    const ln::Value scaled = ln::ops::multiply(call.input(), ln::ops::constant(factor));
    return ln::ops::add(scaled, shift);
  }
};

/// A loss of the user's: factor (t - y)^4, averaged over the last axis.
struct Quartic {
  static constexpr const char* kName = "Quartic";
  float factor = 1;
  static void fields(auto& self, ln::FieldVisitor& field) { field("factor", self.factor); }
  ln::Value emit(const ln::Value& y_true, const ln::Value& y_pred) const {
    const ln::Value d = ln::ops::subtract(y_true, y_pred), square = ln::ops::multiply(d, d);
    return ln::ops::affine(ln::ops::reduce_mean(ln::ops::multiply(square, square), {-1}), factor);
  }
};

/// A metric of the user's: y - t, averaged over the last axis.
struct Offset {
  static constexpr const char* kName = "Offset";
  std::string name = "offset";
  static void fields(auto& self, ln::FieldVisitor& field) { field("name", self.name); }
  ln::Value emit(const ln::Value& y_true, const ln::Value& y_pred) const {
    return ln::ops::reduce_mean(ln::ops::subtract(y_pred, y_true), {-1});
  }
};

/// A schedule of the user's: first / (step + 1).
struct Falling {
  static constexpr const char* kName = "Falling";
  float first = 1;
  static void fields(auto& self, ln::FieldVisitor& field) { field("first", self.first); }
  double at(Index step) const { return double{first} / static_cast<double>(step + 1); }
};

/// An optimizer of the user's: w -= lr (g + m) / 2, where m is the gradient before.
struct Halving {
  static constexpr const char* kName = "Halving";
  ln::LearningRate learning_rate = 0.1f;
  static void fields(auto& self, ln::FieldVisitor& field) {
    field("learning_rate", self.learning_rate);
  }
  void update(ln::UpdateScope& scope, const ln::Value& w, const ln::Gradient& gradient) const {
    const ln::Value g = scope.dense(gradient), before = scope.slot("before");
    const ln::Value half = ln::ops::affine(ln::ops::add(g, before), 0.5f);
    scope.assign(w, ln::ops::subtract(w, ln::ops::multiply(half, scope.learning_rate())));
    scope.assign(before, g);
  }
};

}  // namespace

TEST_CASE("layers of one's own, shared layers, inner models, several inputs and outputs", "[io]") {
  const TempFolder folder;
  ln::register_layer<Scaled>();
  const ln::Shared encode{ln::Dense{.units = 4, .activation = "relu"}};
  const ln::Value a = ln::input({3}), b = ln::input({3});
  const ln::Sequential inner{Scaled{.factor = 0.5f}, ln::Dense{.units = 4}};
  const ln::Value both = ln::call(ln::Concatenate{}, {a | encode, b | encode});
  const ln::Value y0 = both | ln::Dense{.units = 4} | inner;
  const ln::Value y1 = y0 | ln::Activation{"tanh"} | inner | ln::Dense{.units = 1};
  ln::Model model(ln::Values{a, b}, ln::Values{y0, y1}, "both");
  const std::vector<Tensor> x{floats({6, 3}, 1), floats({6, 3}, 2)};
  model.compile({.optimizer = "sgd", .loss = "mse", .loss_weights = {1.0f, 0.5f}});
  model.train_on_batch(x, std::vector<Tensor>{floats({6, 4}, 3), floats({6, 1}, 4)});
  model.save(folder.path("m.linnet"));
  ln::Model loaded = ln::Model::load(folder.path("m.linnet"));
  CHECK(loaded.name() == "both");
  CHECK(loaded.predict_all(x) == model.predict_all(x));
  CHECK(loaded.count_params() == model.count_params());
  const std::vector<Tensor> y{floats({6, 4}, 3), floats({6, 1}, 4)};
  model.train_on_batch(x, y);
  loaded.train_on_batch(x, y);
  CHECK(same_weights(loaded, model));
}

TEST_CASE("losses, metrics, optimizers and schedules of one's own are loaded once registered",
          "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("own.linnet");
  ln::Sequential model{ln::Dense{.units = 2}};
  const Tensor x = floats({6, 3}, 1), y = floats({6, 2}, 2);
  model.build({ln::any, 3});
  model.compile({.optimizer = Halving{.learning_rate = Falling{.first = 0.01f}},
                 .loss = Quartic{.factor = 3},
                 .metrics = {Offset{.name = "far"}}});
  model.train_on_batch(x, y);
  model.save(path);
  const auto missing = [&](const char* registration) {
    return error_of([&] { ln::Model::load(path); }).is(ErrorCode::not_found, registration);
  };
  CHECK(missing("register_optimizer<Halving>()"));
  ln::register_optimizer<Halving>();
  CHECK(missing("register_schedule<Falling>()"));
  ln::register_schedule<Falling>();
  CHECK(missing("register_loss<Quartic>()"));
  ln::register_loss<Quartic>();
  ln::register_loss<Quartic>();
  CHECK(missing("register_metric<Offset>()"));
  ln::register_metric<Offset>();
  ln::Model loaded = ln::Model::load(path);
  for (int step = 0; step < 3; ++step) {
    const ln::Logs logs = loaded.train_on_batch(x, y), wanted = model.train_on_batch(x, y);
    CHECK(logs["loss"] == wanted["loss"]);
    CHECK(logs["far"] == wanted["far"]);
  }
  CHECK(same_weights(loaded, model));
  CHECK(ln::Loss::named("Quartic").class_name() == "Quartic");
  CHECK(error_of([] { ln::Loss::named("Cubic"); }).is(ErrorCode::not_found, "'Cubic'"));
}
