// Parameter groups: rates and decays of their own.
#include "io/temp_folder.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

Sequential grouped(const Optimizer& optimizer, std::vector<ParameterGroup> groups,
                   bool text = false) {
  Sequential model = text ? text_model(40, optimizer) : perceptron(optimizer);
  model.compile({.optimizer = optimizer,
                 .loss = "sparse_categorical_crossentropy",
                 .parameter_groups = std::move(groups)});
  return model;
}

/// The parameters of `model`, changed by a fifth of what one step of `reference` changes.
void check_fifth(const Tensor& start, const Tensor& whole, const Tensor& part) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(start.size()); ++i) {
    const float a = start.data<float>()[i];
    CHECK(part.data<float>()[i] - a == Approx((whole.data<float>()[i] - a) / 5).margin(1e-7));
  }
}

}  // namespace

TEST_CASE("A group has the optimizer's rate times its own factor", "[model]") {
  const NumberRows data(32);
  for (const Optimizer& optimizer : {Optimizer(SGD{.learning_rate = 0.5f}), Optimizer("adam")}) {
    Sequential plain = grouped(optimizer, {});
    const auto start = plain.get_weights();
    Sequential model = grouped(optimizer, {{.path = "dense", .learning_rate_multiplier = 0.2f},
                                           {.path = "*/bias", .learning_rate_multiplier = 0.0f}});
    plain.train_on_batch(data.x, data.y);
    model.train_on_batch(data.x, data.y);
    const auto a = plain.get_weights(), b = model.get_weights();
    check_fifth(start[0], a[0], b[0]);
    CHECK(same_bits(b[1], start[1]));  // the last group that gives a number has its way
    CHECK(same_bits(b[2], a[2]));
    CHECK(same_bits(b[3], start[3]));
    CHECK_FALSE(same_bits(a[3], start[3]));
  }
}

TEST_CASE("Biases can be left out of the weight decay", "[model]") {
  const NumberRows data(32);
  const AdamW adamw{.learning_rate = 0.01f, .weight_decay = 0.5f};
  Sequential all = grouped(adamw, {});
  Sequential model = grouped(adamw, {{.path = "*/bias", .weight_decay_multiplier = 0.0f}});
  Sequential none = grouped(Adam{.learning_rate = 0.01f}, {});
  for (Sequential* m : {&all, &model, &none}) {
    auto weights = m->get_weights();
    for (float& b : weights[1].data<float>()) b = 1;
    m->set_weights(weights);
    m->train_on_batch(data.x, data.y);
  }
  CHECK(same_bits(model.get_weights()[0], all.get_weights()[0]));
  CHECK(same_bits(model.get_weights()[1], none.get_weights()[1]));
  CHECK_FALSE(same_bits(model.get_weights()[1], all.get_weights()[1]));
}

TEST_CASE("A group holds for rows of a table as for all of it", "[model]") {
  auto trained = [](bool dense) {
    AdamW adamw{.learning_rate = 0.01f, .weight_decay = 0.1f};
    if (dense) adamw.clipvalue = 1e30f;  // makes the gradient dense, and clips nothing
    Sequential model = grouped(
        adamw,
        {{.path = "embedding*", .learning_rate_multiplier = 0.3f, .weight_decay_multiplier = 2.0f}},
        true);
    const Tensor x = random_ints({60, 3}, 11, 40), y = random_ints({60}, 12, 3);
    for (Index at = 0; at < 54; at += 2) {
      model.train_on_batch(x.rows(at, at + 3), y.rows(at, at + 3));
    }
    return model;
  };
  check_close_weights(trained(false), trained(true), 1e-6);
}

TEST_CASE("Groups are saved with the training state", "[model]") {
  const NumberRows data(32);
  const std::vector<ParameterGroup> groups{{.path = "dense_1/*", .learning_rate_multiplier = 0.2f},
                                           {.path = "*/bias", .weight_decay_multiplier = 0.0f}};
  Sequential model = grouped(AdamW{.learning_rate = 0.05f, .weight_decay = 0.1f}, groups);
  model.fit(data.x, data.y);
  const TempFolder folder;
  const std::string path = folder.path("model.linnet");
  model.save(path);
  Model loaded = Model::load(path);
  for (Model* m : {static_cast<Model*>(&model), &loaded}) m->train_on_batch(data.x, data.y);
  check_same_weights(model, loaded);
}

TEST_CASE("Rows that wait are made up by their group's rule after loading", "[model]") {
  Sequential model = grouped(AdamW{.learning_rate = 0.05f, .weight_decay = 0.1f},
                             {{.path = "embedding", .weight_decay_multiplier = 3.0f}}, true);
  const Tensor x = random_ints({60, 3}, 11, 40), y = random_ints({60}, 12, 3);
  for (Index at = 0; at < 40; at += 2) {
    model.train_on_batch(x.rows(at, at + 2), y.rows(at, at + 2));
  }
  const TempFolder folder;
  const std::string path = folder.path("model.linnet");
  model.save(path);
  Model loaded = Model::load(path);
  for (Model* m : {static_cast<Model*>(&model), &loaded}) m->train_on_batch(x, y);
  check_same_weights(model, loaded);
}

TEST_CASE("A pattern that nothing has is refused with what comes close", "[model]") {
  const auto error = error_of([] { grouped("adam", {{.path = "dense_1/kernal"}}); });
  CHECK(error.is(ErrorCode::not_found, "'dense_1/kernal'"));
  CHECK(error.is(ErrorCode::not_found, "closest: 'dense_1/kernel'"));
  CHECK(error_of([] { grouped("adam", {{.path = ""}}); }).is(ErrorCode::not_found, "closest"));
  CHECK(error_of([] {
          grouped("adam", {{.path = "dense", .learning_rate_multiplier = -1.0f}});
        }).is(ErrorCode::invalid_argument, "learning_rate_multiplier must be 0 or more"));
  CHECK(error_of([] {
          grouped("adam", {{.path = "dense", .weight_decay_multiplier = -1.0f}});
        }).is(ErrorCode::invalid_argument, "weight_decay_multiplier"));
  // Of a model that is not built, it is the first fit that can tell.
  Sequential model{Dense{.units = 3, .activation = "softmax"}};
  model.compile({.loss = "sparse_categorical_crossentropy", .parameter_groups = {{.path = "hed"}}});
  const NumberRows data(8);
  CHECK(error_of([&] { model.fit(data.x, data.y); }).is(ErrorCode::not_found, "'dense'"));
  CHECK(model.iterations() == 0);
}

}  // namespace linnet::test
