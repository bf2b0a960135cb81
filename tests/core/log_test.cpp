// The log: silent until a program asks.
#include <linnet/core/log.hpp>
#include <string>
#include <vector>

#include "catch.hpp"

namespace linnet::test {

TEST_CASE("Messages go to the sink that is set, and nowhere without one", "[core]") {
  std::vector<std::string> seen;
  detail::log(LogLevel::warning, "nobody listens");
  set_log_sink([&](LogLevel level, std::string_view message) {
    seen.push_back((level == LogLevel::warning ? "warning: " : "info: ") + std::string(message));
  });
  detail::log(LogLevel::warning, "hot");
  detail::log(LogLevel::info, "warm");
  set_log_sink({});
  detail::log(LogLevel::warning, "nobody listens again");
  CHECK(seen == std::vector<std::string>{"warning: hot", "info: warm"});
}

}  // namespace linnet::test
