#include <linnet/data/idx.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

namespace linnet::test {

namespace {

using namespace std::string_literals;

Tensor read(const std::string& bytes, Index max_bytes = 1000) {
  const TempFolder folder;
  put_text(folder.path("a.idx"), bytes);
  return read_idx(folder.path("a.idx"), max_bytes);
}

}  // namespace

TEST_CASE("IDX files of bytes, integers and floats are read") {
  const Tensor pixels = read("\0\0\x08\x02\0\0\0\2\0\0\0\3\1\2\3\4\5\xff"s);
  CHECK(pixels.shape() == Shape{2, 3});
  CHECK(pixels.dtype() == DType::uint8);
  CHECK(pixels.data<std::uint8_t>()[5] == 255);
  const Tensor whole = read("\0\0\x0c\1\0\0\0\2\0\0\1\2\xff\xff\xff\xfe"s);
  CHECK(whole.data<std::int32_t>()[0] == 258);
  CHECK(whole.data<std::int32_t>()[1] == -2);
  const Tensor real = read("\0\0\x0d\1\0\0\0\1\x3f\xc0\0\0"s);
  CHECK(real.data<float>()[0] == 1.5f);
  CHECK(read("\0\0\x08\1\0\0\0\0"s).shape() == Shape{0});
}

TEST_CASE("an IDX file compressed with gzip is read like a plain one") {
  // gzip of 0 0 8 1, 0 0 0 3, 7 8 9.
  const Tensor packed = read(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x63\x60\xe0\x60\x64\x60\x60\x60\x66\xe7"
      "\xe0\x04\x00\xad\x98\x0a\xba\x0b\x00\x00\x00"s);
  CHECK(packed.shape() == Shape{3});
  CHECK(packed.data<std::uint8_t>()[2] == 9);
}

TEST_CASE("a broken IDX file is refused") {
  CHECK(error_of([] { read("P5 3"); }).is(ErrorCode::corrupt_file, "not an IDX file"));
  CHECK(error_of([] { read(""); }).is(ErrorCode::corrupt_file, "too early"));
  CHECK(error_of([] { read("\0\0\x08\1\0\0\0\3\1\2"s); }).is(ErrorCode::corrupt_file, "too early"));
  CHECK(error_of([] { read("\0\0\x08\1\0\0\0\1\1\2"s); }).is(ErrorCode::corrupt_file, "more data"));
  CHECK(
      error_of([] { read("\0\0\x0b\1\0\0\0\1\1\2"s); }).is(ErrorCode::unsupported, "IDX type 11"));
  CHECK(error_of([] { read("\0\0\x08\x09"s); }).is(ErrorCode::unsupported, "9 axes"));
  CHECK(error_of([] {
          read("\0\0\x08\2\xff\xff\xff\xff\xff\xff\xff\xff"s);
        }).is(ErrorCode::invalid_argument, "limit of 1000 bytes"));
}

}  // namespace linnet::test
