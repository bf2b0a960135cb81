#include <algorithm>
#include <limits>
#include <linnet/initializers.hpp>

#include "core/class_names.hpp"
#include "core/error_of.hpp"
#include "golden/golden_classes.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

Shape shape_of(const Config& list) {
  std::vector<Index> sizes;
  for (const Config& size : list.items()) sizes.push_back(size.as_integer());
  return Shape(std::span<const Index>(sizes));
}

Tensor filled(const Initializer& initializer, const Shape& shape, std::uint64_t seed = 5) {
  Tensor t = Tensor::full<float>(shape, 77);
  initializer.fill(t, RandomStream(seed, "dense/kernel"));
  return t;
}

/// Mean, deviation and bounds of the values are what the facts say, within five standard errors.
void check_distribution(const Tensor& t, const Config& facts) {
  double sum = 0, squares = 0;
  const auto x = t.data<float>();
  for (const float each : x) sum += each;
  const double count = static_cast<double>(x.size()), mean = sum / count;
  for (const float each : x) squares += (each - mean) * (each - mean);
  const double spread = facts.at("stddev").as_number();
  CHECK(std::abs(mean - facts.at("mean").as_number()) < 5 * spread / std::sqrt(count));
  CHECK(std::abs(std::sqrt(squares / count) / spread - 1) < 5 / std::sqrt(2 * count));
  if (facts.at("low").is_null()) return;
  CHECK(*std::ranges::min_element(x) >= facts.at("low").as_number() - 1e-6);
  CHECK(*std::ranges::max_element(x) <= facts.at("high").as_number() + 1e-6);
}

/// gain^2 times the identity is W'W (columns) or WW' (rows).
void check_orthogonal(const Tensor& t, bool by_columns, double gain) {
  const Index columns = t.shape()[-1], rows = t.size() / columns;
  const auto w = t.data<float>();
  const Index n = by_columns ? columns : rows, m = by_columns ? rows : columns;
  auto at = [&](Index i, Index k) {
    return double{w[static_cast<std::size_t>(by_columns ? k * columns + i : i * columns + k)]};
  };
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      double dot = 0;
      for (Index k = 0; k < m; ++k) dot += at(i, k) * at(j, k);
      CHECK(std::abs(dot - (i == j ? gain * gain : 0)) < 1e-5);
    }
  }
}

}  // namespace

TEST_CASE("Matrices of many rows or columns are orthogonal too") {
  const Initializer orthogonal = initializers::Orthogonal{};
  check_orthogonal(filled(orthogonal, {150, 150}), true, 1);
  check_orthogonal(filled(orthogonal, {40, 203}), false, 1);
}

TEST_CASE("Initializers have the values and distributions of Keras") {
  const Golden golden("initializers");
  CHECK(golden.cases().size() == 196);
  CHECK(golden_classes(golden) == class_names(detail::Initializers{}));
  for (const GoldenCase& each : golden.cases()) {
    INFO(each.name);
    Initializer initializer = Initializer::from_config(each.facts);
    if (each.name.starts_with("identity_gain")) {  // Keras does not write the gain
      initializer = initializers::Identity{.gain = 0.5f};
    }
    const Tensor t = filled(initializer, shape_of(each.facts.at("shape")));
    const std::string& distribution = each.facts.at("distribution").as_string();
    if (distribution == "exact") {
      CHECK(t == each.at("value/0"));
    } else if (distribution == "formula") {
      CHECK(close(t, each.at("value/0"), 1e-6));
    } else if (distribution == "orthogonal") {
      check_orthogonal(t, each.facts.at("orthogonal").as_string() == "columns",
                       each.facts.at("config").at("gain").as_number());
    } else {
      check_distribution(t, each.facts);
    }
    const Config written = initializer.to_config();
    CHECK(Initializer::from_config(written).to_config() == written);
  }
}

TEST_CASE("Fans are those of Keras") {
  const Golden golden("initializers");
  int cases = 0;
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.find("fan_in") == nullptr) continue;
    ++cases;
    const auto fans = initializers::fans_of(shape_of(each.facts.at("shape")));
    CHECK(fans.in == each.facts.at("fan_in").as_number());
    CHECK(fans.out == each.facts.at("fan_out").as_number());
  }
  CHECK(cases == 126);
  const auto fans =
      initializers::fans_of({2, 3, 5}, std::vector<Index>{0}, std::vector<Index>{1, 2});
  CHECK(fans.in == 2);
  CHECK(fans.out == 15);
}

TEST_CASE("Random initializers depend on the stream, or on their seed alone") {
  const Initializer free = "glorot_uniform", fixed = initializers::GlorotUniform{.seed = 3};
  CHECK(filled(free, {4, 5}, 1) == filled(free, {4, 5}, 1));
  CHECK_FALSE(filled(free, {4, 5}, 1) == filled(free, {4, 5}, 2));
  CHECK(filled(fixed, {4, 5}, 1) == filled(fixed, {4, 5}, 2));
}

TEST_CASE("Initializers are named as in Keras") {
  CHECK(Initializer("he_normal").class_name() == "HeNormal");
  CHECK(Initializer::named("GlorotUniform").class_name() == "GlorotUniform");
  CHECK(Initializer::named("uniform").class_name() == "RandomUniform");
  CHECK(Initializer("zeros").as<initializers::Zeros>() != nullptr);
  CHECK(error_of([] { Initializer::named("he"); })
            .is(ErrorCode::not_found,
                "initializer: unknown name 'he'; known: zeros (zero), ones (one)"));
  const Fill fill = Initializer(initializers::Constant{.value = 2});
  Tensor t(DType::float32, {2});
  fill(t, RandomStream(1, "x"));
  CHECK(t == Tensor::of<float>({2}, {2, 2}));
  CHECK(error_of([] { filled("identity", {2}); }).is(ErrorCode::shape_mismatch, "Identity"));
  CHECK(error_of([] { filled("orthogonal", {2}); }).is(ErrorCode::shape_mismatch, "Orthogonal"));
  CHECK(Initializer("stft").as<initializers::STFT>() != nullptr);
  CHECK(Initializer::named("STFTInitializer").class_name() == "STFT");
}

TEST_CASE("STFT takes frames of its window's length and refuses what has no values") {
  using initializers::STFT;
  const Tensor whole =
      filled(STFT{.window = std::vector<float>{1, 2}, .scaling = "none"}, {2, 1, 2});
  CHECK(close(whole, Tensor::of<float>({2, 1, 2}, {1, 1, 2, -2}), 1e-6));
  CHECK(error_of([] {
          filled(STFT{.window = std::vector<float>{1, 2}}, {3, 1, 2});
        }).is(ErrorCode::shape_mismatch, "STFT: window: expected 3 values"));
  for (const Shape& shape : {Shape{3, 2, 2}, Shape{3, 1, 1}, Shape{3, 2}}) {
    CHECK(error_of([&] { filled("stft", shape); }).is(ErrorCode::shape_mismatch, "STFT: expected"));
  }
  CHECK(error_of([] { filled("stft", {2, 1, 2}); }).is(ErrorCode::not_finite, "STFT: the window"));
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  CHECK(error_of([] {
          filled(STFT{.window = std::vector<float>{1, kInfinity}}, {2, 1, 2});
        }).is(ErrorCode::not_finite, "STFT: the window"));
  Config config = Initializer("stft").to_config();
  config["config"]["window"] = Config("kaiser");
  CHECK(error_of([&] {
          Initializer::from_config(config);
        }).is(ErrorCode::not_found, "window: expected one of 'none', 'barthann'"));
}

}  // namespace linnet::test
