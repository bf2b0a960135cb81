// Layers that change pictures while training: what Keras computes for given numbers, and how the
// numbers are drawn.
#include <linnet/linnet.hpp>
#include <numbers>
#include <set>

#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "layers/keras_config.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// The layer's output while training, at a step of a model with this seed.
Tensor at_step(const Layer& layer, const Tensor& x, std::int64_t step, std::int64_t seed = 1) {
  detail::Emission emission;
  emission.training = true;
  const Value in = ops::constant(x);
  const Values y = detail::expand_layer(layer.instance(), emission, "", true, {in});
  return run_graph(y.front(), {{"seed", Tensor::of<std::int64_t>({2}, {seed, step})}});
}

Layer layer_of(const GoldenCase& each) {
  return layer_from_config(each.facts.at("class_name").as_string(),
                           without_keras_keys(each.facts.at("config")));
}

/// Each picture is as it was or mirrored, and both occur.
void check_flips(const Tensor& x, const Tensor& mirrored, const Tensor& y) {
  int kept = 0, turned = 0;
  for (Index i = 0; i < x.shape()[0]; ++i) {
    kept += y.rows(i, i + 1) == x.rows(i, i + 1);
    turned += y.rows(i, i + 1) == mirrored.rows(i, i + 1);
  }
  CHECK(kept + turned == x.shape()[0]);
  CHECK(kept > 0);
  CHECK(turned > 0);
}

/// One value for each of many pictures of one pixel: what the layer drew.
std::vector<double> drawn(const Layer& layer, Index count, const Shape& picture, float value) {
  const Tensor y = at_step(layer, Tensor::full(Shape{count}.joined(picture), value), 1);
  std::vector<double> values;
  const auto each = static_cast<std::size_t>(picture.elements());
  for (std::size_t i = 0; i < y.data<float>().size(); i += each) {
    values.push_back(static_cast<double>(y.data<float>()[i]));
  }
  return values;
}

/// The values are uniform in [low, high]: inside, near both ends, and with its mean and variance.
void check_uniform(const std::vector<double>& values, double low, double high) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double width = high - low, slack = 1e-4 * (1 + std::abs(low) + std::abs(high));
  CHECK(*least >= low - slack);
  CHECK(*most <= high + slack);
  CHECK(*least < low + 0.02 * width);
  CHECK(*most > high - 0.02 * width);
  double sum = 0, square = 0;
  for (const double v : values) sum += v, square += v * v;
  const double mean = sum / static_cast<double>(values.size());
  CHECK(std::abs(mean - (low + high) / 2) < 0.03 * width);
  CHECK(std::abs(square / static_cast<double>(values.size()) - mean * mean - width * width / 12) <
        0.01 * width * width);
}

/// Pictures of one row 0, 1, ..., width - 1: where in x a place of y was read.
Tensor ramps(Index count, Index width) {
  Tensor x(DType::float32, {count, 1, width, 1});
  for (std::size_t i = 0; i < x.data<float>().size(); ++i) {
    x.data<float>()[i] = static_cast<float>(i % static_cast<std::size_t>(width));
  }
  return x;
}

}  // namespace

TEST_CASE("Layers that augment compute what Keras's do for the same numbers", "[layers]") {
  const Golden golden("augmentation");
  CHECK(golden.cases().size() == 71);
  for (const GoldenCase& each : golden.cases()) {
    INFO(each.name);
    const Layer layer = layer_of(each);
    const Tensor x = each.at("input/0"), wanted = each.at("output/0");
    const bool training = each.facts.at("training").as_bool();
    const Tensor y = LayerRun(layer, {x}, {}, training).output();
    if (layer.class_name() == "RandomFlip") {
      check_flips(x, wanted, y);
    } else {
      CHECK(close(y, wanted, 2e-5));
    }
    if (training && y.shape() == x.shape()) CHECK(LayerRun(layer, {x}).output() == x);
  }
}

