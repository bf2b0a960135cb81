#include <linnet/core/config.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using test::error_of;

TEST_CASE("A config holds values of each kind", "[core]") {
  CHECK(Config().is_null());
  CHECK(Config(true).as_bool());
  CHECK(Config(3).as_integer() == 3);
  CHECK(Config(std::size_t{3}).is_integer());
  CHECK(Config(2.5).as_number() == 2.5);
  CHECK(Config(3).as_number() == 3.0);
  CHECK(Config(3.0).as_integer() == 3);
  CHECK(Config("relu").as_string() == "relu");
  CHECK(Config(Config::List{1, "a"}).items().size() == 2);
  CHECK(Config::object().is_object());
  CHECK(Config::list().is_list());
}

TEST_CASE("A float keeps its shortest decimal form", "[core]") {
  CHECK(Config(0.1f).as_number() == 0.1);
  CHECK(Config(1e-7f).as_number() == 1e-7);
}

TEST_CASE("An object keeps the order in which keys came", "[core]") {
  Config c;
  c["b"] = 1;
  c["a"] = 2;
  c["b"] = 3;
  REQUIRE(c.members().size() == 2);
  CHECK(c.members()[0].key == "b");
  CHECK(c.at("b").as_integer() == 3);
  CHECK(c.find("z") == nullptr);
  CHECK(Config::object({{"b", 3}, {"a", 2}}) == c);
}

TEST_CASE("A null becomes an object or a list when it is filled", "[core]") {
  Config object;
  object["layer"]["units"] = 4;
  CHECK(object.at("layer").at("units").as_integer() == 4);
  Config list;
  list.push_back(1);
  list.push_back(Config());
  CHECK(list.items().size() == 2);
}

TEST_CASE("Reading a config as another kind names both", "[core]") {
  CHECK(error_of([] {
          return Config("x").as_bool();
        }).is(ErrorCode::invalid_argument, "expected bool, got string"));
  CHECK(error_of([] { return Config(2.5).as_integer(); }).is(ErrorCode::invalid_argument));
  CHECK(error_of([] { return Config(1e300).as_integer(); }).is(ErrorCode::invalid_argument));
  CHECK(error_of([] { return Config(true).as_number(); }).is(ErrorCode::invalid_argument));
  CHECK(error_of([] { return Config(1).as_string(); }).is(ErrorCode::invalid_argument));
  CHECK(error_of([] { return Config(1).items().size(); }).is(ErrorCode::invalid_argument));
  CHECK(error_of([] { return Config(1).find("a"); }).is(ErrorCode::invalid_argument));
  CHECK(error_of([] { return Config::object().at("units"); }).is(ErrorCode::not_found, "units"));
  CHECK(error_of([] {
          Config number(1);
          return number["a"].is_null();
        }).is(ErrorCode::invalid_argument));
}

TEST_CASE("Configs are equal by value", "[core]") {
  CHECK(Config(1) == Config(1.0));
  CHECK_FALSE(Config(1) == Config(true));
  CHECK_FALSE(Config() == Config(false));
  const std::int64_t big = (std::int64_t{1} << 53) + 1;
  CHECK_FALSE(Config(big) == Config(big - 1));
  CHECK(Config(Config::List{1, "a"}) == Config(Config::List{1.0, "a"}));
  CHECK_FALSE(Config(Config::List{1}) == Config(Config::List{1, 1}));
}
