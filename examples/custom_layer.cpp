// A layer of one's own: written with ops, trained, saved, and loaded again.
//
// The layer multiplies two views of its input, as gated units do. One such unit can learn what no
// Dense layer can: whether two numbers have the same sign.
#include <cstdio>
#include <filesystem>
#include <linnet/linnet.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <random>
#include <string>

namespace ln = linnet;

namespace {

/// y = (x kernel + bias) * sigmoid(x gate_kernel + gate_bias), over the last axis.
///
/// A layer is an ordinary struct. It needs no base class and no backward pass: gradients follow
/// from the ops that emit() builds. What fields() lists is saved, loaded and compared.
struct GatedDense {
  static constexpr const char* kName = "GatedDense";
  static constexpr ln::MaskRule kMask = ln::MaskRule::pass;

  ln::Index units = 1;
  ln::Initializer kernel_initializer = "glorot_uniform";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, ln::FieldVisitor& field) {
    field("units", self.units);
    field("kernel_initializer", self.kernel_initializer);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  ln::Value emit(ln::Scope& scope, const ln::Call& call) const {
    const ln::Value gate = ln::ops::sigmoid(affine(scope, call.input(), "gate_"));
    return ln::ops::multiply(affine(scope, call.input(), ""), gate);
  }

 private:
  /// The first call makes the parameters, later ones find them by name.
  ln::Value affine(ln::Scope& scope, const ln::Value& x, const std::string& prefix) const {
    const ln::Value kernel =
        scope.parameter(prefix + "kernel", {x.shape()[-1], units}, kernel_initializer);
    const ln::Value bias = scope.parameter(prefix + "bias", {units}, ln::Initializer("zeros"));
    return ln::ops::add(ln::ops::matmul(x, kernel), bias);
  }
};

struct Points {
  ln::Tensor x;  // float32 (rows, 2)
  ln::Tensor y;  // float32 (rows, 1): 1 if both numbers have the same sign
};

Points make_points(ln::Index rows, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> number(-1.0f, 1.0f);
  Points points{ln::Tensor(ln::DType::float32, {rows, 2}),
                ln::Tensor(ln::DType::float32, {rows, 1})};
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
    const float a = number(random), b = number(random);
    points.x.data<float>()[2 * row] = a;
    points.x.data<float>()[2 * row + 1] = b;
    points.y.data<float>()[row] = (a < 0) == (b < 0) ? 1.0f : 0.0f;
  }
  return points;
}

double accuracy_with(ln::Layer layer, const Points& train, const Points& test,
                     ln::Sequential& model) {
  model.add(std::move(layer));
  model.add(ln::Dense{.units = 1, .activation = "sigmoid"});
  model.compile({.optimizer = ln::Adam{.learning_rate = 0.02f},
                 .loss = "binary_crossentropy",
                 .metrics = {"accuracy"}});
  model.fit(train.x, train.y, {.epochs = 20, .batch_size = 32});
  return model.evaluate(test.x, test.y)["accuracy"];
}

bool check(bool right, const char* what) {
  std::printf("%-7s %s\n", right ? "ok" : "WRONG", what);
  return right;
}

/// Saves the model, loads it, and compares every prediction. Loading has to find the class by its
/// name, so it is made known first.
bool survives_saving(const ln::Model& model, const Points& test) {
  ln::register_layer<GatedDense>();
  const auto name = "custom_layer_" + std::to_string(std::random_device{}()) + ".linnet";
  const auto path = std::filesystem::temp_directory_path() / name;
  model.save(path.string());
  const ln::Model loaded = ln::Model::load(path.string());
  std::filesystem::remove(path);
  const auto* layer = loaded.layers().front().as<GatedDense>();
  bool right =
      check(layer != nullptr && layer->units == 4, "the loaded layer is a GatedDense of 4");
  right &= check(loaded.predict(test.x) == model.predict(test.x), "the loaded model is the same");
  return right;
}

}  // namespace

int main() {
  try {
    ln::set_random_seed(1);
    const Points train = make_points(2000, 1), test = make_points(500, 2);
    ln::Sequential plain, gated;
    const double without = accuracy_with(ln::Dense{.units = 4}, train, test, plain);
    const double with = accuracy_with(GatedDense{.units = 4}, train, test, gated);
    std::printf("%s\n", gated.summary().c_str());
    std::printf("accuracy with Dense       %.3f\n", without);
    std::printf("accuracy with GatedDense  %.3f\n\n", with);
    bool right = check(without < 0.7, "a Dense layer cannot learn it");
    right &= check(with > 0.93, "GatedDense can");
    right &= survives_saving(gated, test);
    return right ? 0 : 1;
  } catch (const ln::Error& error) {
    std::fprintf(stderr, "custom_layer: %s\n", error.what());
    return 1;
  }
}
