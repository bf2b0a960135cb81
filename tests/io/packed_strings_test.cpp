#include <linnet/io/packed_strings.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using test::error_of;

TEST_CASE("Strings of any bytes come back from a uint8 tensor", "[io]") {
  const std::vector<std::vector<std::string>> lists = {
      {}, {""}, {"a", "", "中文", std::string("\0\xFF", 2)}, std::vector<std::string>(1000, "x")};
  for (const auto& list : lists) {
    const Tensor packed = pack_strings(list);
    CHECK(packed.dtype() == DType::uint8);
    CHECK(unpack_strings(packed) == list);
  }
  CHECK(pack_strings({"ab"}) ==
        Tensor::of<std::uint8_t>({14}, {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 'a', 'b'}));
}

TEST_CASE("Packed strings of which a part is missing or too much are refused", "[io]") {
  const Tensor packed = pack_strings({"one", "", "three"});
  for (Index size = 0; size < packed.size(); ++size) {
    CHECK(
        error_of([&] { return unpack_strings(packed.rows(0, size)); }).is(ErrorCode::corrupt_file));
  }
  Tensor more(DType::uint8, {packed.size() + 1});
  more.rows(0, packed.size()).assign(packed);
  CHECK(
      error_of([&] { return unpack_strings(more); }).is(ErrorCode::corrupt_file, "1 bytes after"));
  CHECK(error_of([] {
          return unpack_strings(Tensor(DType::float32, {8}));
        }).is(ErrorCode::dtype_mismatch));
}

TEST_CASE("Counts and lengths larger than the data are refused before memory is taken", "[io]") {
  const auto huge = Tensor::full<std::uint8_t>({64}, 0xFF);
  CHECK(error_of([&] { return unpack_strings(huge); }).is(ErrorCode::corrupt_file, "do not fit"));
  Tensor length = pack_strings({"abc"});
  length.data<std::uint8_t>()[11] = 0xFF;
  CHECK(error_of([&] { return unpack_strings(length); }).is(ErrorCode::corrupt_file));
}
