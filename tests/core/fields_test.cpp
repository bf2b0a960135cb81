#include <linnet/core/fields.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using test::error_of;

namespace {

struct Rate {
  double value = 0.5;
  Config to_config() const { return Config(value); }
  static Rate from_config(const Config& config) { return {config.as_number()}; }
};

struct Everything {
  bool flag = false;
  int units = 1;
  Index count = 2;
  float rate = 0.25f;
  double fine = 0.125;
  std::string name = "a";
  Shape shape{any, 3};
  DType dtype = DType::float32;
  std::vector<Index> axes = {-1};
  std::vector<float> weights = {};
  std::vector<std::string> words = {};
  std::optional<int> seed = {};
  Rate custom = {};

  static void fields(auto& self, FieldVisitor& field) {
    field("flag", self.flag);
    field("units", self.units);
    field("count", self.count);
    field("rate", self.rate);
    field("fine", self.fine);
    field("name", self.name);
    field("shape", self.shape);
    field("dtype", self.dtype);
    field("axes", self.axes);
    field("weights", self.weights);
    field("words", self.words);
    field("seed", self.seed);
    field("custom", self.custom);
  }
};

template <class T>
Config with(const char* key, T value) {
  Config c = Config::object();
  c[key] = Config(value);
  return c;
}

}  // namespace

TEST_CASE("Fields of every type come back as they were written", "[core]") {
  Everything e{.flag = true,
               .units = -4,
               .count = Index{1} << 40,
               .rate = 0.1f,
               .fine = 1e-300,
               .name = "dense",
               .shape = {any, 7},
               .dtype = DType::int64,
               .axes = {1, 2},
               .weights = {0.1f, 2.0f},
               .words = {"x", ""},
               .seed = 9,
               .custom = {0.75}};
  const Config written = config_of(e);
  const auto back = from_fields<Everything>(written, "test");
  CHECK(config_of(back) == written);
  CHECK(back.count == e.count);
  CHECK(back.rate == e.rate);
  CHECK(back.shape == e.shape);
  CHECK(back.seed == 9);
  CHECK(back.words == e.words);
  CHECK(back.custom.value == 0.75);
  CHECK(written.at("rate").as_number() == 0.1);
}

TEST_CASE("Absent keys leave defaults, and null empties an optional", "[core]") {
  const auto e = from_fields<Everything>(with("units", 8), "test");
  CHECK(e.units == 8);
  CHECK(e.count == 2);
  CHECK(e.axes == std::vector<Index>{-1});
  CHECK_FALSE(e.seed.has_value());
  Config null = Config::object();
  null["seed"] = Config();
  CHECK_FALSE(from_fields<Everything>(null, "test").seed.has_value());
  CHECK(config_of(Everything{}).at("seed").is_null());
}

TEST_CASE("A key that nobody asked for is refused with those that are known", "[core]") {
  const auto caught = error_of([] { return from_fields<Everything>(with("unit", 8), "dense_1"); });
  CHECK(caught.is(ErrorCode::not_found, "dense_1: unknown key 'unit'; known: flag, units"));
  const std::string text = caught.message;
  CHECK(text.find("seed") != text.npos);
  CHECK(text.find("seed") == text.rfind("seed"));  // one that may be absent is asked for twice
}

TEST_CASE("A field of the wrong kind or range is refused by object and key", "[core]") {
  CHECK(error_of([] {
          return from_fields<Everything>(with("units", "x"), "dense_1");
        }).is(ErrorCode::invalid_argument, "dense_1: units"));
  CHECK(error_of([] {
          return from_fields<Everything>(with("units", std::int64_t{1} << 40), "d");
        }).code.has_value());
  CHECK(error_of([] {
          return from_fields<Everything>(with("dtype", "float16"), "d");
        }).is(ErrorCode::not_found, "float16"));
  CHECK(from_fields<Everything>(with("axes", 1), "d").axes == std::vector<Index>{1});
  CHECK(from_fields<Everything>(with("axes", Config()), "d").axes.empty());
  CHECK(error_of([] { return from_fields<Everything>(with("axes", "1"), "d"); }).code.has_value());
  CHECK(error_of([] { return from_fields<Everything>(with("seed", "x"), "d"); }).code.has_value());
  CHECK(
      error_of([] { return from_fields<Everything>(with("custom", "x"), "d"); }).code.has_value());
}
