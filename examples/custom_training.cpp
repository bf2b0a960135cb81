// A loss, a metric, a schedule and an optimizer of one's own, each in a few lines.
//
// The model predicts an interval: of each row the number below which 10 % of what may come lie, and
// the one below which 90 % do. No ready-made loss asks for that; the pinball loss does. The metric
// says how often the interval holds the truth, which should be 80 %.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <linnet/linnet.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <random>
#include <string>

namespace ln = linnet;
namespace ops = linnet::ops;

namespace {

/// The mean over the outputs of max(q e, (q - 1) e), e = y_true - y_pred, with a quantile q for
/// each output. A loss gives one number for each row; gradients follow from the ops.
struct Pinball {
  static constexpr const char* kName = "Pinball";
  std::vector<float> quantiles = {0.5f};
  static void fields(auto& self, ln::FieldVisitor& field) { field("quantiles", self.quantiles); }

  ln::Value emit(const ln::Value& y_true, const ln::Value& y_pred) const {
    const auto count = static_cast<ln::Index>(quantiles.size());
    const ln::Value q = ops::constant(ln::Tensor::of<float>({count}, quantiles));
    const ln::Value e = ops::subtract(y_true, y_pred);  // (rows, 1) and (rows, outputs)
    const ln::Value below = ops::multiply(q, e), above = ops::multiply(ops::affine(q, 1, -1), e);
    return ops::reduce_mean(ops::maximum(below, above), {-1});
  }
};

/// How often y_true is between the two outputs. A metric that is a mean looks like a loss. Others,
/// which are made of sums over all rows, have sums() and result(): see metrics.hpp.
struct Coverage {
  static constexpr const char* kName = "Coverage";
  std::string name = "coverage";
  static void fields(auto& self, ln::FieldVisitor& field) { field("name", self.name); }

  ln::Value emit(const ln::Value& y_true, const ln::Value& y_pred) const {
    const auto not_above = [](const ln::Value& a, const ln::Value& b) {
      return ops::cast(ops::compare(ops::CompareKind::less_equal, a, b), ln::DType::float32);
    };
    const ln::Value low = ops::slice(y_pred, -1, 0, 1), high = ops::slice(y_pred, -1, 1, 1);
    return ops::squeeze(ops::multiply(not_above(low, y_true), not_above(y_true, high)), -1);
  }
};

/// A rate that grows for some steps, stays, and falls to 0 at the last one. A schedule is a
/// function of the step.
struct Trapezoid {
  static constexpr const char* kName = "Trapezoid";
  float peak = 0.003f;
  ln::Index steps = 1000;
  float warmup = 0.1f, decay = 0.4f;  // shares of the steps
  static void fields(auto& self, ln::FieldVisitor& field) {
    field("peak", self.peak);
    field("steps", self.steps);
    field("warmup", self.warmup);
    field("decay", self.decay);
  }

  double at(ln::Index step) const {
    const double done = static_cast<double>(step) / static_cast<double>(steps);
    const double up = done / static_cast<double>(warmup),
                 down = (1 - done) / static_cast<double>(decay);
    return static_cast<double>(peak) * std::clamp(std::min(up, down), 0.0, 1.0);
  }
};

/// w -= learning rate times m / (|m| + 1e-8), m being a moving mean of gradients and |m| the root
/// of the mean of its squares over the parameter. What an optimizer keeps of a parameter are slots;
/// they are saved with the model. Weight decay, clipping and moving averages of the weights come
/// with fields of Keras's names: see OptimizerSettings.
struct NormalizedDescent {
  static constexpr const char* kName = "NormalizedDescent";
  ln::LearningRate learning_rate = 0.01f;
  float momentum = 0.9f;
  static void fields(auto& self, ln::FieldVisitor& field) {
    field("learning_rate", self.learning_rate);
    field("momentum", self.momentum);
  }

