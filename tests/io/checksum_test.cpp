#include <linnet/io/checksum.hpp>
#include <string>

#include "catch.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using test::bytes_of;

TEST_CASE("XXH64 gives the known answers", "[io]") {
  CHECK(xxh64(bytes_of("")) == 0xef46db3751d8e999);
  CHECK(xxh64(bytes_of("a")) == 0xd24ec4f1a98c6e5b);
  CHECK(xxh64(bytes_of("abc")) == 0x44bc2cf5ad770999);
  CHECK(xxh64(bytes_of("asdf")) == 0x415872f599cea71e);
  CHECK(xxh64(bytes_of("Call me Ishmael. Some years ago--never mind how long precisely-")) ==
        0x02a2e85470d6fd96);
  CHECK(xxh64(bytes_of("abc"), 123456789) == 0x332a6c0b942e40fa);
}

TEST_CASE("XXH64 of every length from 0 to 255 is the reference's", "[io]") {
  std::string text;
  Xxh64 all;
  for (int i = 0; i < 256; ++i) {
    const std::string digits = hex(xxh64(bytes_of(text), static_cast<std::uint64_t>(i)));
    all.update(bytes_of(digits));
    text.push_back(static_cast<char>(i * 37));
  }
  CHECK(hex(all.digest()) == "a8a2bdd25aee29a4");
}

TEST_CASE("XXH64 does not depend on how the bytes are cut", "[io]") {
  std::string text;
  for (int i = 0; i < 300; ++i) text.push_back(static_cast<char>(i * i));
  const std::uint64_t whole = xxh64(bytes_of(text));
  for (std::size_t step = 1; step < 100; ++step) {
    Xxh64 hash;
    for (std::size_t at = 0; at < text.size(); at += step) {
      const std::string piece = text.substr(at, step);
      hash.update(bytes_of(piece));
      static_cast<void>(hash.digest());  // looking changes nothing
    }
    CHECK(hash.digest() == whole);
  }
}

TEST_CASE("A number is written as 16 lower-case digits", "[io]") {
  CHECK(hex(0) == "0000000000000000");
  CHECK(hex(0xfedcba9876543210) == "fedcba9876543210");
}