TEST_CASE("Each picture, step, seed and layer draws its own numbers", "[layers]") {
  const Tensor one = random_floats({1, 6, 5, 3}, 1, 0, 255);
  Tensor x(DType::float32, {8, 6, 5, 3});
  for (std::size_t i = 0; i < x.data<float>().size(); ++i) {
    x.data<float>()[i] = one.data<float>()[i % one.data<float>().size()];
  }
  const Layer layers[] = {RandomRotation{.factor = 0.3},
                          RandomTranslation{.height_factor = 0.3, .width_factor = 0.3},
                          RandomZoom{.height_factor = 0.3}, RandomContrast{.factor = 0.5},
                          RandomBrightness{.factor = 0.3}};
  for (const Layer& layer : layers) {
    INFO(std::string(layer.class_name()));
    const Tensor y = at_step(layer, x, 1);
    CHECK(y == at_step(layer, x, 1));
    CHECK_FALSE(y == at_step(layer, x, 2));
    CHECK_FALSE(y == at_step(layer, x, 1, 2));
    for (Index i = 1; i < 8; ++i) CHECK_FALSE(y.rows(i, i + 1) == y.rows(0, 1));
  }
  CHECK_FALSE(at_step(RandomRotation{.factor = 0.3, .seed = 1}, x, 1) ==
              at_step(RandomRotation{.factor = 0.3, .seed = 2}, x, 1));
}

TEST_CASE("RandomFlip mirrors half of the pictures, both ways at once", "[layers]") {
  Tensor x(DType::float32, {2000, 2, 2, 1});
  for (std::size_t i = 0; i < x.data<float>().size(); ++i) {
    x.data<float>()[i] = static_cast<float>(i % 4);
  }
  const std::pair<RandomFlip, float> modes[] = {
      {RandomFlip{"horizontal"}, 1.0f}, {RandomFlip{"vertical"}, 2.0f}, {RandomFlip{}, 3.0f}};
  for (const auto& [layer, first] : modes) {
    const Tensor y = at_step(layer, x, 1);
    int turned = 0;
    for (std::size_t i = 0; i < y.data<float>().size(); i += 4) {
      const float corner = y.data<float>()[i];
      CHECK((corner == 0 || corner == first));
      turned += corner == first;
    }
    CHECK(std::abs(turned - 1000) < 90);
  }
}

TEST_CASE("What is drawn is uniform between the ends of the factor", "[layers]") {
  check_uniform(drawn(RandomBrightness{.factor = 0.2}, 4000, {1, 1, 1}, 100.0f), 49, 151);
  check_uniform(drawn(RandomBrightness{.factor = {0.3, -0.1}}, 4000, {1, 1, 1}, 100.0f), 74.5,
                176.5);
  const Tensor x = ramps(4000, 101);
  const auto column = [&](const Layer& layer, std::size_t at) {
    const Tensor y = at_step(layer, x, 1);
    std::vector<double> values;
    for (std::size_t i = at; i < y.data<float>().size(); i += 101) {
      values.push_back(static_cast<double>(y.data<float>()[i]));
    }
    return values;
  };
  check_uniform(column(RandomTranslation{.width_factor = {-0.2, 0.1}}, 50), 50 - 10.1, 50 + 20.2);
  check_uniform(column(RandomZoom{.width_factor = 0.5, .fill_mode = "nearest"}, 70), 60, 80);
  // The mean is 50; the ends of the row show the contrast.
  check_uniform(column(RandomContrast{.factor = {0.4, 0.5}}, 60), 56, 65);
  check_uniform(column(RandomContrast{.factor = 0.3}, 60), 57, 63);
}

TEST_CASE("RandomRotation turns by angles between its ends", "[layers]") {
  // The middle of the right edge is read at (cx + r cos, cy + r sin).
  constexpr Index kSize = 21;
  Tensor x(DType::float32, {1500, kSize, kSize, 2});
  for (Index i = 0; i < x.size() / 2; ++i) {
    x.data<float>()[static_cast<std::size_t>(2 * i)] = static_cast<float>(i % kSize);
    x.data<float>()[static_cast<std::size_t>(2 * i + 1)] = static_cast<float>(i / kSize % kSize);
  }
  const Tensor y = at_step(RandomRotation{.factor = {-0.1, 0.05}}, x, 1);
  std::vector<double> turns;
  for (Index b = 0; b < 1500; ++b) {
    const float* at = y.data<float>().data() + ((b * kSize + 10) * kSize + 18) * 2;
    turns.push_back(std::atan2(double{at[1]} - 10, double{at[0]} - 10) / 2 / std::numbers::pi);
  }
  check_uniform(turns, -0.1, 0.05);
}

