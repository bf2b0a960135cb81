#include "io/zip/zip_file.hpp"

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"

using namespace linnet;
using detail::ZipFile;
using detail::ZipLimits;
using test::bytes_of;
using test::error_of;
using test::ZipBuilder;

namespace {

const std::string kText = "So it goes. So it goes. So it goes. So it goes.";

/// What opening such a file, and reading all of it, says.
std::string refusal(const ZipBuilder& builder, const ZipLimits& limits = {}) {
  const std::string file = builder.file();
  return error_of([&] {
           const ZipFile zip(bytes_of(file), limits);
           for (const auto& member : zip.members()) zip.read(member.name);
         })
      .message;
}

bool says(const std::string& message, const std::string& part) {
  INFO(message);
  return message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Stored and deflated members of a ZIP file are read", "[io]") {
  ZipBuilder builder;
  builder.add("config.json", kText);
  builder.add("assets/", "");
  builder.add("assets/words.txt", kText, true);
  builder.comment = "a comment";
  const bool wide = GENERATE(false, true);
  builder.wide = wide;
  for (auto& member : builder.members) member.wide = wide;

  const std::string file = builder.file();
  const ZipFile zip(bytes_of(file));
  REQUIRE(zip.members().size() == 2);
  CHECK(zip.members()[1].name == "assets/words.txt");
  CHECK(zip.read("config.json").text() == kText);
  CHECK(zip.read("assets/words.txt").text() == kText);
  CHECK(zip.has("config.json"));
  CHECK_FALSE(zip.has("config"));
  CHECK(error_of([&] { zip.read("config"); }).is(ErrorCode::not_found, "zip: 'config'"));
}

TEST_CASE("A stored member of a mapped ZIP file lives longer than the reader", "[io]") {
  const test::TempFolder folder;
  ZipBuilder builder;
  builder.add("a", kText);
  test::put_text(folder.path("x.zip"), builder.file());
  detail::ZipData data;
  {
    const ZipFile zip(folder.path("x.zip"));
    data = zip.read("a");
  }
  CHECK(data.text() == kText);
}

TEST_CASE("ZIP files with names that lead elsewhere are refused", "[io]") {
  const std::string name = GENERATE(as<std::string>{}, "../a", "a/../../b", "/etc/passwd", "C:a",
                                    "a\\b", "a/..", "./a", "");
  ZipBuilder builder;
  builder.add(name, kText);
  CHECK(says(refusal(builder), name.empty() ? "without a name" : "not a path within the file"));
}

TEST_CASE("Damaged ZIP files are refused", "[io]") {
  ZipBuilder builder;
  builder.add("a", kText, true);
  builder.add("b", kText);
  auto& first = builder.members[0];
  auto& second = builder.members[1];
  SECTION("a name twice") {
    second.name = second.local_name = "a";
    CHECK(says(refusal(builder), "two members are called 'a'"));
  }
  SECTION("two members in one place") {
    second = first;
    second.name = "c";
    second.local = 0;
    CHECK(says(refusal(builder), "lies within another member"));
  }
  SECTION("a checksum") {
    second.crc ^= 1;
    CHECK(says(refusal(builder), "checksum is wrong"));
  }
  SECTION("sizes of a stored member") {
    second.size = 5;
    CHECK(says(refusal(builder), "two sizes differ"));
  }
  SECTION("a deflated member that is shorter than it says") {
    first.size += 1;
    CHECK(says(refusal(builder), "deflated data are damaged"));
  }
  SECTION("a deflated member that is longer than it says") {
    first.size -= 1;
    CHECK(says(refusal(builder), "deflated data are damaged"));
  }
  SECTION("deflated data that are none") {
    first.packed.assign(first.packed.size(), '\xff');
    CHECK(says(refusal(builder), "deflated data are damaged"));
  }
  SECTION("headers that contradict each other") {
    second.local_name = "d";
    CHECK(says(refusal(builder), "its own header says something else"));
  }
  SECTION("a member behind the end") {
    second.local = 1000;
    CHECK(says(refusal(builder), "ends behind the end of the file"));
  }
  SECTION("more members than there are") {
    builder.extra_members = 1;
    CHECK(says(refusal(builder), "ends behind the end of the file"));
  }
  SECTION("fewer members than there are") {
    builder.extra_members = -1;
    CHECK(says(refusal(builder), "more entries than it says"));
  }
}

TEST_CASE("Members of a ZIP file that lie in one another are refused", "[io]") {
  ZipBuilder inner, builder;
  inner.add("b", kText);
  builder.add("a", inner.file());
  builder.add("b", kText);
  auto& first = builder.members[0];
  auto& second = builder.members[1];
  constexpr std::uint64_t kHeader = 30 + 1;  // and the name
  SECTION("a whole member in the data of another") {
    second.local = kHeader;
    CHECK(inner.file().starts_with("PK\3\4"));
    CHECK(says(refusal(builder), "'b': lies within another member"));
    std::swap(first, second);  // the directory's order does not count
    builder.members[0].local = kHeader + builder.members[1].packed.size() + kHeader;
    builder.members[1].local = kHeader + kText.size();
    CHECK(says(refusal(builder), "'b': lies within another member"));
  }
  SECTION("a header that begins in the header of another") {
    for (const std::uint64_t at : {1, 14, 29, 30}) {
      second.local = at;
      CHECK(says(refusal(builder), "'b': lies within another member"));
    }
  }
  SECTION("data that reach into the header behind them") {
    first.packed_size = first.size += 1;
    CHECK(says(refusal(builder), "'b': lies within another member"));
  }
  SECTION("data that reach into the directory") {
    second.packed_size = second.size += 1;
    CHECK(says(refusal(builder), "'b': ends behind the end of the file"));
  }
}

TEST_CASE("What ZIP has and the reader has not is refused by name", "[io]") {
  ZipBuilder builder;
  builder.add("a", kText);
  SECTION("encryption") {
    builder.members[0].flags = 1;
    CHECK(says(refusal(builder), "'a': encrypted"));
  }
  SECTION("another method") {
    builder.members[0].method = 14;
    CHECK(says(refusal(builder), "packed by method 14; known: stored (0), deflate (8)"));
  }
}

TEST_CASE("ZIP files cost no more than the limits", "[io]") {
  ZipBuilder builder;
  builder.add("zeros", std::string(100'000, '\0'), true);
  CHECK(refusal(builder) == "");
  CHECK(says(refusal(builder, {.member_bytes = 99'999}), "more than the limit of 99999"));
  CHECK(says(refusal(builder, {.small_bytes = 1000}), "more than 100 times as many"));
  CHECK(says(refusal(builder, {.name_bytes = 4}), "a name of more than 4 bytes"));
  builder.add("more", "");
  CHECK(says(refusal(builder, {.members = 1}), "2 members, more than the limit of 1"));
}

TEST_CASE("A ZIP file that is cut short anywhere is refused", "[io]") {
  ZipBuilder builder;
  builder.add("a", kText, true);
  builder.add("b", kText);
  const std::string file = builder.file();
  for (std::size_t size = 0; size < file.size(); ++size) {
    const std::string cut = file.substr(0, size);
    CHECK(error_of([&] { ZipFile zip(bytes_of(cut)); }).is(ErrorCode::corrupt_file));
  }
}
