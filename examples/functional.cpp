// A functional model: two inputs, a part that both share, two outputs. Then the shared part alone,
// frozen, inside another model.
//
// Every row is a pair of measurements, each from one of three machines. The model says which
// machine the first one comes from, and whether both come from the same.
#include <cstdio>
#include <linnet/linnet.hpp>
#include <random>

namespace ln = linnet;

namespace {

constexpr ln::Index kFeatures = 4;
constexpr ln::Index kMachines = 3;

struct Pairs {
  ln::Tensor a, b;     // float32 (rows, kFeatures)
  ln::Tensor machine;  // int32 (rows): where a comes from
  ln::Tensor same;     // float32 (rows, 1): 1 if b comes from there too
};

/// A machine's measurements scatter around a point of its own.
Pairs make_pairs(ln::Index rows, unsigned seed) {
  constexpr float kCentres[kMachines][kFeatures] = {{2, 0, -1, 1}, {-1, 2, 1, 0}, {0, -2, 1, -1}};
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0.0f, 0.6f);
  std::uniform_int_distribution<int> any_machine(0, kMachines - 1);
  Pairs pairs{ln::Tensor(ln::DType::float32, {rows, kFeatures}),
              ln::Tensor(ln::DType::float32, {rows, kFeatures}),
              ln::Tensor(ln::DType::int32, {rows}), ln::Tensor(ln::DType::float32, {rows, 1})};
  for (ln::Index row = 0; row < rows; ++row) {
    const auto r = static_cast<std::size_t>(row);
    const int first = any_machine(random);
    const int second = random() % 2 == 0 ? first : any_machine(random);
    for (std::size_t f = 0; f < kFeatures; ++f) {
      pairs.a.data<float>()[r * kFeatures + f] = kCentres[first][f] + noise(random);
      pairs.b.data<float>()[r * kFeatures + f] = kCentres[second][f] + noise(random);
    }
    pairs.machine.data<std::int32_t>()[r] = first;
    pairs.same.data<float>()[r] = first == second ? 1.0f : 0.0f;
  }
  return pairs;
}

/// A model that is used inside others. Like every model it is a handle: wherever `encoder` is used,
/// it is the same weights.
ln::Model make_encoder() {
  const auto x = ln::input({kFeatures}, {.name = "measurement"});
  const auto h = x | ln::Dense{.units = 16, .activation = "relu"};
  return ln::Model(x, h | ln::Dense{.units = 8, .activation = "relu"}, "encoder");
}

ln::Model make_pair_model(const ln::Model& encoder) {
  const auto a = ln::input({kFeatures}, {.name = "a"});
  const auto b = ln::input({kFeatures}, {.name = "b"});
  const auto code_a = a | encoder;
  const auto code_b = b | encoder;
  const auto machine =
      code_a | ln::Dense{.units = kMachines, .activation = "softmax", .name = "machine"};
  const auto same = ln::concatenate({code_a, code_b}) |
                    ln::Dense{.units = 16, .activation = "relu"} |
                    ln::Dense{.units = 1, .activation = "sigmoid", .name = "same"};
  return ln::Model({a, b}, {machine, same}, "pairs");
}

bool check(bool right, const char* what) {
  std::printf("%-7s %s\n", right ? "ok" : "WRONG", what);
  return right;
}

bool train_pairs(const ln::Model& encoder, const Pairs& train, const Pairs& test) {
  ln::Model model = make_pair_model(encoder);
  std::printf("%s\n", model.summary().c_str());
  // One loss for each output. The accuracy is chosen by the shapes: of classes for the first, of a
  // yes or no for the second.
  model.compile({.optimizer = ln::Adam{.learning_rate = 0.01f},
                 .loss = {"sparse_categorical_crossentropy", "binary_crossentropy"},
                 .metrics = {"accuracy"}});
  model.fit({train.a, train.b}, {train.machine, train.same}, {.epochs = 5, .batch_size = 32});
  const ln::Logs logs = model.evaluate({test.a, test.b}, {test.machine, test.same});
  for (const auto& [name, value] : logs) std::printf("%-20s %.4f\n", name.c_str(), value);
  bool right = check(logs["machine_accuracy"] > 0.95, "the machine is recognized");
  right &= check(logs["same_accuracy"] > 0.9, "pairs are told apart");
  return right;
}

/// The encoder has learnt what matters in a measurement. A new question is put to it: only the new
/// last layer trains.
bool train_on_frozen(ln::Model encoder, const Pairs& train, const Pairs& test) {
  encoder.trainable = false;
  ln::Sequential model{encoder, ln::Dense{.units = kMachines, .activation = "softmax"}};
  model.compile({.optimizer = ln::Adam{.learning_rate = 0.01f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  const std::vector<ln::Tensor> before = encoder.get_weights();
  model.fit(train.a, train.machine, {.epochs = 5});
  std::printf("\n%s\n", model.summary().c_str());
  const double accuracy = model.evaluate(test.a, test.machine)["accuracy"];
  std::printf("%-20s %.4f\n", "accuracy", accuracy);
  bool right = check(accuracy > 0.95, "a new last layer learns on the frozen encoder");
  right &= check(encoder.get_weights() == before, "the frozen encoder has not changed");
  return right;
}

}  // namespace

int main() {
  try {
    ln::set_random_seed(1);
    const Pairs train = make_pairs(2000, 1), test = make_pairs(500, 2);
    const ln::Model encoder = make_encoder();
    const bool pairs = train_pairs(encoder, train, test);
    const bool frozen = train_on_frozen(encoder, train, test);
    return pairs && frozen ? 0 : 1;
  } catch (const ln::Error& error) {
    std::fprintf(stderr, "functional: %s\n", error.what());
    return 1;
  }
}