TEST_CASE("RandomCrop cuts at every place, the same for a batch", "[layers]") {
  std::set<std::pair<float, float>> corners;
  Tensor x(DType::float32, {3, 5, 4, 1});
  for (std::size_t i = 0; i < 60; ++i) x.data<float>()[i] = static_cast<float>(i % 20);
  for (int step = 0; step < 200; ++step) {
    const Tensor y = at_step(RandomCrop{.height = 3, .width = 2}, x, step);
    REQUIRE(y.shape() == Shape{3, 3, 2, 1});
    CHECK(y.rows(0, 1) == y.rows(1, 2));
    CHECK(y.rows(0, 1) == y.rows(2, 3));
    const auto v = y.data<float>();
    for (std::size_t i = 0; i < 6; ++i) CHECK(v[i] == v[0] + static_cast<float>(i / 2 * 4 + i % 2));
    corners.insert({std::floor(v[0] / 4), std::fmod(v[0], 4.0f)});
  }
  CHECK(corners.size() == 9);
}

TEST_CASE("MixUp mixes pictures and labels in the same shares", "[layers]") {
  constexpr Index kRows = 64;
  const Tensor x = random_floats({kRows, 3, 2, 3}, 1, 0, 255);
  Tensor labels(DType::float32, {kRows, kRows});  // one class a picture shows who is mixed in
  for (Index i = 0; i < kRows; ++i) labels.data<float>()[static_cast<std::size_t>(i * 65)] = 1;
  detail::Emission emission;
  emission.training = true;
  const Layer layer = MixUp{.alpha = 0.7f};
  const Values outputs = detail::expand_layer(layer.instance(), emission, "", true,
                                              {ops::constant(x), ops::constant(labels)});
  const Tensors y = run_graph(outputs, {{"seed", Tensor::of<std::int64_t>({2}, {1, 1})}});
  const Tensor &pictures = y[0], &shares = y[1];
  int mixed = 0;
  for (Index i = 0; i < kRows; ++i) {
    const float* share = shares.data<float>().data() + i * kRows;
    float sum = 0;
    for (Index k = 0; k < kRows; ++k) sum += share[k];
    CHECK(std::abs(sum - 1) < 1e-5f);
    mixed += share[i] < 0.999f;
    for (Index c = 0; c < 18; ++c) {
      double wanted = 0;
      for (Index k = 0; k < kRows; ++k) {
        wanted += double{share[k]} * double{x.data<float>()[static_cast<std::size_t>(k * 18 + c)]};
      }
      CHECK(std::abs(wanted -
                     double{pictures.data<float>()[static_cast<std::size_t>(i * 18 + c)]}) < 1e-3);
    }
  }
  CHECK(mixed > kRows / 2);
  CHECK(call_all(layer, {ops::constant(x), ops::constant(labels)}).size() == 2);
}

TEST_CASE("CutMix takes a box from another picture, and its share of the label", "[layers]") {
  constexpr Index kRows = 64, kHeight = 20, kWidth = 30;
  Tensor x(DType::float32, {kRows, kHeight, kWidth, 1}), labels(DType::float32, {kRows, kRows});
  for (Index i = 0; i < x.size(); ++i) {
    x.data<float>()[static_cast<std::size_t>(i)] = static_cast<float>(i / (kHeight * kWidth));
  }
  for (Index i = 0; i < kRows; ++i) labels.data<float>()[static_cast<std::size_t>(i * 65)] = 1;
  detail::Emission emission;
  emission.training = true;
  const Layer layer = CutMix{};
  const Values outputs = detail::expand_layer(layer.instance(), emission, "", true,
                                              {ops::constant(x), ops::constant(labels)});
  const Tensors y = run_graph(outputs, {{"seed", Tensor::of<std::int64_t>({2}, {1, 1})}});
  int cut = 0;
  for (Index b = 0; b < kRows; ++b) {
    const float* pixels = y[0].data<float>().data() + b * kHeight * kWidth;
    const float* share = y[1].data<float>().data() + b * kRows;
    Index top = kHeight, bottom = 0, left = kWidth, right = 0, count = 0, other = b;
    for (Index i = 0; i < kHeight * kWidth; ++i) {
      if (pixels[i] == static_cast<float>(b)) continue;
      other = static_cast<Index>(pixels[i]);
      top = std::min(top, i / kWidth), bottom = std::max(bottom, i / kWidth + 1);
      left = std::min(left, i % kWidth), right = std::max(right, i % kWidth + 1);
      ++count;
    }
    if (count == 0) continue;
    ++cut;
    CHECK(count == (bottom - top) * (right - left));  // the whole box, and nothing else
    const double area = double{share[other]} * kHeight * kWidth;
    CHECK(std::abs(double{share[b]} + double{share[other]} - 1) < 1e-5);
    // The label has the area before its edges fall on whole pixels.
    CHECK(std::abs(area - static_cast<double>(count)) <
          static_cast<double>(bottom - top + right - left) + 1);
  }
  CHECK(cut > kRows / 2);
}

