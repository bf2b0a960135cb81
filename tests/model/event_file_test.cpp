// The bytes of TensorBoard's event files.
#include "model/event_file.hpp"

#include <cmath>

#include "catch.hpp"
#include "model/event_records.hpp"

namespace linnet::test {

using detail::EventFile;
using detail::masked_crc32c;

TEST_CASE("CRC-32C has the values of its definition", "[model]") {
  // RFC 3720, B.4, masked.
  const auto mask = [](std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u; };
  CHECK(masked_crc32c(std::string(32, '\0')) == mask(0x8A9136AAu));
  CHECK(masked_crc32c(std::string(32, '\xff')) == mask(0x62A8AB43u));
  CHECK(masked_crc32c("123456789") == mask(0xE3069283u));
  CHECK(masked_crc32c("") == mask(0));
}

TEST_CASE("Events are read as they were written", "[model]") {
  const TempFolder folder;
  EventFile file;
  file.open(folder.path("run"));
  CHECK(file.state().at("size").as_integer() == 0);
  CHECK_FALSE(std::filesystem::exists(folder.path("run")));  // before there is something to write
  const float infinity = std::numeric_limits<float>::infinity();
  file.scalar("loss", 3, 0.5);
  file.scalar("loss", -1, 1e300);
  const std::string text = "# Caf\xc3\xa9\n" + std::string(300, 'x');
  file.text("notes", 300, text);
  const std::vector<float> values{0, 0.1f, 0.5f, 3, 3, NAN, infinity};
  file.histogram("w", 1, values);
  file.histogram("same", 1, std::vector<float>{2, 2, 2});
  file.histogram("none", 1, std::vector<float>{NAN});
  file.close();

  const auto events = read_events(folder.path("run"));
  REQUIRE(events.size() == 6);
  CHECK(events[0] == EventRecord{.step = 3,
                                 .tag = "loss",
                                 .plugin = "scalars",
                                 .text = {},
                                 .scalar = 0.5f,
                                 .histogram = {}});
  CHECK(events[1].step == -1);
  CHECK(events[1].scalar == infinity);
  CHECK(events[2].plugin == "text");
  CHECK(events[2].step == 300);
  CHECK(events[2].text == text);
  const auto& rows = events[3].histogram;
  REQUIRE(rows.size() == 90);
  CHECK(rows[0] == 0);
  CHECK(rows[1] == 0.1);
  CHECK(rows[2] == 1);          // 0
  CHECK(rows[3 * 1 + 2] == 1);  // 0.1f is above 3 / 30
  CHECK(rows[3 * 5 + 2] == 1);  // 0.5
  CHECK(rows[3 * 29 + 1] == 3);
  CHECK(rows[3 * 29 + 2] == 2);
  CHECK(events[4].histogram == std::vector<double>{1.5, 2.5, 3});
  CHECK(events[5].histogram.empty());
}

TEST_CASE("An event file that goes on from before its first event begins anew", "[model]") {
  const TempFolder folder;
  EventFile file, again;
  file.open(folder.path("run"));
  const Config state = file.state();
  file.scalar("a", 1, 1);
  file.close();
  again.open(folder.path("run"));
  again.set_state(state);
  again.scalar("a", 1, 2);
  again.close();
  const auto events = read_events(folder.path("run"));
  REQUIRE(events.size() == 1);
  CHECK(events[0].scalar == 2);
}

TEST_CASE("An event file goes on where its state was taken", "[model]") {
  const TempFolder folder;
  EventFile file;
  file.open(folder.path("run"));
  file.scalar("a", 1, 1);
  const Config state = file.state();
  file.scalar("a", 2, 2);
  file.scalar("a", 3, 3);
  file.close();
  EventFile again;
  again.open(folder.path("run"));
  again.set_state(state);
  again.scalar("a", 2, 5);
  again.close();
  const auto events = read_events(folder.path("run"));
  REQUIRE(events.size() == 2);
  CHECK(events[1].scalar == 5);
  // In another folder there is nothing to go on with.
  EventFile elsewhere;
  elsewhere.open(folder.path("other"));
  elsewhere.set_state(state);
  elsewhere.scalar("a", 9, 9);
  elsewhere.close();
  CHECK(read_events(folder.path("other")).size() == 1);
}

}  // namespace linnet::test
