#include "model/path_pattern.hpp"

#include <limits>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace linnet::test {

using detail::PathPattern;

namespace {

Logs some_logs() {
  Logs logs;
  logs.set("loss", 0.125);
  logs.set("val_loss", -1.5);
  logs.set("large", 1e300);
  logs.set("nan", std::numeric_limits<double>::quiet_NaN());
  return logs;
}

std::string path_of(std::string_view pattern) {
  return PathPattern(pattern).path(6, 0, some_logs());
}

}  // namespace

TEST_CASE("A path is filled in as by Python's format", "[model]") {
  CHECK(path_of("plain.linnet") == "plain.linnet");
  CHECK(path_of("{epoch}") == "7");
  CHECK(path_of("m-{epoch:02d}-{loss:.2f}.linnet") == "m-07-0.12.linnet");
  CHECK(path_of("{epoch:3d}|{epoch:03}|{epoch:.1f}") == "  7|007|7.0");
  CHECK(path_of("{loss}") == "0.125000");
  CHECK(path_of("{loss:7.3f}|{val_loss:07.3f}|{val_loss:.0f}") == "  0.125|-01.500|-2");
  CHECK(path_of("{{{epoch}}}") == "{7}");
  CHECK(path_of("{large:.0f}").size() == 301);
  CHECK(path_of("{nan:05.1f}") == "  nan");
  CHECK(path_of("{loss:.30f}") == "0.125000000000000000000000000000");
}

TEST_CASE("Other formats, open braces and bad paths are refused", "[model]") {
  using namespace std::string_literals;
  for (const std::string& pattern :
       {"{loss:%n%s}"s, "{loss:%s}"s, "{loss:31.2f}"s, "{loss:.31f}"s, "{loss:999999999999f}"s,
        "{loss:.f}"s, "{loss:-5f}"s, "{loss:d}"s, "{epoch:s}"s, "{epoch:.1d}"s, "{loss:,}"s,
        "{loss"s, "loss}"s, "{}"s, "{:02d}"s, "{loss:{epoch}}"s, ""s, "a\0b"s}) {
    INFO(pattern);
    CHECK(error_of([&] { PathPattern{pattern}; }).is(ErrorCode::invalid_argument, "filepath"));
  }
  const std::vector<std::string> names{"loss", "accuracy"};
  CHECK_NOTHROW(PathPattern("{epoch}-{accuracy}").check_names(names));
  CHECK(error_of([&] {
          PathPattern("{val_loss:.2f}").check_names(names);
        }).is(ErrorCode::not_found, "'val_loss'; there are: epoch, loss, accuracy"));
}

}  // namespace linnet::test