  void update(ln::UpdateScope& scope, const ln::Value& w, const ln::Gradient& gradient) const {
    const ln::Value m = ops::add(ops::affine(scope.slot("mean"), momentum),
                                 ops::affine(scope.dense(gradient), 1 - momentum));
    const ln::Value square = ops::reduce_mean(ops::unary(ops::UnaryKind::square, m));
    const ln::Value size = ops::affine(ops::unary(ops::UnaryKind::sqrt, square), 1, 1e-8f);
    const ln::Value step = ops::multiply(ops::divide(m, size), scope.learning_rate());
    scope.assign(w, ops::subtract(w, step));
    scope.assign(scope.slot("mean"), m);
  }
};

struct Points {
  ln::Tensor x;  // float32 (rows, 1)
  ln::Tensor y;  // float32 (rows, 1)
};

/// y = sin(3 x) and noise that grows with x.
Points make_points(ln::Index rows, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> number(0.0f, 2.0f);
  std::normal_distribution<float> noise;
  Points points{ln::Tensor(ln::DType::float32, {rows, 1}),
                ln::Tensor(ln::DType::float32, {rows, 1})};
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
    const float x = number(random);
    points.x.data<float>()[row] = x;
    points.y.data<float>()[row] = std::sin(3 * x) + (0.1f + 0.2f * x) * noise(random);
  }
  return points;
}

bool check(bool right, const char* what) {
  std::printf("%-7s %s\n", right ? "ok" : "WRONG", what);
  return right;
}

/// Saves the model, loads it, and compares what both say of the test rows. A file names the
/// classes, so they are made known first.
bool survives_saving(ln::Model& model, const Points& test) {
  ln::register_loss<Pinball>();
  ln::register_metric<Coverage>();
  ln::register_schedule<Trapezoid>();
  ln::register_optimizer<NormalizedDescent>();
  const auto name = "custom_training_" + std::to_string(std::random_device{}()) + ".linnet";
  const auto path = std::filesystem::temp_directory_path() / name;
  model.save(path.string());
  ln::Model loaded = ln::Model::load(path.string());
  std::filesystem::remove(path);
  const ln::Logs before = model.evaluate(test.x, test.y), after = loaded.evaluate(test.x, test.y);
  return check(before["loss"] == after["loss"] && before["coverage"] == after["coverage"],
               "the loaded model has the same loss and metric");
}

}  // namespace

int main() {
  try {
    ln::set_random_seed(1);
    constexpr ln::Index kRows = 2000, kBatch = 50;
    constexpr int kEpochs = 40;
    const Points train = make_points(kRows, 1), test = make_points(1000, 2);
    ln::Sequential model{ln::Dense{.units = 32, .activation = "tanh"},
                         ln::Dense{.units = 32, .activation = "tanh"}, ln::Dense{.units = 2}};
    const Trapezoid rate{.peak = 0.003f, .steps = kEpochs * kRows / kBatch};
    model.compile({.optimizer = NormalizedDescent{.learning_rate = rate},
                   .loss = Pinball{.quantiles = {0.1f, 0.9f}},
                   .metrics = {Coverage{}}});
    const ln::History history =
        model.fit(train.x, train.y, {.epochs = kEpochs, .batch_size = kBatch});
    const ln::Logs logs = model.evaluate(test.x, test.y);
    std::printf("loss      %.4f at first, %.4f at last, %.4f on the test rows\n",
                history["loss"].front(), history["loss"].back(), logs["loss"]);
    std::printf("coverage  %.3f of the test rows\n\n", logs["coverage"]);
    // The best interval, 1.28 standard deviations to each side, has a loss of 0.053 here.
    bool right = check(logs["loss"] < 0.06, "the intervals are near the best ones");
    right &= check(std::abs(logs["coverage"] - 0.8) < 0.05, "they hold 80 % of the test rows");
    right &= survives_saving(model, test);
    return right ? 0 : 1;
  } catch (const ln::Error& error) {
    std::fprintf(stderr, "custom_training: %s\n", error.what());
    return 1;
  }
}
