#include <algorithm>
#include <array>
#include <cmath>
#include <linnet/linnet.hpp>
#include <map>
#include <set>

#include "core/error_of.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

struct Spread {
  double mean = 0, variance = 0;
  explicit Spread(const Tensor& x) {
    const auto values = x.data<float>();
    const auto n = static_cast<double>(values.size());
    for (const float value : values) mean += static_cast<double>(value) / n;
    for (const float value : values) {
      variance += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean) / n;
    }
  }
};

Tensor trained(const Layer& layer, const Tensor& x) {
  return LayerRun(layer, {x}, {}, true).output();
}

/// Normal numbers of mean 0 and variance 1.
Tensor standard(const Shape& shape) {
  return trained(GaussianNoise{.stddev = 1, .seed = 11}, Tensor(DType::float32, shape));
}

}  // namespace

TEST_CASE("Noise has the mean and the deviation that it is given", "[layers]") {
  const Shape shape{400, 50};
  const Spread added(trained(GaussianNoise{.stddev = 0.5f}, Tensor::full(shape, 3.0f)));
  CHECK(std::abs(added.mean - 3) < 0.02);
  CHECK(std::abs(added.variance - 0.25) < 0.01);
  const Spread scaled(trained(GaussianDropout{.rate = 0.2f}, Tensor::full(shape, 3.0f)));
  CHECK(std::abs(scaled.mean - 3) < 0.04);
  CHECK(std::abs(scaled.variance - 9 * 0.25) < 0.1);
}

TEST_CASE("AlphaDropout keeps mean 0 and variance 1", "[layers]") {
  const Spread spread(trained(AlphaDropout{.rate = 0.3f}, standard({400, 50})));
  CHECK(std::abs(spread.mean) < 0.03);
  CHECK(std::abs(spread.variance - 1) < 0.04);
  const Tensor two = trained(AlphaDropout{.rate = 0.3f}, Tensor::full(Shape{40, 5}, 1.0f));
  const std::set<float> values(two.data<float>().begin(), two.data<float>().end());
  REQUIRE(values.size() == 2);
  const double p = 0.3, low = -1.7580993408473766, a = 1 / std::sqrt((1 - p) * (1 + p * low * low));
  CHECK(std::abs(static_cast<double>(*values.begin()) - (a * low - a * low * p)) < 1e-5);
  CHECK(std::abs(static_cast<double>(*values.rbegin()) - (a - a * low * p)) < 1e-5);
}

TEST_CASE("AlphaDropout draws along its noise shape", "[layers]") {
  const Layer layer = AlphaDropout{.rate = 0.5f, .noise_shape = Shape{any, 1, 3}};
  const Tensor y = trained(layer, Tensor::full(Shape{8, 4, 3}, 1.0f));
  std::set<float> seen;
  for (Index b = 0; b < 8; ++b) {
    for (Index t = 0; t < 4; ++t) {
      for (Index c = 0; c < 3; ++c) {
        const auto at = [&](Index time) {
          return y.data<float>()[static_cast<std::size_t>((b * 4 + time) * 3 + c)];
        };
        CHECK(at(t) == at(0));
        seen.insert(at(t));
      }
    }
  }
  CHECK(seen.size() == 2);
}

TEST_CASE("SpatialDropout drops whole maps and scales the others", "[layers]") {
  const auto check_maps = [](const Layer& layer, const Shape& shape, int channels) {
    INFO(layer.class_name() << " of " << shape.str());
    const Tensor y = trained(layer, Tensor::full(shape, 1.0f));
    REQUIRE(y.shape() == shape);
    const Index picture = shape.elements(1, shape.rank());
    const Index behind = shape.elements(channels + 1, shape.rank());
    std::map<std::pair<Index, Index>, std::set<float>> maps;  // by picture and channel
    std::map<Index, std::set<float>> pictures, by_channel;
    Index i = 0;
    for (const float value : y.data<float>()) {
      const Index b = i / picture, c = i++ / behind % shape[channels];
      maps[{b, c}].insert(value);
      pictures[b].insert(value);
      by_channel[c].insert(value);
    }
    CHECK(maps.size() == static_cast<std::size_t>(shape[0] * shape[channels]));
    for (const auto& [place, values] : maps) CHECK(values.size() == 1);
    const std::set<float> both{0, 2};  // at a rate of a half
    const auto has_both = [&](const auto& entry) { return entry.second == both; };
    CHECK(std::ranges::any_of(pictures, has_both));
    CHECK(std::ranges::any_of(by_channel, has_both));  // each picture has a draw of its own
  };
  check_maps(SpatialDropout1D{.rate = 0.5f}, {4, 5, 8}, 2);
  check_maps(SpatialDropout2D{.rate = 0.5f}, {4, 3, 5, 8}, 3);
  check_maps(SpatialDropout3D{.rate = 0.5f}, {4, 2, 3, 5, 8}, 4);
  check_maps(SpatialDropout2D{.rate = 0.5f, .data_format = "channels_first"}, {4, 8, 3, 5}, 1);
  check_maps(SpatialDropout3D{.rate = 0.5f, .data_format = "channels_first"}, {4, 8, 2, 3, 5}, 1);
}