TEST_CASE("A model with layers that augment trains, and predicts without them", "[layers]") {
  const Tensor x = random_floats({32, 8, 8, 3}, 1, 0, 255), y = random_ints({32}, 2, 3);
  Sequential head{Rescaling{.scale = 1.0 / 255}, Flatten{},
                  Dense{.units = 3, .activation = "softmax"}};
  Sequential model{RandomFlip{"horizontal"}, RandomRotation{.factor = 0.1},
                   RandomContrast{.factor = 0.1}, head};
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  const auto history = model.fit(x, y, {.epochs = 3, .batch_size = 8});
  CHECK(std::isfinite(history["loss"].back()));
  CHECK(same_bits(model.predict(x), head.predict(x)));
}

TEST_CASE("Training with layers that augment is the same on 1, 2 and 8 threads",
          "[layers][threads]") {
  const Tensor x = random_floats({16, 24, 20, 3}, 1, 0, 255), y = random_ints({16}, 2, 3);
  std::vector<Tensor> predictions;
  for (const int threads : {1, 2, 8}) {
    set_random_seed(7);
    Sequential model{RandomZoom{.height_factor = 0.2},
                     RandomFlip{},
                     RandomTranslation{.height_factor = 0.1, .width_factor = 0.1},
                     RandomBrightness{.factor = 0.2},
                     RandomCrop{.height = 20, .width = 18},
                     GlobalAveragePooling2D{},
                     Dense{.units = 3, .activation = "softmax"}};
    model.configure({.threads = threads, .deterministic = true});
    model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
    model.fit(x, y, {.epochs = 2, .batch_size = 8});
    predictions.push_back(model.predict(x));
  }
  CHECK(same_bits(predictions[0], predictions[1]));
  CHECK(same_bits(predictions[0], predictions[2]));
}

TEST_CASE("Layers that augment refuse what they cannot do", "[layers]") {
  const Value x = input({8, 8, 3}), rows = input({8});
  const auto refuses = [&](const Layer& layer, const Value& in, const char* text) {
    const Caught caught = error_of([&] { call_all(layer, {in}); });
    UNSCOPED_INFO(caught.message);
    return caught.code && caught.message.find(text) != std::string::npos;
  };
  CHECK(refuses(RandomFlip{}, rows, "(batch, height, width, channels)"));
  CHECK(refuses(RandomBrightness{.factor = 0.1}, rows, "(batch, height, width, channels)"));
  CHECK(refuses(MixUp{}, rows, "(batch, height, width, channels)"));
  CHECK(refuses(RandomRotation{.factor = 1.5}, x, "factor must be in [-1, 1], got 1.5"));
  CHECK(refuses(RandomTranslation{.width_factor = {-2, 0}}, x, "width_factor"));
  CHECK(refuses(RandomZoom{.height_factor = -1}, x, "height_factor must be in (-1, 1], got -1"));
  CHECK(refuses(RandomBrightness{.factor = 2}, x, "factor"));
  CHECK(refuses(RandomBrightness{.value_range = {1}}, x, "value_range must be two numbers"));
  CHECK(refuses(RandomContrast{.value_range = {1, 1}}, x, "value_range must be two numbers"));
  CHECK(refuses(RandomContrast{.factor = {1.5, 2}}, x, "factor"));
  CHECK(refuses(RandomCrop{.height = 0, .width = 3}, x, "must be positive"));
  CHECK(refuses(MixUp{.alpha = 0}, x, "alpha must be positive"));
  CHECK(refuses(CutMix{.factor = {0, 2}}, x, "factor must be in [0, 1], got 2"));
  const Value ids = input({}, {.dtype = DType::int32});
  CHECK(error_of([&] {
          call_all(MixUp{}, {x, ids});
        }).is(ErrorCode::shape_mismatch, "one-hot rows"));
  Config three = Layer(RandomRotation{}).config();
  three["factor"] = Config::list();
  CHECK(error_of([&] {
          layer_from_config("RandomRotation", three);
        }).is(ErrorCode::invalid_argument, "a number or two"));
}

}  // namespace linnet::test
