#include <linnet/core/choice.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using test::error_of;

namespace {

struct SizeList {
  static constexpr std::string_view kName = "size", kWords[] = {"none", "small", "large"};
};
using Size = Choice<SizeList>;

}  // namespace

TEST_CASE("A choice is one of its words, by literal or by name", "[core]") {
  const Size large = "large";
  CHECK(large.word() == "large");
  CHECK(large == Size::named("large"));
  CHECK_FALSE(large == Size("small"));
}

TEST_CASE("A word that is not in the list is refused with the list", "[core]") {
  const auto caught = error_of([] { Size::named("huge"); });
  CHECK(caught.code == ErrorCode::not_found);
  CHECK(caught.message == "size: expected one of 'none', 'small', 'large', got 'huge'");
}

TEST_CASE("A choice is written as its word, and none as null", "[core]") {
  CHECK(Size("small").to_config() == Config("small"));
  CHECK(Size("none").to_config() == Config());
  CHECK(Size::from_config(Config("large")) == Size("large"));
  CHECK(Size::from_config(Config()) == Size("none"));
  CHECK(error_of([] { Size::from_config(Config(3)); }).code.has_value());
}
