// Layers that are frozen and thawed: what moves, what stays, what the optimizer remembers.
#include "io/temp_folder.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

struct Net {
  Model base;
  Sequential model;
};

/// A base with a normalization, and a head, compiled before anything is frozen.
Net make_net(const Optimizer& optimizer = "adam") {
  set_random_seed(4);
  const Value x = input({6});
  const Model base(x,
                   x | Dense{.units = 8, .name = "first"} | BatchNormalization{.name = "norm"} |
                       Activation{.activation = "relu"},
                   "base");
  Sequential model{base, Dense{.units = 3, .activation = "softmax", .name = "head"}};
  model.build({any, 6});
  model.compile({.optimizer = optimizer, .loss = "sparse_categorical_crossentropy"});
  return {base, model};
}

std::vector<Tensor> weights_under(const Model& model, std::string_view prefix) {
  std::vector<Tensor> found;
  for (const auto& [path, parameter] : model.parameters()) {
    if (path.starts_with(prefix)) found.push_back(parameter->value.clone());
  }
  return found;
}

std::map<std::string, Tensor> slots_under(const Model& model, std::string_view prefix) {
  std::map<std::string, Tensor> found;
  for (const auto& [path, parameter] : model.parameters()) {
    if (!path.starts_with(prefix)) continue;
    for (const Slot& slot : parameter->slots) found[path + "/" + slot.name] = slot.value.clone();
  }
  return found;
}

bool all_same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::ranges::equal(a, b, same_bits);
}

}  // namespace

TEST_CASE("Freezing a base after compile holds at the next step, statistics included", "[model]") {
  const NumberRows data(96);
  Net net = make_net();
  net.model.fit(data.x, data.y, {.epochs = 2});
  const auto trained = weights_under(net.model, "base/");
  const auto head = weights_under(net.model, "head/");
  net.base.trainable = false;
  net.model.fit(data.x, data.y, {.epochs = 3});
  CHECK(all_same(weights_under(net.model, "base/"), trained));  // four weights, two statistics
  CHECK(trained.size() == 6);
  CHECK_FALSE(all_same(weights_under(net.model, "head/"), head));
  net.base.trainable = true;
  net.model.train_on_batch(data.x, data.y);
  const auto now = weights_under(net.model, "base/");
  for (std::size_t i = 0; i < now.size(); ++i) CHECK_FALSE(same_bits(now[i], trained[i]));
}

TEST_CASE("One frozen normalization keeps its statistics while all else learns", "[model]") {
  const NumberRows data(64);
  Net net = make_net();
  net.model.fit(data.x, data.y);
  net.base.layer("norm").trainable = false;
  const auto norm = weights_under(net.model, "base/norm/"),
             first = weights_under(net.model, "base/first/");
  net.model.fit(data.x, data.y);
  CHECK(all_same(weights_under(net.model, "base/norm/"), norm));
  CHECK_FALSE(all_same(weights_under(net.model, "base/first/"), first));
}

TEST_CASE("A frozen normalization behind layers that learn normalizes as in prediction",
          "[model]") {
  const NumberRows data(64);
  Net net = make_net();
  net.model.fit(data.x, data.y, {.epochs = 3});
  Layer norm = net.base.layer("norm");
  // The loss of a training step is that before its update, so only the mode can make a difference.
  const auto losses = [&] {
    const double tested = net.model.test_on_batch(data.x, data.y)["loss"];
    return std::pair{tested, net.model.train_on_batch(data.x, data.y)["loss"]};
  };
  norm.trainable = false;
  for (int i = 0; i < 3; ++i) {
    const auto [tested, trained] = losses();
    CHECK(trained == Approx(tested).epsilon(1e-5));
  }
  norm.trainable = true;
  const auto [tested, trained] = losses();
  CHECK(std::abs(trained - tested) > 1e-3);
}

TEST_CASE("The optimizer remembers a base while it is frozen, and counts on", "[model]") {
  const NumberRows data(96);
  Net net = make_net();
  net.model.fit(data.x, data.y);
  CHECK(net.model.iterations() == 3);
  const auto before = slots_under(net.model, "base/");
  CHECK(before.size() == 8);  // two of each weight
  net.base.trainable = false;
  net.model.fit(data.x, data.y);
  net.base.trainable = true;
  CHECK(net.model.iterations() == 6);
  const auto after = slots_under(net.model, "base/");
  REQUIRE(after.size() == before.size());
  for (const auto& [name, slot] : before) CHECK(same_bits(after.at(name), slot));
}

TEST_CASE("A table that was frozen goes on where it stood: rows as dense", "[model]") {
  auto trained = [](bool dense, const std::string& file = {}) {
    AdamW adam{.learning_rate = 0.002f, .weight_decay = 0.02f};
    if (dense) adam.clipvalue = 1e30f;  // makes the gradient dense, and clips nothing
    Sequential sequential = text_model(50, adam);
    Model model = sequential;
    const Tensor x = random_ints({60, 3}, 11, 50), y = random_ints({60}, 12, 3);
    auto steps = [&](int count) {
      for (int i = 0; i < count; ++i) {
        const Index at = static_cast<Index>(i * 7) % 56;
        model.train_on_batch(x.rows(at, at + 3), y.rows(at, at + 3));
      }
    };
    steps(20);
    model.layers()[0].trainable = false;
    steps(30);
    if (!file.empty()) {
      model.save(file);
      model = Model::load(file);
    }
    model.layers()[0].trainable = true;
    steps(20);
    return model;
  };
  const Model by_rows = trained(false);
  check_close_weights(by_rows, trained(true), 1e-6);
  const TempFolder folder;
  check_same_weights(by_rows, trained(false, folder.path("frozen.linnet")));
}

TEST_CASE("Summary counts what is frozen as Keras does", "[model]") {
  Net net = make_net();
  // Dense 6 x 8 + 8, normalization 4 x 8, head 8 x 3 + 3.
  CHECK(net.model.summary().find("Trainable params: 99 (396.00 B)\n"
                                 "Non-trainable params: 16 (64.00 B)") != std::string::npos);
  net.base.trainable = false;
  CHECK(net.model.summary().find("Total params: 115 (460.00 B)\n"
                                 "Trainable params: 27 (108.00 B)\n"
                                 "Non-trainable params: 88 (352.00 B)") != std::string::npos);
}

}  // namespace linnet::test