TEST_CASE("Masking leaves out rows of any rank", "[layers]") {
  const Tensor x = Tensor::of<float>({3, 2}, {0, 0, 0, 1, 2, 0});
  const LayerRun rows(Masking{}, {x});
  CHECK(rows.mask()->shape() == Shape{3});
  CHECK(std::ranges::equal(rows.mask()->data<bool>(), std::array{false, true, true}));
  const LayerRun deep(Masking{.mask_value = 2}, {x.reshaped({1, 1, 3, 2})});
  CHECK(deep.mask()->shape() == Shape{1, 1, 3});
  // Golden: Keras's Masking makes its mask of its input alone.
  const LayerRun before(Masking{}, {x}, {Tensor::of<bool>({3}, {true, false, true})});
  CHECK(std::ranges::equal(before.mask()->data<bool>(), std::array{false, true, true}));

  // As Keras has it, the rows that are left count for the loss.
  const Value in = input({2});
  Model model(in, in | Masking{} | Dense{.units = 1, .kernel_initializer = "ones"});
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor y = Tensor::of<float>({3, 1}, {7, 6, 4});
  CHECK(std::abs(model.evaluate(x, y)["loss"] - (25 + 4) / 2.0) < 1e-5);
}

TEST_CASE("ActivityRegularization adds to the loss, an average row's share", "[layers]") {
  const Value x = input({2});
  Model model(x, x | ActivityRegularization{.l1 = 0.5f, .l2 = 0.25f});
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor rows = Tensor::of<float>({2, 2}, {1, -2, 3, 0});
  const auto logs = model.evaluate(rows, rows);
  CHECK(std::abs(logs["loss"] - (0.5 * 6 + 0.25 * 14) / 2) < 1e-5);
}

TEST_CASE("Layers that keep or move refuse what they cannot", "[layers]") {
  const Value x = input({4, 3});
  CHECK(error_of([&] { x | GaussianNoise{.stddev = -1}; }).is(ErrorCode::invalid_argument));
  CHECK(error_of([&] { x | GaussianDropout{.rate = 1}; }).is(ErrorCode::invalid_argument, "rate"));
  CHECK(error_of([&] {
          x | AlphaDropout{.rate = 0.1f, .noise_shape = Shape{any, 2, 3}};
        }).is(ErrorCode::shape_mismatch, "noise_shape"));
  CHECK(error_of([&] { x | Permute{{1, 1}}; }).is(ErrorCode::invalid_argument, "dims"));
  CHECK(error_of([&] { x | Permute{{1, 2, 3}}; }).is(ErrorCode::shape_mismatch, "dims"));
  CHECK(error_of([&] { x | RepeatVector{2}; }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([&] { input({3}) | RepeatVector{0}; }).is(ErrorCode::invalid_argument, "n must"));
  CHECK(error_of([&] { input(Shape{}) | Masking{}; }).is(ErrorCode::shape_mismatch));
  CHECK_NOTHROW(x | AlphaDropout{.rate = 0.1f, .noise_shape = Shape{8, 1, 3}});
  CHECK(error_of([&] { call(Dot{}, {x}); }).is(ErrorCode::invalid_argument, "two inputs"));
  CHECK(error_of([&] { call(Dot{.axes = 0}, {x, x}); }).is(ErrorCode::invalid_argument, "batch"));
  CHECK(error_of([&] { call(Dot{.axes = {1, 2}}, {x, x}); }).is(ErrorCode::shape_mismatch, "4"));
  CHECK(error_of([&] { x | LayerNormalization{.axis = {1, -2}}; }).code.has_value());
  CHECK(error_of([&] { x | LayerNormalization{.axis = {3}}; }).code.has_value());
  CHECK(error_of([&] {
          input({any, 3}) | LayerNormalization{.axis = {1}};
        }).is(ErrorCode::shape_mismatch, "known"));
}

}  // namespace linnet::test
