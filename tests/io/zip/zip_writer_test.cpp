#include "io/zip/zip_writer.hpp"

#include "catch.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"
#include "io/zip/zip_file.hpp"

using namespace linnet;
using detail::ZipFile;
using detail::ZipWriter;

TEST_CASE("What ZipWriter writes, ZipFile reads", "[zip]") {
  const test::TempFolder folder;
  const std::string path = folder.path("a.zip");
  const std::string data(100'000, 'x');
  ZipWriter writer(path);
  writer.add("a", "first");
  writer.add("folder/b", data);
  writer.add("empty", "");
  CHECK_FALSE(std::filesystem::exists(path));
  writer.finish();
  const ZipFile zip(path);
  REQUIRE(zip.members().size() == 3);
  CHECK(zip.read("a").text() == "first");
  CHECK(zip.read("folder/b").text() == data);
  CHECK(zip.read("empty").text().empty());
}

TEST_CASE("Only Zip64 counts more than 65,534 members", "[zip]") {
  const test::TempFolder folder;
  const std::string path = folder.path("a.zip");
  ZipWriter writer(path);
  for (int i = 0; i < 65'535; ++i) writer.add(std::to_string(i), "");
  writer.add("last", "here");
  writer.finish();
  const ZipFile zip(path, {.members = 100'000});
  REQUIRE(zip.members().size() == 65'536);
  CHECK(zip.read("last").text() == "here");
}

TEST_CASE("A file that is not finished leaves what was there", "[zip]") {
  const test::TempFolder folder;
  const std::string path = folder.path("a.zip");
  test::put_text(path, "before");
  {
    ZipWriter writer(path);
    writer.add("a", "b");
  }
  CHECK(test::file_text(path) == "before");
}
